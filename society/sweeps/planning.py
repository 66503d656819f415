"""What a sweep will run: its design as a table, and what that will take."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from society.results import DESIGN, wanted
from society.runner import run_id as named
from society.scenario import Scenario
from society.sweeps.executors import Way
from society.sweeps.sweep import CHECKED_AT_ONCE, Sweep
from society.sweeps.task import Result, Task, pickled

if TYPE_CHECKING:
    from distributed import Client

PROBES = 5
"""Runs that are tried, evenly spread over the design, to see what all of them will take."""
PROBE_STEPS = 50
"""Steps of a run that is tried."""


def planned(sweep: Sweep, progress: Callable[[int], None] | None = None) -> pd.DataFrame:
    """The design: one row a run, with the run_id, row, arm, replicate, seed, and one column a factor.

    Parameters
    ----------
    sweep
        What to run.
    progress
        Called with the number of points planned after each.

    Raises
    ------
    InputError
        With everything wrong with any point.
    """
    points = sweep.points()
    if len(points) > CHECKED_AT_ONCE:
        sweep.check()
    rows: list[tuple[Any, ...]] = []
    for number, point in enumerate(points):
        digest = sweep.scenario_of(point, replicate=0).digest(without_seed=True)
        if progress:
            progress(number + 1)
        for replicate in range(sweep.replicates):
            seed = sweep.seed_of(point, replicate)
            facts = (named(digest, seed, replicate), point.row, point.arm, replicate, seed)
            rows.append((*facts, *(point.labels[path] for path in sweep.factors)))
    design = pd.DataFrame(rows, columns=[*DESIGN, *sweep.factors])
    return design.assign(**{path: _of_one_type(design[path]) for path in sweep.factors})


def _of_one_type(column: pd.Series[Any]) -> pd.Series[Any]:
    """Labels of different types as text, which is what a table can hold."""
    return column.map(str) if column.dtype == object else column


def tasks_of(sweep: Sweep, runs: pd.DataFrame, **limits: Any) -> Iterator[Task]:
    """What workers need to do runs of a design, one replicate after the other.

    Parameters
    ----------
    sweep
        What to run.
    runs
        Rows of its design.
    **limits
        `timeout` and `max_steps` of `Task`.
    """
    bases = {name: pickled(arm.scenario) for name, arm in sweep.arms.items()}
    for run in runs.sort_values("replicate", kind="stable").to_dict("records"):
        yield Task(run["run_id"], bases[run["arm"]], values_of(sweep, run), **limits)


def values_of(sweep: Sweep, run: Mapping[Hashable, Any]) -> dict[str, Any]:
    """What a run sets by path over the scenario of its arm, from its row of the design alone, seed included."""
    chosen = {path: factor.value(run[path]) for path, factor in sweep.factors.items()}
    return {**sweep.arms[run["arm"]].values, **chosen, "run.seed": run["seed"]}


def rehearsal(sweep: Sweep, runs: pd.DataFrame, **limits: Any) -> list[Task]:
    """Enough of the runs for whoever does it to have compiled what all of them need: the first steps of one an arm."""
    return [*tasks_of(sweep, runs.drop_duplicates("arm"), max_steps=2, **limits)]


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
        What went wrong with runs that were tried.
    """

    design: pd.DataFrame
    n_excluded: int
    n_runs: int
    n_workers: int
    seconds: float
    memory_mb: float
    disk_mb: float
    failures: tuple[str, ...]


def plan(
    sweep: Sweep | str | Path,
    *,
    shard: tuple[int, int] | None = None,
    workers: int | None = None,
    executor: Executor | Client | None = None,
    progress: Callable[[int], None] | None = None,
) -> Plan:
    """Try a few runs for a few steps, and say what all of them will take.

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
    tasks = {task.run_id: task for task in tasks_of(sweep, chosen, max_steps=PROBE_STEPS)}
    results = [*way.results(iter(tasks.values()), rehearsal(sweep, chosen))]
    tried = [_extrapolated(tasks[result.run_id].scenario, result) for result in results if result.status == "done"]
    memory = [float(result.facts["peak_memory_mb"]) for result in results if result.status == "done"]
    seconds, megabytes = np.mean(tried, axis=0) if tried else (np.nan, np.nan)
    return Plan(
        design=design,
        n_excluded=sweep.n_excluded,
        n_runs=len(runs),
        n_workers=way.n_at_once(),
        seconds=float(seconds) * len(runs) / min(way.n_at_once(), len(runs)),
        memory_mb=max(memory, default=np.nan),
        disk_mb=float(megabytes) * len(runs),
        failures=tuple(str(result.error) for result in results if result.status == "failed"),
    )


def _extrapolated(scenario: Scenario, result: Result) -> tuple[float, float]:
    """Seconds and megabytes of a run, from its first steps."""
    facts, steps = result.facts, scenario.run.steps
    n_rows = steps // scenario.record.every + 1 + (steps % scenario.record.every > 0)
    stepping = facts["steps_s"] * steps / max(facts["steps_done"], 1)
    recording = facts["record_s"] * n_rows / len(result.series)
    return facts["build_s"] + stepping + recording, n_rows * result.series.shape[1] * 8 / 1e6
