"""Sweeps that end badly: what is done is kept and true, what is missing is said, and going on gives what undisturbed
work gives.

Moments are drawn once and for all. Workers are forked from a warm process (tests/sweeps/forked.py); real ones stand in
test_workers.py.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import tomli_w

from society import folder
from society.errors import InputError
from society.folder import Lock
from society.results import Study
from tests.files import Outcome, scenario_file
from tests.nursery import Nursery

POWER = "platform.feed.power"
POWERS = [0.0, 0.5, 1.0]
REPLICATES = 2
N_RUNS = len(POWERS) * REPLICATES
PLUGINS = ["tests.sweeps.trouble"]


@dataclass(frozen=True)
class Bench:
    """A sweep, a place to run it in, and what it comes to undisturbed."""

    nursery: Nursery
    folder: Path
    sweep: Path
    study: Study
    calls: dict[str, tuple[int, int]]
    """First and last call of each phase."""

    def run(self, *words: str | Path, **job: Any) -> Outcome:
        """Run a command to its end."""
        return self.nursery.run(*words, plugins=PLUGINS, **job)

    def call(self, phase: str, number: int, purpose: str) -> int:
        """A call within a phase, the same in every run of the tests."""
        return random.Random(f"{purpose} {phase} {number}").randint(*self.calls[phase])


def sweep_file(folder: Path, name: str, **trouble: Any) -> Path:
    """Write a sweep of six runs over a tiny society with a process that makes trouble."""
    scenario_file(folder, {"process.trouble": trouble})
    tables = {
        "sweep": {"scenario": "tiny.toml", "design": "grid", "replicates": REPLICATES},
        "factors": {POWER: POWERS},
    }
    path = folder / f"{name}.toml"
    path.write_text(tomli_w.dumps(tables), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    place = tmp_path_factory.mktemp("bench")
    (place / "warm").mkdir()
    with Nursery(scenario_file(place / "warm")) as nursery:
        sweep, out = sweep_file(place, "tiny-sweep"), place / "study"
        for mark in ({}, {"marks": str(place / "marks")}):
            outcome = nursery.run(
                "sweep", sweep, "--out", out, "--workers", "1", "--force", "--quiet", plugins=PLUGINS, **mark
            )
            assert outcome.code == 0, outcome
        first: dict[str, int] = {}
        for name, count in map(json.loads, (place / "marks").read_text().splitlines()):
            first.setdefault(name, count)
        began, finishing = first["_write_manifest"], first["finish"]
        calls = {"beginning": (began, first["flush"]), "doing": (first["flush"], finishing)}
        calls["finishing"] = (finishing, first["end"])
        yield Bench(nursery, place, sweep, Study.load(out), calls)


def kept(folder: Path, undisturbed: Study) -> Study | None:
    """Open what was left behind: nothing at all, or a study whose runs are true, with a status for each of them."""
    if not (folder / "manifest.json").exists():
        assert not [*folder.glob("[!.]*")]
        return None
    study = Study.load(folder)
    if not (folder / "design.parquet").exists():
        with pytest.raises(InputError, match="has no design"):
            _ = study.runs
        return study
    runs = study.runs.drop_duplicates("run_id").set_index("run_id")
    assert sum(study.counts.values()) == N_RUNS
    done = runs[runs["status"] == "done"]
    expected = undisturbed.runs.set_index("run_id").loc[done.index]
    assert done["results_hash"].tolist() == expected["results_hash"].tolist()
    assert_series_equal(study, undisturbed, at_least=done.index)
    return study


def assert_series_equal(study: Study, undisturbed: Study, *, at_least: pd.Index) -> None:
    """Every row is that of the undisturbed study, none stands twice, and runs that are done have all of theirs."""
    if study.series.empty:
        assert at_least.empty
        return
    series, expected = (each.series.set_index(["run_id", "step"]).sort_index() for each in (study, undisturbed))
    assert series.index.is_unique
    run_ids = series.index.get_level_values("run_id")
    assert {*at_least} <= {*run_ids}
    expected = expected[expected.index.get_level_values("run_id").isin(run_ids)]
    pd.testing.assert_frame_equal(series, expected, check_like=True, check_exact=True)


def assert_goes_on(folder: Path, bench: Bench, undisturbed: Study, command: str = "resume") -> None:
    """Going on brings it to what undisturbed work comes to, in the same files and no others."""
    outcome = bench.run(command, folder, "--workers", "1", "--quiet")
    assert outcome.code == 0, outcome
    study = kept(folder, undisturbed)
    assert study is not None
    assert (study.status, study.counts["done"]) == ("done", N_RUNS)
    assert study.manifest["results_hash"] == undisturbed.manifest["results_hash"]
    names = {path.name for path in folder.iterdir()} - {"failures"}
    assert names == {path.name for path in undisturbed.folder.iterdir()}
    assert len(pd.read_parquet(folder / "series")) == len(undisturbed.series), "what others read holds nothing twice"


def assert_goes_on_or_begins_again(folder: Path, bench: Bench) -> None:
    """The same, or from the beginning if there is nothing to go on with."""
    if (folder / "design.parquet").exists():
        return assert_goes_on(folder, bench, bench.study)
    if (folder / "manifest.json").exists():
        outcome = bench.run("resume", folder)
        assert outcome.code == 2, outcome
    outcome = bench.run("sweep", bench.sweep, "--out", folder, "--workers", "1", "--quiet", "--force")
    assert outcome.code == 0, outcome
    assert Study.load(folder).manifest["results_hash"] == bench.study.manifest["results_hash"]


def some(*cases: Any, by_default: int) -> list[Any]:
    """Cases of which but the first few are for the long suite."""
    marks = [()] * by_default + [(pytest.mark.slow,)] * (len(cases) - by_default)
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=mark)
        for case, mark in zip(cases, marks, strict=True)
    ]


PHASES = ("doing", "finishing", "beginning")
each_moment = pytest.mark.parametrize(
    ("phase", "number"), some(*((phase, number) for number in range(5) for phase in PHASES), by_default=2)
)


class TestParentKilled:
    @each_moment
    def test_at_a_call(self, tmp_path: Path, bench: Bench, phase: str, number: int) -> None:
        at_call = bench.call(phase, number, "kill")
        words = ("sweep", bench.sweep, "--out", tmp_path / "out", "--workers", "1", "--quiet")
        assert bench.run(*words, signal=signal.SIGKILL, at_call=at_call).code == -signal.SIGKILL
        study = kept(tmp_path / "out", bench.study)
        assert study is None or study.status == ("killed" if phase != "finishing" else study.status)
        assert_goes_on_or_begins_again(tmp_path / "out", bench)

    @pytest.mark.parametrize("number", some(*range(8), by_default=1))
    def test_from_outside_with_its_workers(self, tmp_path: Path, bench: Bench, number: int) -> None:
        after, out = random.Random(f"outside {number}").uniform(0.1, 1.0), tmp_path / "out"
        words = ("sweep", bench.sweep, "--out", out, "--workers", "2", "--quiet")
        outcome = bench.run(*words, signal=signal.SIGKILL, after_s=after, forked={})
        assert outcome.code in (0, -signal.SIGKILL)
        kept(out, bench.study)
        assert_goes_on_or_begins_again(out, bench)

    def test_workers_end_with_it_even_within_a_step(self, tmp_path: Path, bench: Bench) -> None:
        """The command's output ends when all who can write to it have ended."""
        sweep, began = sweep_file(tmp_path, "endless", how="hang"), time.monotonic()
        words = ("sweep", sweep, "--out", tmp_path / "out", "--workers", "2")
        outcome = bench.run(*words, signal=signal.SIGKILL, after_s=1.0, forked={})
        assert outcome.code == -signal.SIGKILL
        assert time.monotonic() - began < 60.0, "each run would have hung for longer"


