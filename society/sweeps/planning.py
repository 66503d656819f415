"""What a sweep will run: its design as a table, and as tasks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from society.results import DESIGN
from society.runner import run_id as named
from society.sweeps.sweep import CHECKED_AT_ONCE, Sweep
from society.sweeps.task import Task, pickled


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
