"""What a sweep will take: a few of its runs are tried for a few steps, and some societies built, before all is run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from society.results import wanted
from society.scenario import Scenario
from society.sweeps.executors import Way
from society.sweeps.planning import planned, rehearsal, tasks_of
from society.sweeps.sweep import Sweep
from society.sweeps.task import Result
from society.sweeps.trying import build_tasks, failures, to_build

if TYPE_CHECKING:
    from distributed import Client

PROBES = 5
"""Runs that are tried, evenly spread over the design, to see what all of them will take."""
PROBE_STEPS = 50
"""Steps of a run that is tried."""


@dataclass(frozen=True)
class Plan:
    """What a sweep will take.

    Attributes
    ----------
    design
        One row a run.
    n_excluded
        Points that the constraints exclude.
    n_runs
        Different runs.
    n_workers
        How many are done at the same time.
    seconds
        Expected wall time; nan if no run could be tried.
    memory_mb
        Most memory that a worker held while runs were tried.
    disk_mb
        Size of the series before compression.
    failures
        What went wrong with runs that were tried, and where.
    n_tried, n_untried
        Points whose societies were built, and how many more would have to be to have seen all that differs in kind.
    """

    design: pd.DataFrame
    n_excluded: int
    n_runs: int
    n_workers: int
    seconds: float
    memory_mb: float
    disk_mb: float
    failures: tuple[str, ...]
    n_tried: int
    n_untried: int


def plan(
    sweep: Sweep | str | Path,
    *,
    shard: tuple[int, int] | None = None,
    workers: int | None = None,
    executor: Executor | Client | None = None,
    progress: Callable[[int], None] | None = None,
) -> Plan:
    """Try a few runs for a few steps, build some more societies, and say what all runs will take.

    Parameters
    ----------
    sweep
        What would be run, or the file that says so.
    shard, workers, executor, progress
        As for `society.sweep`.

    Raises
    ------
    InputError
        If the sweep is wrong.
    """
    sweep = sweep if isinstance(sweep, Sweep) else Sweep.from_file(sweep)
    way = Way.choose(executor, workers)
    design = planned(sweep, progress)
    runs = wanted(design, shard)
    chosen = runs.iloc[np.unique(np.linspace(0, len(runs) - 1, PROBES).round().astype(int))]
    built, n_untried = to_build(sweep, runs)
    built = built[~built["run_id"].isin(chosen["run_id"])]
    tasks = {task.run_id: task for task in tasks_of(sweep, chosen, max_steps=PROBE_STEPS)}
    results = [*way.results(chain(tasks.values(), build_tasks(sweep, built)), rehearsal(sweep, chosen))]
    n_workers = min(way.n_at_once(), len(runs))
    probes = [result for result in results if result.status == "done" and result.run_id in tasks]
    tried = [_extrapolated(tasks[result.run_id].scenario, result) for result in probes]
    memory = [float(result.facts["peak_memory_mb"]) for result in results if result.status == "done"]
    seconds, megabytes = np.mean(tried, axis=0) if tried else (np.nan, np.nan)
    return Plan(
        design=design,
        n_excluded=sweep.n_excluded,
        n_runs=len(runs),
        n_workers=n_workers,
        seconds=float(seconds) * len(runs) / n_workers,
        memory_mb=max(memory, default=np.nan),
        disk_mb=float(megabytes) * len(runs),
        failures=tuple(failures(pd.concat([chosen, built]), results, [*sweep.factors])),
        n_tried=len(results),
        n_untried=n_untried,
    )


def _extrapolated(scenario: Scenario, result: Result) -> tuple[float, float]:
    """Seconds and megabytes of a run, from its first steps."""
    facts, steps = result.facts, scenario.run.steps
    n_rows = steps // scenario.record.every + 1 + (steps % scenario.record.every > 0)
    stepping = facts["steps_s"] * steps / max(facts["steps_done"], 1)
    recording = facts["record_s"] * n_rows / len(result.series)
    return facts["build_s"] + stepping + recording, n_rows * result.series.shape[1] * 8 / 1e6
