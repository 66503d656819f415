"""Worker processes that do one batch of runs after the other: what outlives a batch, and what a death costs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from society.sweeps import worker
from society.sweeps.task import Task, do, pickled
from society.sweeps.workers import Workers
from tests.files import TALK, tiny
from tests.sweeps.forked import Forked

BASE = pickled(tiny(base=TALK))


def tasks(*seeds: int) -> list[Task]:
    return [Task(f"run-{seed}", BASE, {"run.seed": seed}) for seed in seeds]


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """What runs come to in this process."""
    return {task.run_id: do(task).facts["results_hash"] for task in tasks(1, 2, 3)}


@pytest.fixture
def workers(known: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    """Two workers, forked from this warm process."""
    monkeypatch.setattr(worker.subprocess, "Popen", Forked)
    with Workers(2) as found:
        yield found


def done(workers: Workers, *seeds: int) -> dict[str, str]:
    return {result.run_id: result.facts["results_hash"] for result in workers.results(tasks(*seeds))}


def pids(workers: Workers) -> list[int]:
    return [each.process.pid for each in workers.workers]


def test_they_live_for_many_batches(workers: Workers, known: dict[str, str]) -> None:
    first = done(workers, 1, 2, 3)
    there = pids(workers)
    assert first == done(workers, 3, 2, 1) == known
    assert pids(workers) == there
    assert len(there) == 2


def test_there_are_no_more_than_runs_till_more_are_needed(workers: Workers) -> None:
    assert {*done(workers, 1)} == {"run-1"}
    assert len(pids(workers)) == 1
    done(workers, 1, 2, 3)
    assert len(pids(workers)) == 2


def test_one_that_is_killed_between_batches_costs_no_run(workers: Workers, known: dict[str, str]) -> None:
    done(workers, 1, 2)
    killed = pids(workers)[0]
    os.kill(killed, signal.SIGKILL)
    assert done(workers, 1, 2, 3) == known
    assert killed not in pids(workers)


def test_a_batch_that_is_left_leaves_nothing_behind_for_the_next(workers: Workers, known: dict[str, str]) -> None:
    results = workers.results(tasks(*range(20, 40)))
    next(results)
    results.close()
    assert done(workers, 1, 2, 3) == known


def test_they_end_with_the_block(known: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.subprocess, "Popen", Forked)
    with Workers(2) as found:
        done(found, 1, 2)
        assert not any(each.has_ended for each in found.workers)
    assert [each.has_ended for each in found.workers] == [True, True]
