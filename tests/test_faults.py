"""Runs that end badly: killed, interrupted, out of disk, without permission. What was recorded opens and is true.

Moments are drawn, once and for all, from the calls that an undisturbed run makes while it builds, steps and finishes.
"""

from __future__ import annotations

import json
import os
import random
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from society.results import Study
from tests.files import Outcome, scenario_file
from tests.nursery import Nursery
from tests.societies import everything

PHASES = ("building", "stepping", "finishing")
MOMENTS = [(phase, number) for phase in PHASES for number in range(4)]
each_moment = pytest.mark.parametrize(("phase", "number"), MOMENTS)


@dataclass(frozen=True)
class Bench:
    """A scenario, a place to run it in, and what it does undisturbed."""

    nursery: Nursery
    scenario: Path
    study: Study
    calls: dict[str, tuple[int, int]]
    """First and last call of each phase."""

    def call(self, phase: str, number: int, purpose: str) -> int:
        """A call within a phase, the same in every run of the tests."""
        return random.Random(f"{purpose} {phase} {number}").randint(*self.calls[phase])


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench")
    tables = everything(run={"steps": 12}, record={"every": 2, "agents": True, "twins": ["platform.feed"]})
    scenario = scenario_file(folder, base=tables)
    with Nursery(scenario) as nursery:
        for mark in ({}, {"marks": str(folder / "marks")}):
            outcome = nursery.run("run", scenario, "--out", folder / "study", "--force", **mark)
            assert outcome.code == 0, outcome
        lines = [json.loads(line) for line in (folder / "marks").read_text().splitlines()]
        first: dict[str, int] = {}
        for name, count in lines:
            first.setdefault(name, count)
        built, finishing = first["__init__"], first["finish"]
        calls = {"building": (1, built), "stepping": (built, finishing), "finishing": (finishing, first["end"])}
        calls["replacing"] = (min(first[name] for name in ("_empty", "_write_manifest")), first["flush"])
        yield Bench(nursery, scenario, Study.load(folder / "study"), calls)


def assert_true_as_far_as_it_goes(folder: Path, bench: Bench) -> Study | None:
    """Open what a run left behind: nothing at all, or a study that says how far it came, with rows that are right."""
    if not (folder / "manifest.json").exists():
        assert not [*folder.glob("[!.]*")]
        return None
    study = Study.load(folder)
    undisturbed = bench.study.series
    assert study.steps_done == (study.series["step"].max() if len(study.series) else 0)
    assert study.status in ("killed", "interrupted", "failed", "done")
    assert (study.status == "done") == ("results_hash" in study.manifest)
    if len(study.series):
        assert study.series.equals(undisturbed.head(len(study.series)))
        parts = pd.read_parquet(folder / "series").sort_values("step", ignore_index=True)
        assert parts["step"].tolist()[: len(study.series)] == study.series["step"].tolist()
    assert study.runs["status"].tolist() == [study.status]
    return study


def assert_it_can_run_again(folder: Path, bench: Bench) -> None:
    """With force, the same scenario gives in the same folder what it gives undisturbed."""
    outcome = bench.nursery.run("run", bench.scenario, "--out", folder, "--force")
    assert outcome.code == 0, outcome
    assert Study.load(folder).manifest["results_hash"] == bench.study.manifest["results_hash"]
    assert {path.name for path in folder.iterdir()} == {path.name for path in bench.study.folder.iterdir()}