@pytest.mark.parametrize("name", some("SIGTERM", "SIGINT", by_default=1))
class TestInterrupted:
    def assert_interrupted(self, outcome: Outcome, folder: Path, undisturbed: Study) -> None:
        assert "Traceback" not in outcome.err
        study = kept(folder, undisturbed)
        assert outcome.code in (130, 0), outcome
        if study is not None and (folder / "design.parquet").exists() and outcome.code == 130:
            assert study.status in ("interrupted", "done")  # the last moments are those of printing
        assert not Lock.is_held(folder)

    @each_moment
    def test_at_a_call(self, tmp_path: Path, bench: Bench, phase: str, number: int, name: str) -> None:
        at_call, out = bench.call(phase, number, name), tmp_path / "out"
        words = ("sweep", bench.sweep, "--out", out, "--workers", "1", "--quiet")
        outcome = bench.run(*words, signal=int(signal.Signals[name]), at_call=at_call)
        assert (outcome.code == 130) >= (phase != "finishing"), outcome
        self.assert_interrupted(outcome, out, bench.study)
        assert_goes_on_or_begins_again(out, bench)

    def test_with_its_workers(self, tmp_path: Path, bench: Bench, name: str) -> None:
        sweep, out = sweep_file(tmp_path, "endless", how="hang"), tmp_path / "out"
        words = ("sweep", sweep, "--out", out, "--workers", "2")
        outcome = bench.run(*words, signal=int(signal.Signals[name]), after_s=1.5, forked={})
        self.assert_interrupted(outcome, out, bench.study)
        assert outcome.code == 130
        assert f"society resume {out} goes on" in outcome.err


