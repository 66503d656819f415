"""Sweeps done: whatever way the runs are done in, one study comes of it, and what stands in it never changes."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest

import society
from society import InputError, Study, Sweep, writers
from society.processes import PROCESSES, Process
from society.results import DESIGN
from society.sweeps.planning import planned
from society.sweeps.screen import Screen
from society.sweeps.trying import to_build
from society.writers import SweepWriter
from tests.files import TALK, contents, tiny
from tests.sweeps.files import POWER, swept

GRAPH = {"graph": {"kind": "small_world", "mean_degree": 6}}
LEVELS = {POWER: [0.0, 0.5, 1.0]}


def done(sweep: Sweep, folder: Path, **how: Any) -> Study:
    """A study of a sweep, its runs done in this process unless said otherwise."""
    return society.sweep(sweep, out=folder, **{"workers": 1, **how})


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Three levels, twice each; not to be written into."""
    return done(swept(LEVELS, replicates=2), tmp_path_factory.mktemp("study") / "study")


class TestStudy:
    def test_every_run_of_the_design_is_done(self, study: Study) -> None:
        assert (study.status, study.counts) == ("done", {"done": 6, "failed": 0, "missing": 0})

    def test_the_design_says_what_each_run_is(self, study: Study) -> None:
        assert study.design.columns.tolist() == [*DESIGN, POWER]
        assert study.design[POWER].tolist() == [0.0, 0.0, 0.5, 0.5, 1.0, 1.0]
        assert study.design["replicate"].tolist() == [0, 1] * 3
        assert study.design["seed"].tolist() == [1, 2] * 3

    def test_outcomes_are_the_last_rows_of_the_series(self, study: Study) -> None:
        last = study.series.groupby("run_id").last()
        runs = study.runs.set_index("run_id").loc[last.index]
        pd.testing.assert_frame_equal(runs[study.outcomes], last[study.outcomes])

    def test_a_run_has_the_bits_it_has_alone(self, study: Study, tmp_path: Path) -> None:
        run = study.runs.iloc[3]
        alone = society.run(study.scenario(run["run_id"]), out=tmp_path / "alone")
        assert alone.manifest["results_hash"] == run["results_hash"]
        assert alone.manifest["state_hash"] == run["state_hash"]

    def test_the_seed_and_the_level_of_a_run_stand_in_its_scenario(self, study: Study) -> None:
        scenario = study.scenario(study.runs["run_id"][3])
        assert (scenario.run.seed, scenario.platform["feed"].power) == (2, 0.5)

    def test_the_sweep_that_is_kept_is_the_sweep_that_was_run(self, study: Study) -> None:
        assert study.sweep.points() == swept(LEVELS, replicates=2).points()

    def test_part_of_the_series_can_be_read(self, study: Study) -> None:
        run_id = study.runs["run_id"][2]
        part = study.read_series(["attention.feed"], [run_id])
        whole = study.series[study.series["run_id"] == run_id]
        expected = whole[["run_id", "step", "attention.feed"]].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, expected)

    def test_a_measure_that_was_not_recorded_is_refused_with_the_nearest(self, study: Study) -> None:
        with pytest.raises(InputError, match=r"no measure 'attention.fed'; did you mean 'attention.feed'"):
            study.read_series(["attention.fed"])

    def test_pandas_reads_the_series_as_one_table(self, study: Study) -> None:
        assert len(pd.read_parquet(study.folder / "series")) == len(study.series)

    def test_people_are_kept_if_they_are_recorded(self, tmp_path: Path) -> None:
        agents = done(swept(LEVELS, values={"record.agents": True}), tmp_path / "out").agents
        assert agents.groupby("run_id").size().tolist() == [20] * 3

    def test_parts_with_other_measures_are_read_as_one_table(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("society.writers.FLUSH_RUNS", 1)
        arms = {"with": {}, "without": {"set": {"platform.feed.enabled": False}}}
        folder = done(swept(arms=arms), tmp_path / "out").folder
        series = pd.read_parquet(folder / "series")
        assert series.groupby("run_id")["attention.feed"].count().sort_values().tolist() == [0, 7]


class TestManyParts:
    @pytest.fixture
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every run is a part, and two parts are many."""
        monkeypatch.setattr("society.writers.FLUSH_RUNS", 1)
        monkeypatch.setattr("society.writers.MANY_PARTS", 2)

    def test_parts_put_together_hold_what_they_held(self, study: Study, few: None, tmp_path: Path) -> None:
        together = done(study.sweep, tmp_path / "out")
        assert len([*(together.folder / "series").iterdir()]) < 3
        by = ["run_id", "step"]
        pd.testing.assert_frame_equal(*(each.series.sort_values(by, ignore_index=True) for each in (together, study)))
        assert together.manifest["results_hash"] == study.manifest["results_hash"]
        assert len(pd.read_parquet(together.folder / "series")) == len(study.series)

    @pytest.mark.parametrize("cut", ["join", "append_line", "_sweep_out"])
    def test_whoever_is_killed_meanwhile_loses_nothing_and_doubles_nothing(
        self, study: Study, few: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
    ) -> None:
        place = SweepWriter if cut == "_sweep_out" else writers
        whole, join = getattr(place, cut), writers.join

        def killed(*arguments: Any) -> None:
            if cut == "append_line" and "joins" not in arguments[1]:
                return whole(*arguments)
            if cut == "_sweep_out" and not (tmp_path / "joined").exists():
                return whole(*arguments)
            os._exit(9)

        def noted(*arguments: Any) -> None:
            join(*arguments)
            (tmp_path / "joined").touch()

        if (child := os.fork()) == 0:
            monkeypatch.setattr(writers, "join", noted)
            monkeypatch.setattr(place, cut, killed)
            done(study.sweep, tmp_path / "out")
        assert os.waitpid(child, 0)[1] >> 8 == 9
        resumed = society.resume(tmp_path / "out", workers=1)
        assert resumed.manifest["results_hash"] == study.manifest["results_hash"]
        for series in (resumed.series, pd.read_parquet(resumed.folder / "series")):
            assert not series.duplicated(["run_id", "step"]).any()
            assert len(series) == len(study.series)


class TestSameBits:
    def test_results_do_not_depend_on_the_number_of_workers(self, study: Study, tmp_path: Path) -> None:
        again = done(study.sweep, tmp_path / "out", workers=3)
        assert again.manifest["results_hash"] == study.manifest["results_hash"]

    def test_any_executor_does_the_runs(self, study: Study, tmp_path: Path) -> None:
        with ThreadPoolExecutor(2) as executor:
            again = done(study.sweep, tmp_path / "out", workers=None, executor=executor)
        assert again.manifest["results_hash"] == study.manifest["results_hash"]

    def test_shards_put_together_are_the_whole(self, study: Study, tmp_path: Path) -> None:
        shards = [done(study.sweep, tmp_path / str(number), shard=(number, 4)).folder for number in range(1, 5)]
        merged = society.merge(shards, out=tmp_path / "merged")
        assert (merged.status, merged.manifest["results_hash"]) == ("done", study.manifest["results_hash"])

    def test_a_study_extended_is_the_larger_study(self, study: Study, tmp_path: Path) -> None:
        folder = done(swept(LEVELS), tmp_path / "out").folder
        extended = society.extend(folder, replicates=2, workers=1)
        assert extended.manifest["results_hash"] == study.manifest["results_hash"]

    def test_a_run_done_again_has_the_same_bits(self, study: Study) -> None:
        again = society.reproduce(study.folder, study.runs["run_id"][4][:6])
        assert again.same
        assert again.same_code

    def test_a_run_is_found_by_its_row_and_replicate(self, study: Study) -> None:
        assert society.reproduce(study.folder, row=2, replicate=1).run_id == study.runs["run_id"][5]

    @pytest.mark.parametrize(
        ("place", "said"),
        [
            ({"row": 3}, "no run has row 3; rows are 0 to 2"),
            ({"replicate": 2}, "no run has replicate 2; replicates are 0 to 1"),
            ({"arm": "with"}, "no run has arm 'with'; the sweep names no arms"),
            ({"row": 1}, "which of 2 runs? say row, arm or replicate"),
        ],
    )
    def test_a_place_that_is_not_one_run_is_refused(self, study: Study, place: Any, said: str) -> None:
        with pytest.raises(InputError, match=re.escape(said)):
            society.reproduce(study.folder, **place)

    def test_a_run_whose_results_were_tampered_with_is_not_reproduced(self, tmp_path: Path) -> None:
        folder = done(swept(), tmp_path / "out").folder
        runs = pd.read_parquet(folder / "runs.parquet")
        runs.assign(state_hash="0" * 64).to_parquet(folder / "runs.parquet")
        assert not society.reproduce(folder).same


class TestExtend:
    def test_runs_that_are_done_stay_as_they_are(self, tmp_path: Path) -> None:
        folder = done(swept(LEVELS), tmp_path / "out").folder
        before = Study.load(folder).runs.set_index("run_id")
        after = society.extend(folder, replicates=3, workers=1).runs.set_index("run_id")
        assert len(after) == 9
        pd.testing.assert_frame_equal(after.loc[before.index], before)

    def test_levels_and_arms_are_added_by_a_larger_sweep(self, tmp_path: Path) -> None:
        folder = done(swept({POWER: [0.0, 1.0]}), tmp_path / "out").folder
        larger = society.extend(folder, by=swept({POWER: [0.0, 0.3, 1.0]}), workers=1)
        assert larger.counts["done"] == 3
        assert larger.runs[POWER].tolist() == [0.0, 0.3, 1.0]

    def test_more_samples_of_a_random_design_keep_the_earlier(self, tmp_path: Path) -> None:
        sweep = swept({POWER: {"low": 0.0, "high": 1.0}}, design="random", samples=3)
        folder = done(sweep, tmp_path / "out").folder
        before = Study.load(folder).runs["run_id"].tolist()
        assert society.extend(folder, samples=5, workers=1).runs["run_id"].tolist()[:3] == before

    def test_a_design_without_some_of_the_runs_is_refused(self, tmp_path: Path) -> None:
        folder = done(swept(LEVELS, replicates=2), tmp_path / "out").folder
        before = contents(folder)
        with pytest.raises(InputError, match="since a study only grows: it has 2 replicates, and would have 1"):
            society.extend(folder, replicates=1, workers=1)
        assert contents(folder) == before

    @pytest.mark.parametrize("cut", ["sweep.toml", "design.parquet", "runs.parquet"])
    def test_a_study_whose_growth_was_cut_short_is_taken_up(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
    ) -> None:
        folder = done(swept({POWER: [0.2, 0.6]}), tmp_path / "out").folder
        larger = swept({POWER: [0.2, 0.4, 0.6]})
        replace = Path.replace

        def killed(self: Path, target: Path) -> Path:
            if target.name == cut:
                os._exit(9)
            return replace(self, target)

        if (child := os.fork()) == 0:
            monkeypatch.setattr(Path, "replace", killed)
            society.extend(folder, by=larger, workers=1)
        assert os.waitpid(child, 0)[1] >> 8 == 9
        society.resume(folder, workers=1)
        extended = society.extend(folder, by=larger, workers=1)
        undisturbed = done(larger, tmp_path / "undisturbed")
        assert extended.manifest["results_hash"] == undisturbed.manifest["results_hash"]
        assert (extended.manifest["n_runs"], extended.status) == (3, "done")

    def test_whoever_comes_while_it_grows_is_told_that_somebody_is_at_work(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder, seen = done(swept({POWER: [0.2]}), tmp_path / "out").folder, []
        others: list[Callable[[], Any]] = [
            lambda: society.resume(folder, workers=1),
            lambda: society.retry(folder, workers=1),
            lambda: society.extend(folder, replicates=9, workers=1),
            lambda: society.merge([folder], out=tmp_path / "merged"),
            lambda: society.merge([tmp_path / "copy"], out=folder),
            lambda: done(swept({POWER: [0.2]}), folder, force=True),
        ]
        shutil.copytree(folder, tmp_path / "copy")

        def half(*_: Any) -> None:
            (folder / "scenario.toml").write_text("of another plan")
            for other in others:
                with pytest.raises(InputError) as refused:
                    other()
                seen.append(str(refused.value))
            raise KeyboardInterrupt

        monkeypatch.setattr("society.sweeps.growing.keep_plan", half)
        with pytest.raises(KeyboardInterrupt):
            society.extend(folder, replicates=2, workers=1)
        assert [said.startswith(f"{folder}: another run is writing here") for said in seen] == [True] * len(others)

    def test_it_keeps_its_name_and_title(self, tmp_path: Path) -> None:
        folder = done(swept({POWER: [0.0]}, name="pull", title="The pull"), tmp_path / "out").folder
        larger = society.extend(folder, by=swept({POWER: [0.0, 1.0]}, name="finer"), workers=1)
        assert (larger.manifest["name"], larger.manifest["title"], larger.sweep.name) == ("pull", "The pull", "pull")

    @pytest.mark.parametrize(
        ("larger", "said"),
        [
            (
                {"factors": {POWER: [0.0, 1.0]}},
                f"2 of its 6 runs are not in the larger sweep, first that of {POWER} = 0.5",
            ),
            ({"factors": LEVELS, "values": {"run.steps": 3}}, "none of its 6 runs is in the larger sweep"),
            ({"factors": LEVELS, "seed": 7}, "sweep.seed was 1, and would be 7"),
        ],
    )
    def test_why_it_cannot_grow_is_said(self, study: Study, larger: Any, said: str) -> None:
        with pytest.raises(InputError, match=re.escape(said)):
            society.extend(study.folder, by=swept(replicates=2, **larger), workers=1)

    def test_a_grid_has_no_samples(self, tmp_path: Path) -> None:
        folder = done(swept(LEVELS), tmp_path / "out").folder
        with pytest.raises(InputError, match="samples = 8: a design of kind 'grid' has none; add levels"):
            society.extend(folder, samples=8, workers=1)

    def test_a_shard_is_merged_before_it_grows(self, tmp_path: Path) -> None:
        folder = done(swept(LEVELS), tmp_path / "out", shard=(1, 2)).folder
        with pytest.raises(InputError, match="holds a shard; merge it with the others first"):
            society.extend(folder, replicates=2, workers=1)
        assert Study.load(folder).status == "done"


class Fragile(Process):
    """Fails while the feed is strong and nothing has mended it."""

    kind = "fragile"
    mended: ClassVar[bool] = False

    def step(self, model: Any) -> None:
        if not Fragile.mended and model.n_steps == 3 and model.scenario.platform["feed"].power > 0.9:
            raise RuntimeError("too strong")


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A sweep may name the process that fails; what it returns mends it."""
    monkeypatch.setitem(PROCESSES, "fragile", Fragile)
    monkeypatch.setattr(Fragile, "mended", False)
    return lambda: monkeypatch.setattr(Fragile, "mended", True)


FRAGILE = {"process.fragile": {}}


class TestFailures:
    def test_the_other_runs_are_done_all_the_same(self, fragile: Any, tmp_path: Path) -> None:
        study = done(swept(LEVELS, values=FRAGILE), tmp_path / "out")
        assert (study.status, study.runs["status"].tolist()) == ("failed", ["done", "done", "failed"])
        assert study.runs["error"].tolist()[2] == "RuntimeError: too strong"

    def test_the_whole_story_of_a_failure_is_kept(self, fragile: Any, tmp_path: Path) -> None:
        study = done(swept(LEVELS, values=FRAGILE), tmp_path / "out")
        story = (study.folder / "failures" / f"{study.runs['run_id'][2]}.txt").read_text(encoding="utf-8")
        assert story.startswith("Traceback")
        assert 'raise RuntimeError("too strong")' in story

    def test_a_sweep_of_which_every_run_fails_is_a_study(self, fragile: Any, tmp_path: Path) -> None:
        study = done(swept({POWER: [1.0, 2.0]}, values=FRAGILE), tmp_path / "out")
        assert (study.status, study.counts["failed"], study.outcomes) == ("failed", 2, [])

    def test_fail_fast_ends_with_the_first(self, fragile: Any, tmp_path: Path) -> None:
        study = done(swept({POWER: [0.0, 1.0, 0.5]}, values=FRAGILE), tmp_path / "out", fail_fast=True)
        assert study.runs["status"].tolist() == ["done", "failed", "missing"]

    def test_resume_leaves_what_failed_and_retry_does_it_again(self, fragile: Any, tmp_path: Path) -> None:
        folder = done(swept(LEVELS, values=FRAGILE), tmp_path / "out").folder
        fragile()
        assert society.resume(folder, workers=1).counts["failed"] == 1
        mended = society.retry(folder, workers=1)
        assert (mended.status, mended.counts) == ("done", {"done": 3, "failed": 0, "missing": 0})

    def test_a_study_that_was_retried_has_the_bits_of_one_without_failures(self, fragile: Any, tmp_path: Path) -> None:
        folder = done(swept(LEVELS, values=FRAGILE), tmp_path / "out").folder
        fragile()
        undisturbed = done(swept(LEVELS, values=FRAGILE), tmp_path / "undisturbed")
        assert society.retry(folder, workers=1).manifest["results_hash"] == undisturbed.manifest["results_hash"]


class TestInterrupted:
    def interrupted(self, folder: Path) -> None:
        """Stop after the second of three runs."""

        def stop(counts: Any) -> None:
            if counts.done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt) as caught:
            done(swept(LEVELS), folder, progress=stop)
        assert f"society resume {folder} goes on" in caught.value.__notes__[0]

    def test_what_is_done_is_kept(self, tmp_path: Path) -> None:
        self.interrupted(tmp_path / "out")
        study = Study.load(tmp_path / "out")
        assert (study.status, study.runs["status"].tolist()) == ("interrupted", ["done", "done", "missing"])

    def test_resume_brings_it_to_the_results_of_an_undisturbed_one(self, tmp_path: Path) -> None:
        self.interrupted(tmp_path / "out")
        resumed = society.resume(tmp_path / "out", workers=1)
        undisturbed = done(swept(LEVELS), tmp_path / "undisturbed")
        assert resumed.status == "done"
        assert resumed.manifest["results_hash"] == undisturbed.manifest["results_hash"]

    def test_it_is_done_if_nothing_is_missing(self, tmp_path: Path) -> None:
        def stop(counts: Any) -> None:
            if counts.done == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt) as caught:
            done(swept(LEVELS), tmp_path / "out", progress=stop)
        assert caught.value.__notes__ == [f"all 3 runs had ended by then; they are kept in {tmp_path / 'out'}"]
        assert Study.load(tmp_path / "out").status == "done"

    def test_before_the_first_run_there_is_a_plan_to_go_on_with(self, tmp_path: Path) -> None:
        def stop(counts: Any) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt) as caught:
            done(swept(LEVELS), tmp_path / "out", progress=stop)
        assert caught.value.__notes__[0].startswith("no run had ended by then; the plan is kept in")
        assert society.resume(tmp_path / "out", workers=1).status == "done"

    def test_the_log_says_when_work_began_and_ended(self, tmp_path: Path) -> None:
        self.interrupted(tmp_path / "out")
        society.resume(tmp_path / "out", workers=1)
        lines = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
        assert [line["event"] for line in lines] == ["began", "ended"] * 2
        assert [line["missing"] for line in lines if line["event"] == "ended"] == [1, 0]

    def test_an_error_of_an_earlier_session_is_forgotten(self, tmp_path: Path) -> None:
        self.interrupted(tmp_path / "out")
        assert Study.load(tmp_path / "out").manifest["error"] == "KeyboardInterrupt"
        assert "error" not in society.resume(tmp_path / "out", workers=1).manifest

    def test_the_history_says_who_did_what(self, tmp_path: Path) -> None:
        self.interrupted(tmp_path / "out")
        history = society.resume(tmp_path / "out", workers=1).manifest["history"]
        assert [entry["status"] for entry in history] == ["interrupted", "done"]


