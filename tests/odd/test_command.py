"""The command `society describe`: what it prints and what it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from society.odd import describe, to_html
from society.scenario import Scenario
from tests.files import command, scenario_file


def test_it_prints_markdown(tmp_path: Path) -> None:
    path = scenario_file(tmp_path)
    outcome = command("describe", path)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == describe(Scenario.from_file(path))


def test_it_prints_html_if_asked(tmp_path: Path) -> None:
    path = scenario_file(tmp_path)
    assert command("describe", path, "--html").out == to_html(describe(Scenario.from_file(path)))


@pytest.mark.parametrize(("name", "start"), [("odd.md", "# tiny\n"), ("odd.html", "<!doctype html>")])
def test_the_suffix_says_what_is_written(tmp_path: Path, name: str, start: str) -> None:
    outcome = command("describe", scenario_file(tmp_path), "--out", tmp_path / name)
    assert (outcome.code, outcome.out) == (0, "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_overrides_are_described(tmp_path: Path) -> None:
    assert "**0.25**" in command("describe", scenario_file(tmp_path), "--set", "platform.feed.power=0.25").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--out", "odd.pdf"], "odd.pdf: must end in .md or .html"),
        (["--out", "none/odd.md"], "none/odd.md: cannot be written: No such file or directory"),
        (["--html", "--out", "odd.md"], "--out odd.md: must end in .html, because of --html"),
        (["--set", "platform.feed.powr=1"], "did you mean 'power'?"),
        (["--set", 'record.measures=["usres"]'], "did you mean 'users'?"),
    ],
)
def test_wrong_input_is_said_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = scenario_file(tmp_path)
    outcome = command("describe", path, *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert [*tmp_path.iterdir()] == [path]


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    outcome = command("describe", tmp_path / "none.toml")
    assert (outcome.code, outcome.out) == (2, "")
    assert "none.toml: no such file" in outcome.err


def test_help_lists_the_command() -> None:
    assert "\n│ describe " in command("--help").out