class TestWorkerKilled:
    @pytest.mark.parametrize("seed", some(*"abcd", by_default=1))
    def test_its_run_is_done_by_another(self, tmp_path: Path, bench: Bench, seed: str) -> None:
        out = tmp_path / "out"
        words = ("sweep", bench.sweep, "--out", out, "--workers", "2", "--quiet")
        outcome = bench.run(*words, forked={"killed": 3, "seed": seed})
        assert outcome.code == 0, outcome
        assert [json.loads(line)["event"] for line in (out / "log.jsonl").read_text().splitlines()].count("worker died")
        study = kept(out, bench.study)
        assert study is not None
        assert study.manifest["results_hash"] == bench.study.manifest["results_hash"]

    def test_those_that_never_come_up_end_the_sweep_in_words(self, tmp_path: Path, bench: Bench) -> None:
        words = ("sweep", bench.sweep, "--out", tmp_path / "out", "--workers", "2")
        outcome = bench.run(*words, forked={"stillborn": 7})
        assert outcome.code == 1, outcome
        assert "a worker process ended with code 7 before it had come up, 3 times in a row" in outcome.err
        study = kept(tmp_path / "out", bench.study)
        assert study is not None
        assert study.counts == {"done": 0, "failed": 0, "missing": N_RUNS}
        assert_goes_on(tmp_path / "out", bench, bench.study)


WRONG = {
    "hang": "took longer than 0.5 s and did not stop: killed",
    "die": "its worker process ended with code 3, 2 times",
    "raise": "RuntimeError: one step too many",
    "exit": "SystemExit: enough",
}