class TestChanges:
    def test_other_code_is_refused_on_resume(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = done(swept(), tmp_path / "out").folder
        monkeypatch.setattr("society.sweeps.keeping.code_digest", lambda: "other")
        with pytest.raises(InputError, match=r"(?s)the code of Society.*--accept-changes"):
            society.resume(folder, workers=1)

    def test_other_code_that_is_accepted_is_recorded(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = done(swept(), tmp_path / "out").folder
        versions = {**Study.load(folder).manifest["versions"], "numpy": "9.9"}
        monkeypatch.setattr("society.sweeps.keeping.versions", lambda: versions)
        study = society.resume(folder, accept_changes=True, workers=1)
        assert any(note.startswith("numpy was") for note in study.manifest["history"][-1]["notes"])

    def test_a_change_is_accepted_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = done(swept(), tmp_path / "out").folder
        versions = {**Study.load(folder).manifest["versions"], "numpy": "9.9"}
        monkeypatch.setattr("society.sweeps.keeping.versions", lambda: versions)
        society.resume(folder, accept_changes=True, workers=1)
        assert society.resume(folder, workers=1).status == "done"

    def test_what_is_refused_leaves_the_study_as_it_was(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = done(swept(), tmp_path / "out").folder
        before = contents(folder)
        monkeypatch.setattr("society.sweeps.keeping.code_digest", lambda: "other")
        with pytest.raises(InputError):
            society.resume(folder, workers=1)
        assert contents(folder) == before

    def test_a_file_of_data_that_changed_is_refused(self, tmp_path: Path) -> None:
        ages = tmp_path / "ages.csv"
        ages.write_text("id,age\n" + "".join(f"{each},30\n" for each in range(20)))
        sweep = swept(values={"population.path": str(ages), "population.initial": {"age": "age"}})
        folder = done(sweep, tmp_path / "out").folder
        ages.write_text(ages.read_text().replace("30", "31"))
        with pytest.raises(InputError, match="a file of data that it reads, has changed"):
            society.resume(folder, workers=1)


class TestMerge:
    def test_a_run_that_two_shards_hold_is_taken_once(self, study: Study, tmp_path: Path) -> None:
        half = done(study.sweep, tmp_path / "half", shard=(1, 2)).folder
        merged = society.merge([half, study.folder], out=tmp_path / "merged")
        assert len(merged.series) == len(study.series)
        assert merged.manifest["results_hash"] == study.manifest["results_hash"]

    def test_what_is_missing_can_be_resumed(self, study: Study, tmp_path: Path) -> None:
        half = done(study.sweep, tmp_path / "half", shard=(1, 2)).folder
        merged = society.merge([half], out=tmp_path / "merged")
        assert (merged.status, merged.counts["missing"]) == ("interrupted", 3)
        assert society.resume(merged.folder, workers=1).manifest["results_hash"] == study.manifest["results_hash"]

    def test_the_same_shard_twice_counts_once(self, study: Study, tmp_path: Path) -> None:
        merged = society.merge([study.folder, study.folder], out=tmp_path / "merged")
        assert len(merged.series) == len(study.series)

    def test_a_shard_is_not_merged_into_itself(self, study: Study) -> None:
        before = contents(study.folder)
        with pytest.raises(InputError, match="is one of the folders to merge"):
            society.merge([study.folder], out=study.folder, force=True)
        assert contents(study.folder) == before

    def test_a_merge_cut_short_is_resumed_without_doubling_anything(
        self, study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shards = [done(study.sweep, tmp_path / str(number), shard=(number, 2)).folder for number in (1, 2)]
        write, count = SweepWriter.write_part, iter(range(9))

        def cut(self: SweepWriter, *arguments: Any, **facts: Any) -> None:
            if next(count) == 1:
                raise KeyboardInterrupt
            write(self, *arguments, **facts)

        monkeypatch.setattr(SweepWriter, "write_part", cut)
        with pytest.raises(KeyboardInterrupt):
            society.merge(shards, out=tmp_path / "merged")
        monkeypatch.undo()
        resumed = society.resume(tmp_path / "merged", workers=1)
        assert not resumed.series.duplicated(["run_id", "step"]).any()
        assert resumed.manifest["results_hash"] == study.manifest["results_hash"]

    def test_another_sweep_is_refused(self, study: Study, tmp_path: Path) -> None:
        other = done(swept({POWER: [0.1]}), tmp_path / "other").folder
        with pytest.raises(InputError, match="is of another sweep"):
            society.merge([study.folder, other], out=tmp_path / "merged")

    @pytest.mark.parametrize("shard", [(0, 2), (3, 2)])
    def test_a_shard_there_cannot_be_is_refused(self, tmp_path: Path, shard: tuple[int, int]) -> None:
        with pytest.raises(InputError, match=r"shard = ./2: must be one of 1/2 to 2/2"):
            done(swept(), tmp_path / "out", shard=shard)


class TestRefused:
    def test_a_run_alone_is_no_sweep_to_resume(self, tmp_path: Path) -> None:
        society.run(tiny(base=TALK), out=tmp_path / "run")
        with pytest.raises(InputError, match="holds one run, not a sweep"):
            society.resume(tmp_path / "run")

    def test_what_is_defined_in_a_script_needs_one_process(
        self, tmp_path: Path, fragile: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Fragile, "__module__", "__main__")
        with pytest.raises(InputError, match=r"Fragile: is defined in this script or notebook.*workers = 1"):
            done(swept(), tmp_path / "out", workers=2)
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(("option", "value"), [("workers", 0), ("timeout", 0.0), ("timeout", -1.0)])
    def test_a_number_out_of_range_is_refused_before_anything_is_written(
        self, tmp_path: Path, option: str, value: float
    ) -> None:
        with pytest.raises(InputError, match=f"{option} = {value}: must be"):
            done(swept(), tmp_path / "out", **{option: value})
        assert not (tmp_path / "out").exists()

    def test_a_run_that_takes_too_long_fails_and_says_where_it_stopped(self, tmp_path: Path) -> None:
        study = done(swept(), tmp_path / "out", timeout=1e-9)
        assert study.runs["error"].tolist() == ["took longer than 1e-09 s: stopped at step 1"]


class TestPlan:
    def test_a_plan_counts_runs_and_says_what_they_take(self) -> None:
        plan = society.plan(swept(LEVELS, replicates=2), workers=1)
        assert (plan.n_runs, len(plan.design), plan.n_workers, plan.failures) == (6, 6, 1, ())
        assert plan.seconds > 0
        assert plan.memory_mb > 10

    def test_no_more_are_done_at_once_than_there_are_runs(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            assert society.plan(swept(LEVELS), workers=50, executor=pool).n_workers == 3

    def test_the_size_on_disk_is_that_of_all_rows_and_columns(self, study: Study) -> None:
        plan = society.plan(study.sweep, workers=1)
        assert plan.disk_mb == pytest.approx(study.series.size * 8 / 1e6)

    def test_what_only_shows_when_societies_are_built_is_found_with_its_point(self) -> None:
        plan = society.plan(swept({"population.n_agents": [20, 30, 4, 40, 50, 60, 70]}, values=GRAPH), workers=1)
        assert len(plan.failures) == 1
        assert plan.failures[0].startswith("wrong input: ")
        assert plan.failures[0].endswith("(where population.n_agents = 4)")

    def test_points_that_are_not_built_are_counted(self) -> None:
        sweep = swept({"population.n_agents": {"low": 100, "high": 400, "whole": True}}, design="grid")
        points, n_untried = to_build(sweep, planned(sweep))
        assert (len(points), n_untried) == (32, 301 - 32)
        assert {100, 400} <= {*points["population.n_agents"]}

    def test_each_level_of_each_factor_is_built_in_each_arm(self) -> None:
        sweep = swept({POWER: [0, 1, 2], "run.steps": [3, 4]}, arms={"a": {}, "b": {"set": {"record.every": 2}}})
        points, n_untried = to_build(sweep, planned(sweep))
        assert n_untried == 0
        for arm in "ab":
            of_arm = points[points["arm"] == arm]
            assert ({*of_arm[POWER]}, {*of_arm["run.steps"]}) == ({0, 1, 2}, {3, 4})

    @pytest.mark.parametrize(("memory_mb", "is_said"), [(1.0, False), (1e9, True)])
    def test_more_memory_than_the_machine_has_is_said(
        self, memory_mb: float, is_said: bool, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sweep = swept(LEVELS)
        Screen(quiet=False).plan(sweep, replace(society.plan(sweep, workers=1), memory_mb=memory_mb))
        assert ("do fewer at once (--workers)" in " ".join(capsys.readouterr().out.split())) == is_said

    def test_a_run_that_fails_when_tried_is_said(self, fragile: Any) -> None:
        plan = society.plan(swept(LEVELS, values=FRAGILE), workers=1)
        assert plan.failures == (f"RuntimeError: too strong (where {POWER} = 1.0)",)


def test_equal_runs_are_done_once_and_count_for_all(tmp_path: Path) -> None:
    study = done(swept(arms={"one": {}, "two": {}}), tmp_path / "out")
    assert study.runs["arm"].tolist() == ["one", "two"]
    assert study.runs["run_id"].nunique() == 1
    assert len(study.series) == 7


def test_tables_are_exported_as_csv(study: Study, tmp_path: Path) -> None:
    files = society.export(study.folder, out=tmp_path / "csv")
    assert [file.name for file in files] == ["design.csv", "runs.csv", "series.csv"]
    series = pd.read_csv(tmp_path / "csv" / "series.csv")
    pd.testing.assert_frame_equal(series, study.series, check_dtype=False)


def test_status_counts_the_runs_of_a_shard(study: Study, tmp_path: Path) -> None:
    folder = done(study.sweep, tmp_path / "out", shard=(2, 3)).folder
    status = society.status(folder)
    assert (status.status, status.total, status.done, status.missing) == ("done", 2, 2, 0)
