"""Commands on sweeps, as their user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from society import Study
from tests.files import TALK, command, scenario_file
from tests.sweeps.files import POWER, sweep_file

MOST = ("sweep.design", "`replicates`", "`second_order`", "`steps`", "`sd`", "`options`", "`set`")
SMALL = {"set": {"graph": {"kind": "small_world", "mean_degree": 6}}}
GRID = {"factors": {POWER: [0.0, 1.0]}, "sweep": {"title": "How strong a feed", "replicates": 2}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sweep of two levels, twice each."""
    return sweep_file(tmp_path, GRID)


@pytest.fixture
def folder(file: Path, tmp_path: Path) -> Path:
    """Its study."""
    outcome = command("sweep", file, "--out", tmp_path / "out", "--workers", "1", "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    return tmp_path / "out"


class TestSweep:
    def test_the_summary_says_what_was_run_and_what_came_of_it(self, file: Path, tmp_path: Path) -> None:
        lines = command("sweep", file, "--out", tmp_path / "out", "--workers", "1").out.splitlines()
        assert lines[:2] == ["How strong a feed", "4 runs: 2 points × 2 replicates"]
        assert lines[2].startswith("4 done, in ")
        assert lines[-1] == f"results: {tmp_path / 'out'}"
        assert any(POWER in line and "0.0" in line and "1.0" in line for line in lines)

    def test_results_are_under_the_name_of_the_sweep(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(file.parent)
        command("sweep", "sweep.toml", "--workers", "1", "--quiet")
        assert Study.load("results/sweep").counts["done"] == 4

    def test_values_of_the_sweep_and_of_its_scenario_are_overridden(self, file: Path, tmp_path: Path) -> None:
        words = ("--replicates", "1", "--set", "run.steps=3", "--set", "sweep.seed=9", "--workers", "1", "--quiet")
        assert command("sweep", file, "--out", tmp_path / "out", *words).code == 0
        runs = Study.load(tmp_path / "out").runs
        assert (runs["steps_done"].tolist(), runs["seed"].tolist()) == ([3, 3], [9, 9])

    def test_worker_processes_do_the_runs_unless_told_otherwise(self, file: Path, folder: Path, tmp_path: Path) -> None:
        assert command("sweep", file, "--out", tmp_path / "two", "--workers", "2", "--quiet").code == 0
        hashes = {Study.load(each).manifest["results_hash"] for each in (folder, tmp_path / "two")}
        assert len(hashes) == 1

    def test_a_plan_runs_nothing(self, file: Path, tmp_path: Path) -> None:
        outcome = command("sweep", file, "--plan", "--workers", "1", "--out", tmp_path / "out")
        assert outcome.code == 0
        assert "4 runs: 2 points × 2 replicates" in outcome.out
        assert "one at a time" in outcome.out
        assert "MB of memory" in outcome.out
        assert not (tmp_path / "out").exists()

    def test_failed_runs_are_said_and_the_exit_code_is_1(self, tmp_path: Path) -> None:
        file = sweep_file(tmp_path, GRID)
        outcome = command("sweep", file, "--out", tmp_path / "out", "--workers", "1", "--timeout", "1e-9")
        assert outcome.code == 1
        assert "took longer than 1e-09 s: stopped at step 1" in outcome.out
        assert f"society retry {tmp_path / 'out'} tries again" in outcome.out


class TestWrongInput:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"factors": {"platform.fed.power": [0, 1]}}, "did you mean 'feed'?"),
            ({"factors": {POWER: []}}, f'factors."{POWER}"'),
            ({"factors": {"platform.feed.monthly_exit": [0.1, 7.0]}}, "monthly_exit = 7.0: must be below 1.0"),
            ({"sweep": {"constraints": [f"{POWER} > 5"]}}, "the design is empty"),
            ({"sweep": {"design": "gird"}}, "did you mean 'grid'?"),
        ],
    )
    def test_a_wrong_sweep_is_refused_before_anything_is_run(
        self, tmp_path: Path, changes: dict[str, dict[str, object]], said: str
    ) -> None:
        file = sweep_file(tmp_path, {**GRID, **changes})
        outcome = command("sweep", file, "--out", tmp_path / "out")
        assert outcome.code == 2
        assert said in outcome.err
        assert str(file) in outcome.err
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--shard", "half"), "--shard half: must be such as 1/4"),
            (("--shard", "3/2"), "shard = 3/2: must be one of 1/2 to 2/2"),
            (("--workers", "0"), "workers = 0: must be at least 1"),
            (("--timeout", "0"), "timeout = 0.0: must be above 0 seconds"),
            (("--address", "tcp://nowhere"), "--address tcp://nowhere: is for --executor dask"),
            (("--executor", "dask"), "--address: is required with --executor dask"),
            (("--set", "sweep.replicate=2"), "did you mean 'replicates'?"),
        ],
    )
    def test_a_wrong_option_is_refused(self, file: Path, words: tuple[str, ...], said: str) -> None:
        outcome = command("sweep", file, *words)
        assert outcome.code == 2
        assert said in outcome.err

    def test_a_folder_with_results_is_left_alone(self, file: Path, folder: Path) -> None:
        outcome = command("sweep", file, "--out", folder)
        assert outcome.code == 2
        assert "already exists" in outcome.err

    @pytest.mark.parametrize("words", [["resume"], ["retry"], ["extend", "--replicates", "3"], ["status"], ["export"]])
    def test_a_folder_without_a_study_is_refused(self, tmp_path: Path, words: list[str]) -> None:
        outcome = command(words[0], tmp_path, *words[1:])
        assert outcome.code == 2
        assert "is not a study folder" in outcome.err

    def test_a_study_of_a_later_version_is_refused(self, folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps(manifest | {"schema_version": 99}))
        outcome = command("resume", folder)
        assert outcome.code == 2
        assert "was written by a later version of Society" in outcome.err

    @pytest.mark.parametrize("words", ["compare", "report", "status"])
    def test_a_version_that_is_no_number_is_refused(self, folder: Path, words: str) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps(manifest | {"schema_version": "2"}))
        outcome = command(words, folder)
        assert outcome.code == 2
        assert "schema_version = '2': must be a whole number" in outcome.err

    def test_extend_asks_by_what(self, folder: Path) -> None:
        assert command("extend", folder).err.startswith("extend: by what?")

    def test_every_problem_of_a_file_is_said_at_once(self, tmp_path: Path) -> None:
        text = """
            [sweep]
            scenario = "tiny.toml"
            titel = "x"
            constraints = ["platform.feed.power >"]
            [set]
            "run.stepps" = 3
            [factors]
            "platform.fed.power" = [0, 1]
            "run.steps" = { low = 3 }
            [arm.one]
            foo = 3
            [arm.two]
            [more]
        """
        said = command("validate", sweep_file(tmp_path, text)).err
        for part in ("more: ", "titel", "constraints[0]", "stepps", "platform.fed", '"run.steps".high', "arm.one.foo"):
            assert part in said

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("run", "sweep.toml"), "sweep.toml: [sweep] makes this a sweep file; society sweep takes it"),
            (("calibrate", "sweep.toml"), "sweep.toml: [sweep] makes this a sweep file; society sweep takes it"),
            (("sweep", "tiny.toml"), "has no table [sweep], but those of a scenario; society run runs it"),
            (("calibrate", "tiny.toml"), "has no table [calibration], but those of a scenario; society run runs it"),
            (("resume", "sweep.toml"), "sweep.toml: is a file, not a study folder; society sweep takes it"),
            (("resume", "tiny.toml"), "tiny.toml: is a file, not a study folder; society run takes it"),
            (("validate", "out"), "out: is a folder, not a scenario, sweep or calibration file; it holds the runs of"),
        ],
        ids=" ".join,
    )
    def test_a_file_or_folder_of_another_kind_is_named_with_who_takes_it(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
    ) -> None:
        monkeypatch.chdir(folder.parent)
        outcome = command(*words)
        assert outcome.code == 2
        assert said in outcome.err

    def test_a_plan_that_finds_an_impossible_society_exits_with_2(self, tmp_path: Path) -> None:
        file = sweep_file(tmp_path, {**SMALL, "factors": {"population.n_agents": [20, 4]}})
        for words in (("sweep", file, "--plan", "--workers", "1"), ("validate", file)):
            outcome = command(*words)
            assert outcome.code == 2
            assert "(where population.n_agents = 4)" in outcome.err

    def test_trying_again_is_not_advised_where_it_cannot_help(self, tmp_path: Path) -> None:
        file = sweep_file(tmp_path, {**SMALL, "factors": {"population.n_agents": [20, 4]}})
        outcome = command("sweep", file, "--out", tmp_path / "out", "--workers", "1")
        assert outcome.code == 1
        assert "they would fail again: mend the sweep" in outcome.out
        assert "society retry" not in outcome.out