class TestRunGoesWrong:
    @pytest.fixture
    def cure(self, tmp_path: Path) -> Path:
        return tmp_path / "cure"

    def undisturbed(self, bench: Bench, sweep: Path, cure: Path) -> Study:
        """What the sweep comes to with the cure."""
        cure.touch()
        out = sweep.parent / "undisturbed"
        assert bench.run("sweep", sweep, "--out", out, "--workers", "1", "--quiet").code == 0
        cure.unlink()
        return Study.load(out)

    @pytest.mark.parametrize("how", some(*WRONG, by_default=2))
    def test_it_fails_others_are_done_and_retry_mends_it(
        self, tmp_path: Path, bench: Bench, cure: Path, how: str
    ) -> None:
        sweep = self.troubled_at_one_power(tmp_path, cure, how)
        undisturbed, out = self.undisturbed(bench, sweep, cure), tmp_path / "out"
        limits = ("--timeout", "0.5") if how == "hang" else ()
        outcome = bench.run("sweep", sweep, "--out", out, "--workers", "2", *limits, forked={}, grace=0.2)
        assert outcome.code == 1, outcome
        study = kept(out, undisturbed)
        assert study is not None
        assert study.status == "failed"
        assert study.counts == {"done": N_RUNS - REPLICATES, "failed": REPLICATES, "missing": 0}
        failed = study.runs[study.runs["status"] == "failed"]
        assert {*failed[POWER]} == {POWERS[1]}
        assert {*failed["error"]} == {WRONG[how]}
        for run_id in failed["run_id"]:
            assert WRONG[how] in (out / "failures" / f"{run_id}.txt").read_text()
        cure.touch()
        assert_goes_on(out, bench, undisturbed, "retry")
        assert not [*(out / "failures").iterdir()]

    def troubled_at_one_power(self, place: Path, cure: Path, how: str) -> Path:
        """A sweep in which the trouble comes at the second level of power."""
        scenario_file(place, {"process.trouble": {"cure": str(cure)}})
        rows = [{POWER: power, "process.trouble.how": how if power == POWERS[1] else "none"} for power in POWERS]
        tables = {
            "sweep": {"scenario": "tiny.toml", "design": "list", "replicates": REPLICATES, "rows": rows},
        }
        path = place / "troubled.toml"
        path.write_text(tomli_w.dumps(tables), encoding="utf-8")
        return path

    def test_a_run_that_is_slow_stops_by_itself_between_steps(self, tmp_path: Path, bench: Bench) -> None:
        sweep, out = sweep_file(tmp_path, "slow", pause=0.2), tmp_path / "out"
        outcome = bench.run("sweep", sweep, "--out", out, "--workers", "2", "--timeout", "0.3", forked={}, grace=60.0)
        assert outcome.code == 1
        runs = Study.load(out).runs
        assert {*runs["status"]} == {"failed"}
        assert runs["error"].str.fullmatch(r"took longer than 0\.3 s: stopped at step [12]").all()
        assert "worker killed" not in (out / "log.jsonl").read_text()

    def test_fail_fast_ends_with_the_first(self, tmp_path: Path, bench: Bench, cure: Path) -> None:
        sweep = self.troubled_at_one_power(tmp_path, cure, "raise")
        undisturbed, out = self.undisturbed(bench, sweep, cure), tmp_path / "out"
        outcome = bench.run("sweep", sweep, "--out", out, "--workers", "1", "--fail-fast")
        assert outcome.code == 1
        assert Study.load(out).counts == {"done": 1, "failed": 1, "missing": N_RUNS - 2}
        cure.touch()
        assert_goes_on(out, bench, undisturbed, "retry")


class TestDisk:
    @pytest.mark.parametrize("number", some(*range(6), by_default=1))
    def test_files_that_cannot_grow_are_said_and_what_there_is_opens(
        self, tmp_path: Path, bench: Bench, number: int
    ) -> None:
        size, out = random.Random(f"disk {number}").choice([0, 300, 3_000, 6_000, 12_000]), tmp_path / "out"
        words = ("sweep", bench.sweep, "--out", out, "--workers", "1")
        outcome = bench.run(*words, max_file=size)
        assert outcome.code == 2, outcome
        assert re.search(f"{out}: cannot be written: .*File too large", outcome.err), outcome
        assert "Traceback" not in outcome.err
        kept(out, bench.study)
        assert_goes_on_or_begins_again(out, bench)

    def test_a_folder_that_may_not_be_written_is_refused(self, tmp_path: Path, bench: Bench) -> None:
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            sweep = sweep_file(place, "tiny-sweep")
            os.chmod(place, 0o555)
            outcome = bench.run("sweep", sweep, "--out", place / "out", "--workers", "1", nobody=True)
            os.chmod(place, 0o755)
        assert outcome.code == 2
        assert f"{place / 'out'}: cannot be written: Permission denied" in outcome.err


