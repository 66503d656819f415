"""What only shows when societies are built: points of a design on which that is tried before anything is run."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from society.sweeps.planning import tasks_of
from society.sweeps.sweep import Sweep
from society.sweeps.task import Result, Task, do

MOST_BUILT = 32
"""Points whose societies are built at most."""
MOST_LEVELS = 8
"""Levels of a factor of which all are tried; of more, the lowest and the highest."""
STRUCTURE = ("graph", "population")
"""Tables that are tried in all their combinations: they say who there is."""


def to_build(sweep: Sweep, design: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Points to build, and how many more there would be without a limit.

    In every arm, each level of each factor is in one of them, or the lowest and the highest if there are many, and each
    combination of what the graph and the people are made of.

    Parameters
    ----------
    sweep
        What is to be run.
    design
        Its design, or part of it.
    """
    points = design.drop_duplicates(["arm", "row"]).drop_duplicates("run_id")
    chosen: dict[Hashable, None] = {}
    for _, of_arm in points.groupby("arm", sort=False):
        for path in sweep.factors:
            chosen |= dict.fromkeys(_extremes(of_arm[path]))
    structure = [path for path in sweep.factors if path.split(".")[0] in STRUCTURE]
    combined = points.drop_duplicates(["arm", *structure]).index.difference([*chosen], sort=False)
    room = max(MOST_BUILT - len(chosen), 0)
    places = np.unique(np.linspace(0, len(combined) - 1, min(room, len(combined))).round().astype(int))
    built = [*chosen][:MOST_BUILT] + combined[places].tolist()
    return points.loc[built], len(chosen) + len(combined) - len(built)


def _extremes(column: pd.Series[Any]) -> list[Hashable]:
    """Where each level stands first, or the lowest and the highest of many."""
    if column.nunique() > MOST_LEVELS and pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy()
        return [*column.index[[int(values.argmin()), int(values.argmax())]]]
    return [*column.drop_duplicates().index]


def build_tasks(sweep: Sweep, points: pd.DataFrame) -> list[Task]:
    """Runs of no step: societies are built and measured."""
    return [*tasks_of(sweep, points, max_steps=0)]


def try_to_build(sweep: Sweep, points: pd.DataFrame) -> list[str]:
    """Build societies in this process, one after the other, and say what went wrong."""
    return failures(points, [do(task) for task in build_tasks(sweep, points)], [*sweep.factors])


def failures(points: pd.DataFrame, results: Iterable[Result], factors: Sequence[str]) -> list[str]:
    """Each error of runs that were tried, with the first point that has it and how many have."""
    of_run = {run["run_id"]: run for run in points.to_dict("records")}
    found: dict[str, list[str]] = {}
    for result in results:
        if result.status == "failed":
            found.setdefault(str(result.error), []).append(result.run_id)
    return [*_told(found, of_run, factors)]


def _told(
    found: dict[str, list[str]], of_run: Mapping[str, Mapping[Hashable, Any]], factors: Sequence[str]
) -> Iterator[str]:
    for error, run_ids in found.items():
        more = f", and in {len(run_ids) - 1:,} more of {len(of_run):,} tried" if len(run_ids) > 1 else ""
        yield f"{error} (where {where(of_run[run_ids[0]], factors)}{more})"


def where(run: Mapping[Hashable, Any], factors: Sequence[str]) -> str:
    """What a run of a design is, in words."""
    arm = [f"arm {run['arm']}"] if run["arm"] else []
    return ", ".join([*arm, *(f"{path} = {run[path]}" for path in factors)]) or f"row {run['row']}"