class TestKilled:
    @each_moment
    def test_at_a_call(self, tmp_path: Path, bench: Bench, phase: str, number: int) -> None:
        at_call = bench.call(phase, number, "kill")
        words = ("run", bench.scenario, "--out", tmp_path / "out")
        assert bench.nursery.run(*words, signal=signal.SIGKILL, at_call=at_call).code == -signal.SIGKILL
        study = assert_true_as_far_as_it_goes(tmp_path / "out", bench)
        assert (study is None) <= (phase != "finishing")
        assert_it_can_run_again(tmp_path / "out", bench)

    @pytest.mark.parametrize("number", range(4))
    def test_from_outside(self, tmp_path: Path, bench: Bench, number: int) -> None:
        after = random.Random(f"outside {number}").uniform(0.02, 0.4)
        words = ("run", bench.scenario, "--out", tmp_path / "out")
        assert bench.nursery.run(*words, signal=signal.SIGKILL, after_s=after).code in (0, -signal.SIGKILL)
        if (tmp_path / "out").exists():
            assert_true_as_far_as_it_goes(tmp_path / "out", bench)
        assert_it_can_run_again(tmp_path / "out", bench)

    @pytest.mark.parametrize("number", range(5))
    def test_while_it_removes_the_study_before(self, tmp_path: Path, bench: Bench, number: int) -> None:
        folder = tmp_path / "out"
        bench.nursery.run("run", bench.scenario, "--out", folder)
        at_call = bench.call("replacing", number, "remove")
        words = ("run", bench.scenario, "--out", folder, "--force")
        assert bench.nursery.run(*words, signal=signal.SIGKILL, at_call=at_call).code == -signal.SIGKILL
        assert assert_true_as_far_as_it_goes(folder, bench) is not None
        assert_it_can_run_again(folder, bench)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize(("phase", "number"), [(phase, number) for phase in PHASES for number in range(2)])
class TestInterrupted:
    def test_at_a_call(self, tmp_path: Path, bench: Bench, phase: str, number: int, name: str) -> None:
        at_call = bench.call(phase, number, name)
        words = ("run", bench.scenario, "--out", tmp_path / "out")
        outcome = bench.nursery.run(*words, signal=int(signal.Signals[name]), at_call=at_call)
        assert "Traceback" not in outcome.err
        study = assert_true_as_far_as_it_goes(tmp_path / "out", bench)
        too_late = phase == "finishing" and study is not None and study.status == "done"  # the summary is being printed
        assert outcome.code == 130 or (too_late and outcome.code == 0), outcome
        if study is not None:
            assert study.status in (("interrupted", "done") if phase == "finishing" else ("interrupted",))
            assert not (tmp_path / "out" / ".lock").exists()


def refused(outcome: Outcome, folder: Path) -> str:
    """What a command said that could not write into a folder."""
    assert outcome.code == 2, outcome
    assert "Traceback" not in outcome.err
    assert f"{folder}: cannot be" in outcome.err
    return outcome.err


@pytest.mark.parametrize("number", range(8))
def test_files_that_cannot_grow_are_said_and_what_there_is_opens(tmp_path: Path, bench: Bench, number: int) -> None:
    size = random.Random(f"disk {number}").choice([0, 100, 1_000, 3_000, 6_000, 10_000])
    folder = tmp_path / "out"
    outcome = bench.nursery.run("run", bench.scenario, "--out", folder, max_file=size)
    assert "File too large" in refused(outcome, folder)
    if (folder / "manifest.json").exists():
        study = Study.load(folder)
        assert study.series.equals(bench.study.series.head(len(study.series))) or not len(study.series)
    assert_it_can_run_again(folder, bench)


class TestReadOnly:
    @pytest.fixture
    def place(self, bench: Bench) -> Iterator[Path]:
        """A folder that others than root may enter, with a scenario in it that they may read."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "tiny.toml").write_bytes(bench.scenario.read_bytes())
            (folder / "out").mkdir()
            os.chmod(folder / "out", 0o555)
            os.chmod(folder, 0o555)
            yield folder
            os.chmod(folder, 0o755)

    @pytest.mark.parametrize("out", ["out", "new"])
    def test_a_folder_that_may_not_be_written_is_refused(self, place: Path, bench: Bench, out: str) -> None:
        outcome = bench.nursery.run("run", place / "tiny.toml", "--out", place / out, nobody=True)
        assert "Permission denied" in refused(outcome, place / out)
        assert [*(place / "out").iterdir()] == []