class TestDamage:
    @pytest.fixture
    def killed(self, tmp_path: Path, bench: Bench) -> Path:
        """A study whose parent was killed in the middle."""
        low, high = bench.calls["doing"]
        words = ("sweep", bench.sweep, "--out", tmp_path / "out", "--workers", "1", "--quiet")
        bench.run(*words, signal=signal.SIGKILL, at_call=(low + high) // 2)
        assert Study.load(tmp_path / "out").counts["missing"] > 0
        return tmp_path / "out"

    @pytest.fixture
    def whole(self, tmp_path: Path, bench: Bench) -> Path:
        """A copy of the undisturbed study."""
        return Path(shutil.copytree(bench.study.folder, tmp_path / "whole"))

    def test_the_history_says_that_it_was_killed(self, killed: Path, bench: Bench) -> None:
        bench.run("resume", killed, "--workers", "1")
        history = Study.load(killed).manifest["history"]
        assert [entry["status"] for entry in history] == ["killed", "done"]

    def test_a_torn_line_of_the_journal_is_no_line(self, killed: Path, bench: Bench) -> None:
        journal, before = killed / "journal" / "main.jsonl", Study.load(killed).counts["done"]
        journal.write_bytes(journal.read_bytes()[:-20])
        assert Study.load(killed).counts["done"] == before - 1
        assert_goes_on(killed, bench, bench.study)

    def test_a_part_that_the_journal_does_not_list_counts_for_nothing(self, killed: Path, bench: Bench) -> None:
        before = Study.load(killed).series
        for kind in ("runs", "series"):
            shutil.copy(killed / kind / "part-00000.parquet", killed / kind / "part-00777.parquet")
        pd.testing.assert_frame_equal(Study.load(killed).series, before)
        assert_goes_on(killed, bench, bench.study)

    @pytest.mark.parametrize(
        ("kind", "of"), some(("runs", "killed"), ("series", "whole"), ("series", "killed"), by_default=2)
    )
    def test_a_part_that_is_gone_is_named(
        self, request: pytest.FixtureRequest, bench: Bench, kind: str, of: str
    ) -> None:
        folder = request.getfixturevalue(of)
        part = folder / kind / "part-00001.parquet"
        part.unlink()
        with pytest.raises(InputError) as refused:
            getattr(Study.load(folder), kind)
        assert str(part) in str(refused.value)
        outcome = bench.run("resume", folder, "--workers", "1")
        assert outcome.code == 2, outcome
        assert str(part) in outcome.err
        assert "Traceback" not in outcome.err

    def test_a_study_of_a_later_version_is_refused(self, killed: Path, bench: Bench) -> None:
        manifest = json.loads((killed / "manifest.json").read_text())
        manifest["schema_version"] = folder.SCHEMA_VERSION + 1
        (killed / "manifest.json").write_text(json.dumps(manifest))
        for command in ("resume", "retry"):
            outcome = bench.run(command, killed)
            assert outcome.code == 2
            assert f"{killed}: was written by a later version of Society" in outcome.err


class TestTwoAtOnce:
    def test_a_folder_in_which_somebody_writes_is_refused(self, tmp_path: Path, bench: Bench) -> None:
        out = Path(shutil.copytree(bench.study.folder, tmp_path / "out"))
        before = Study.load(out).manifest["results_hash"]
        lock = Lock(out)
        for words in (("resume", out), ("sweep", bench.sweep, "--out", out, "--force", "--workers", "1")):
            outcome = bench.run(*words)
            assert outcome.code == 2, outcome
            assert f"{out}: another run is writing here" in outcome.err
        lock.release()
        assert Study.load(out).manifest["results_hash"] == before

    def test_a_lock_that_is_let_go_of_while_another_takes_it_is_held_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, hold = Lock(tmp_path), Lock._hold

        def late(self: Lock, folder: Path) -> None:
            first.release()  # after the second has opened the file
            hold(self, folder)

        monkeypatch.setattr(Lock, "_hold", late)
        second = Lock(tmp_path)
        monkeypatch.undo()
        with pytest.raises(InputError, match="another run is writing here"):
            Lock(tmp_path)
        second.release()

    def test_letting_go_twice_lets_go_of_ones_own_only(self, tmp_path: Path) -> None:
        first = Lock(tmp_path)
        first.release()
        second = Lock(tmp_path)
        first.release()
        assert Lock.is_held(tmp_path)
        second.release()
