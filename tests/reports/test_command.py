"""The command `society report`."""

from __future__ import annotations

from pathlib import Path

import pytest

from society.results import Study
from society.runner import run
from tests.files import TALK, command, tiny


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return run(tiny(base=TALK), out=tmp_path_factory.mktemp("studies") / "study")


def test_it_writes_the_page_and_says_where(study: Study) -> None:
    outcome = command("report", study.folder)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"report: {study.folder / 'report' / 'report.html'}\n"
    assert (study.folder / "report" / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_quiet_prints_nothing(study: Study, tmp_path: Path) -> None:
    outcome = command("report", study.folder, "--out", tmp_path / "page.html", "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert (tmp_path / "page.html").exists()


def test_figures_are_written_in_the_formats_asked_for(study: Study, tmp_path: Path) -> None:
    words = ["--figures", "svg", "--figures", "pdf", "--outcome", "known"]
    assert command("report", study.folder, "--out", tmp_path / "page.html", *words).code == 0
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == [
        "network.pdf",
        "network.svg",
        "series.pdf",
        "series.svg",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--figures", "gif"], "figures = 'gif': must be one of png, svg, pdf"),
        (["--outcome", "knwon"], "no outcome 'knwon'; did you mean 'known'?"),
        (["--out", "page.pdf"], "page.pdf: must end in .html"),
    ],
)
def test_wrong_input_is_said(study: Study, words: list[str], message: str) -> None:
    outcome = command("report", study.folder, *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_a_folder_that_is_no_study_is_said(tmp_path: Path) -> None:
    outcome = command("report", tmp_path)
    assert outcome.code == 2
    assert "is not a study folder" in outcome.err


def test_help_lists_the_command() -> None:
    assert "\n│ report " in command("--help").out
