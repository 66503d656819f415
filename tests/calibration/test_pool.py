"""The pool of workers that a calibration keeps: results in order, and what the death of a worker costs."""

from __future__ import annotations

import os
import signal

import pytest

from society import InputError
from society.calibration.pool import Pool
from society.sweeps.task import Task, do, pickled
from tests.files import TALK, tiny

BASE = pickled(tiny(base=TALK))


def tasks(*seeds: int) -> list[Task]:
    return [Task(f"run-{seed}", BASE, {"run.seed": seed}) for seed in seeds]


def test_results_come_in_the_order_of_tasks_and_a_dead_worker_costs_none() -> None:
    known = [do(task).facts["results_hash"] for task in tasks(3, 1, 2)]
    with Pool(2, most=3) as pool:
        first = pool.results(tasks(3, 1, 2))
        os.kill(pool._workers[0].process.pid, signal.SIGKILL)
        again = pool.results(tasks(3, 1, 2))
        processes = [worker.process for worker in pool._workers]
    assert [result.run_id for result in first] == ["run-3", "run-1", "run-2"]
    assert [[result.facts["results_hash"] for result in results] for results in (first, again)] == [known, known]
    assert all(process.poll() is not None for process in processes)


def test_one_worker_is_this_process() -> None:
    with Pool(1, most=8) as pool:
        (result,) = pool.results(tasks(1))
    assert str(result.facts["worker"]).endswith(f":{os.getpid()}")


def test_no_worker_is_refused() -> None:
    with pytest.raises(InputError, match="workers = 0: must be at least 1"):
        Pool(0, most=2)
