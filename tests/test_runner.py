"""Running a scenario: rows, twins, progress, and scenarios at the edge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from society.errors import InputError
from society.runner import run
from tests.files import TALK, tiny


def test_a_row_is_taken_first_last_and_every_so_many_steps(tmp_path: Path) -> None:
    study = run(tiny({"run.steps": 7, "record.every": 3}, base=TALK), out=tmp_path / "out")
    assert study.series["step"].tolist() == [0, 3, 6, 7]


def test_a_row_that_is_last_and_due_is_taken_once(tmp_path: Path) -> None:
    study = run(tiny({"run.steps": 6, "record.every": 3}, base=TALK), out=tmp_path / "out")
    assert study.series["step"].tolist() == [0, 3, 6]


def test_a_run_of_no_steps_records_the_beginning(tmp_path: Path) -> None:
    study = run(tiny({"run.steps": 0}, base=TALK), out=tmp_path / "out")
    assert (study.status, study.series["step"].tolist()) == ("done", [0])


def test_one_person_makes_a_society(tmp_path: Path) -> None:
    changes = {"population.n_agents": 1, "graph.generator": "empty_graph", "record.agents": True}
    assert len(run(tiny(changes), out=tmp_path / "out").agents) == 1


def test_only_the_measures_named_are_recorded(tmp_path: Path) -> None:
    study = run(tiny({"record.measures": ["known"]}, base=TALK), out=tmp_path / "out")
    assert [*study.series.columns] == ["run_id", "step", "known.invariant"]


def test_progress_is_told_after_each_step(tmp_path: Path) -> None:
    told: list[int] = []
    run(tiny(base=TALK), out=tmp_path / "out", progress=told.append)
    assert told == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("threads", [0, -1, 10**6])
def test_threads_that_do_not_exist_are_refused(tmp_path: Path, threads: int) -> None:
    with pytest.raises(InputError, match=f"threads = {threads}: must be"):
        run(tiny(base=TALK), out=tmp_path / "out", threads=threads)
    assert not (tmp_path / "out").exists()


def test_the_same_scenario_has_the_same_run_id(tmp_path: Path) -> None:
    ids = [run(tiny(base=TALK), out=tmp_path / name).manifest["run_id"] for name in "ab"]
    assert ids[0] == ids[1]


def test_another_seed_has_another_run_id(tmp_path: Path) -> None:
    ids = [run(tiny({"run.seed": seed}, base=TALK), out=tmp_path / str(seed)).manifest["run_id"] for seed in (1, 2)]
    assert ids[0] != ids[1]


def test_recorded_people_have_one_column_for_each_number(tmp_path: Path) -> None:
    people = run(tiny({"record.agents": True}), out=tmp_path / "out").agents
    assert {"run_id", "uid", "age", "traits.openness", "traits.anger", "attention.life", "attention.feed"} <= {*people}


def test_recorded_people_have_finite_traits(tmp_path: Path) -> None:
    people = run(tiny({"record.agents": True}), out=tmp_path / "out").agents
    assert np.isfinite(people[["traits.openness", "traits.anger"]]).all(axis=None)
