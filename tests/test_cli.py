"""The command line: what it prints, where it writes, and that it answers at once."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from society.results import Study
from society.scenario import Scenario
from tests.files import SCENARIOS, TALK, TINY, command, contents, python, scenario_file


class TestAtOnce:
    def test_version_is_that_of_the_package(self) -> None:
        assert command("--version").out == f"{version('society')}\n"

    @pytest.mark.parametrize("name", ["run", "twin", "validate", "show", "schema"])
    def test_help_lists_every_command(self, name: str) -> None:
        assert f"\n│ {name} " in command("--help").out

    @pytest.mark.parametrize("option", ["--out", "--seed", "--steps", "--set", "--threads", "--quiet", "--force"])
    def test_help_for_run_lists_every_option(self, option: str) -> None:
        assert option in command("run", "--help").out

    @pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["twin", "--help"]])
    def test_it_answers_without_loading_what_computes(self, words: list[str]) -> None:
        lines = ["import sys", "from society.cli import main", "try: main()", "except SystemExit: pass"]
        lines += ["print([name for name in ('numpy', 'numba', 'mesa', 'pandas', 'networkx') if name in sys.modules])"]
        assert python("\n".join(lines), *words).out.splitlines()[-1] == "[]"

    def test_it_is_a_module_too(self) -> None:
        done = subprocess.run([sys.executable, "-m", "society", "--version"], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, f"{version('society')}\n")


class TestShow:
    def test_what_it_prints_is_the_same_scenario(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path)
        (tmp_path / "shown.toml").write_text(command("show", path).out)
        assert Scenario.from_file(tmp_path / "shown.toml").resolved() == Scenario.from_file(path).resolved()

    def test_overrides_are_in_it(self, tmp_path: Path) -> None:
        outcome = command("show", scenario_file(tmp_path), "--set", "run.seed=7", "--set", "platform.feed.power=0.5")
        shown = tomllib.loads(outcome.out)
        assert (shown["run"]["seed"], shown["platform"]["feed"]["power"]) == (7, 0.5)

    def test_a_value_may_hold_anything_but_code(self, tmp_path: Path) -> None:
        outcome = command("show", scenario_file(tmp_path), "--set", 'scenario.title="a = [b], c # d"')
        assert tomllib.loads(outcome.out)["scenario"]["title"] == "a = [b], c # d"


class TestValidate:
    def test_a_good_file_is_said_to_be_good(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path)
        outcome = command("validate", path)
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out == f"{path}: good: 20 people, 20 ties, 6 processes\n"

    def test_good_ones_are_checked_beside_bad_ones(self, tmp_path: Path) -> None:
        outcome = command("validate", tmp_path / "none.toml", scenario_file(tmp_path))
        assert outcome.code == 2
        assert "none.toml: no such file" in outcome.err
        assert "tiny.toml: good" in outcome.out

    def test_nothing_is_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        path = scenario_file(tmp_path)
        command("validate", path)
        assert [*tmp_path.iterdir()] == [path]

    def test_the_quickstart_is_good_and_its_self_loops_are_said(self) -> None:
        """Of the 6,429 rows of its graph file 11 tie a student to themselves."""
        outcome = command("validate", SCENARIOS / "quickstart.toml")
        assert "good: 800 people, 6,418 ties" in outcome.out
        assert "note: 11 self-loops were dropped." in outcome.out


def test_schema_prints_json() -> None:
    assert json.loads(command("schema").out)["title"] == "Society scenario"


class TestRun:
    def test_it_says_where_the_results_are(self, tmp_path: Path) -> None:
        outcome = command("run", scenario_file(tmp_path), "--out", tmp_path / "out")
        assert outcome.out.splitlines()[-1] == f"results: {tmp_path / 'out'}"

    def test_it_says_what_was_run(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path, {"scenario": {"title": "Twenty on a ring"}})
        lines = command("run", path, "--out", tmp_path / "out").out.splitlines()
        assert lines[:2] == ["Twenty on a ring", "20 people, 20 ties, 6 steps, seed 1"]

    @pytest.mark.parametrize("text", ["Trust [bold]", "Trust [/now]", "Trust [red"])
    def test_brackets_in_a_title_are_brackets(self, tmp_path: Path, text: str) -> None:
        outcome = command("run", scenario_file(tmp_path, {"scenario.title": text}), "--out", tmp_path / "out")
        assert (outcome.code, outcome.out.splitlines()[0]) == (0, text)

    def test_brackets_in_a_folder_are_brackets(self, tmp_path: Path) -> None:
        outcome = command("run", scenario_file(tmp_path, base=TALK), "--out", tmp_path / "out[bold]")
        assert outcome.out.splitlines()[-1] == f"results: {tmp_path / 'out[bold]'}"

    def test_quiet_prints_nothing(self, tmp_path: Path) -> None:
        outcome = command("run", scenario_file(tmp_path), "--out", tmp_path / "out", "--quiet")
        assert (outcome.code, outcome.out, outcome.err) == (0, "", "")

    def test_quiet_still_prints_errors(self, tmp_path: Path) -> None:
        assert "no such file" in command("run", tmp_path / "none.toml", "--quiet").err

    def test_no_progress_bar_is_drawn_outside_a_terminal(self, tmp_path: Path) -> None:
        assert command("run", scenario_file(tmp_path, base=TALK), "--out", tmp_path / "out").err == ""

    def test_options_override_the_file(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path, base=TALK)
        command("run", path, "--out", tmp_path / "out", "--seed", "9", "--steps", "2", "--threads", "1", "--quiet")
        facts = Study.load(tmp_path / "out").manifest
        assert (facts["seed"], facts["steps"], facts["threads"]) == (9, 2, 1)

    def test_seed_is_the_same_as_setting_it_by_path(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path, base=TALK)
        command("run", path, "--out", tmp_path / "a", "--seed", "9", "--quiet")
        command("run", path, "--out", tmp_path / "b", "--set", "run.seed=9", "--quiet")
        digests = [Study.load(tmp_path / name).manifest["results_hash"] for name in "ab"]
        assert digests[0] == digests[1]

    def test_the_command_is_kept_in_the_manifest(self, tmp_path: Path) -> None:
        words = ["run", str(scenario_file(tmp_path, base=TALK)), "--out", str(tmp_path / "out"), "--quiet"]
        command(*words)
        assert Study.load(tmp_path / "out").manifest["command"] == ["society", *words]

    def test_force_replaces_a_study(self, tmp_path: Path) -> None:
        words = ["run", scenario_file(tmp_path, base=TALK), "--out", tmp_path / "out", "--quiet"]
        codes = [command(*words).code, command(*words).code, command(*words, "--force", "--seed", "2").code]
        assert codes == [0, 2, 0]
        assert Study.load(tmp_path / "out").manifest["seed"] == 2


@pytest.mark.usefixtures("here")
class TestFolders:
    @pytest.fixture
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Work in an empty folder."""
        monkeypatch.chdir(tmp_path)

    def test_results_are_numbered_under_the_scenarios_name(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path, base=TALK)
        lines = [command("run", path).out.splitlines()[-1] for _ in range(3)]
        assert lines == ["results: results/tiny", "results: results/tiny-2", "results: results/tiny-3"]

    def test_a_second_run_leaves_the_first_as_it_was(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path, base=TALK)
        command("run", path, "--quiet")
        before = contents(tmp_path / "results" / "tiny")
        command("run", path, "--quiet")
        assert contents(tmp_path / "results" / "tiny") == before

    def test_several_files_are_the_arms_of_one_study(self, tmp_path: Path) -> None:
        first = scenario_file(tmp_path, base=TALK).rename(tmp_path / "first.toml")
        assert command("run", first, scenario_file(tmp_path, base=TINY), "--workers", "1", "--quiet").code == 0
        (folder,) = (tmp_path / "results").iterdir()
        assert Study.load(folder).arms == ["first", "tiny"]

    def test_a_file_among_several_has_the_results_it_has_alone(self, tmp_path: Path) -> None:
        first = scenario_file(tmp_path, base=TALK).rename(tmp_path / "first.toml")
        second = scenario_file(tmp_path, {"run.seed": 7}, base=TALK)
        command("run", first, second, "--out", "both", "--workers", "1", "--quiet")
        command("run", second, "--out", "alone", "--quiet")
        runs = Study.load("both").runs.set_index("arm")
        assert runs["results_hash"]["tiny"] == Study.load("alone").manifest["results_hash"]

    def test_files_of_one_name_are_numbered(self, tmp_path: Path) -> None:
        for name in "ab":
            (tmp_path / name).mkdir()
        files = [scenario_file(tmp_path / name, base=TALK) for name in "ab"]
        assert command("run", *files, "--out", "out", "--workers", "1", "--quiet").code == 0
        assert Study.load("out").arms == ["tiny", "tiny-2"]

    @pytest.mark.parametrize(("files", "option"), [(1, "--workers"), (2, "--threads")])
    def test_one_file_runs_in_threads_and_several_in_processes(self, tmp_path: Path, files: int, option: str) -> None:
        path = scenario_file(tmp_path, base=TALK)
        outcome = command("run", *[path] * files, option, "1")
        assert outcome.code == 2
        assert outcome.err.startswith(f"{option}: is for ")

    def test_the_scenario_kept_with_the_results_runs_to_the_same_results(self, tmp_path: Path) -> None:
        command("run", scenario_file(tmp_path, base=TINY), "--out", "first", "--quiet")
        command("run", "first/scenario.toml", "--out", "second", "--quiet")
        digests = [Study.load(name).manifest["results_hash"] for name in ("first", "second")]
        assert digests[0] == digests[1]


def test_a_reader_that_stops_early_is_no_error() -> None:
    words = [sys.executable, "-m", "society", "schema"]
    writer = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.readline()
    writer.stdout.close()
    message = writer.stderr.read()
    writer.stderr.close()
    assert (writer.wait(60), message) == (0, "")