class TestStudies:
    def test_resume_of_a_study_that_is_done_does_nothing(self, folder: Path) -> None:
        before = (folder / "journal" / "main.jsonl").read_text()
        assert command("resume", folder, "--workers", "1", "--quiet").code == 0
        assert (folder / "journal" / "main.jsonl").read_text() == before

    def test_a_study_that_is_done_has_nothing_to_do(self, folder: Path) -> None:
        assert "nothing to do: all 4 runs are done" in command("resume", folder, "--workers", "1").out.splitlines()

    def test_extend_adds_replicates(self, folder: Path) -> None:
        assert command("extend", folder, "--replicates", "3", "--workers", "1", "--quiet").code == 0
        assert Study.load(folder).counts["done"] == 6

    def test_status_says_how_far_a_study_is(self, folder: Path) -> None:
        assert command("status", folder).out == "sweep: done; 4 of 4 runs done\n"

    def test_shards_are_merged(self, file: Path, folder: Path, tmp_path: Path) -> None:
        shards = [tmp_path / "shard-1", tmp_path / "shard-2"]
        for number, shard in enumerate(shards, 1):
            command("sweep", file, "--shard", f"{number}/2", "--out", shard, "--workers", "1", "--quiet")
        outcome = command("merge", *shards, "--out", tmp_path / "merged")
        assert (outcome.code, outcome.out.splitlines()[1]) == (0, "4 runs: 2 points × 2 replicates")
        hashes = {Study.load(each).manifest["results_hash"] for each in (folder, tmp_path / "merged")}
        assert len(hashes) == 1

    def test_a_run_is_reproduced(self, folder: Path) -> None:
        run = Study.load(folder).runs.iloc[1]
        outcome = command("reproduce", folder, run["run_id"])
        assert outcome.code == 0
        assert outcome.out.splitlines() == [
            f"state_hash: {run['state_hash']}",
            f"results_hash: {run['results_hash']}",
            f"run {run['run_id']}: the same bits",
        ]

    def test_which_run_to_reproduce_has_to_be_said(self, folder: Path) -> None:
        outcome = command("reproduce", folder)
        assert outcome.code == 2
        assert "which of 4 runs?" in outcome.err

    def test_it_is_said_by_row_and_replicate(self, folder: Path) -> None:
        outcome = command("reproduce", folder, "--row", "1", "--replicate", "1")
        assert outcome.out.splitlines()[-1] == f"run {Study.load(folder).runs['run_id'][3]}: the same bits"

    def test_a_single_run_is_reproduced_without_its_name(self, tmp_path: Path) -> None:
        command("run", scenario_file(tmp_path, base=TALK), "--out", tmp_path / "out", "--quiet")
        assert command("reproduce", tmp_path / "out").code == 0

    def test_tables_are_exported(self, folder: Path) -> None:
        outcome = command("export", folder, "--csv")
        assert outcome.code == 0
        assert [Path(line).name for line in outcome.out.splitlines()] == ["design.csv", "runs.csv", "series.csv"]
        assert len(pd.read_csv(folder / "csv" / "runs.csv")) == 4

    def test_a_sweep_file_is_validated_without_running_it(self, file: Path) -> None:
        said = "4 runs: 2 points × 2 replicates; the societies of 2 points were tried"
        assert command("validate", file).out == f"{file}: good: {said}\n"

    def test_a_sweep_file_is_described(self, file: Path) -> None:
        said = command("describe", file).out
        assert said.startswith("# How strong a feed\n\n4 runs: 2 points × 2 replicates, by a design of kind `grid`.")
        assert f"- `{POWER}`: 0.0, 1.0" in said

    def test_all_keys_of_a_sweep_file_are_listed(self) -> None:
        said = command("schema", "--sweep", "--keys").out
        assert [part for part in MOST if part not in said] == []
        assert "| `replicates` | whole number from 1 to 1000000 | 1 |" in said

    def test_those_of_a_scenario_are_elsewhere(self) -> None:
        outcome = command("schema", "--keys")
        assert outcome.code == 2
        assert "society describe FILE has all parameters" in outcome.err
