"""Matching: which run of one side belongs with which of the other, and outcomes laid out accordingly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from society.comparisons.estimates import Sides
from society.comparisons.sides import Side, canonical
from society.errors import InputError
from society.population import Array
from society.scenario import Scenario


@dataclass(frozen=True)
class Matched:
    """Runs that are done on both sides, by design point and replicate.

    Runs belong to the same point if all factors and the arm have the same values; a factor that only one study varies
    has in the other the value that its runs have in that arm. They are a pair if their replicate and seed are the same
    too; or the point alone, if each point was run once and no seed is shared.

    Attributes
    ----------
    a, b
        Their runs at points that are on both sides, with columns `point` and `replicate`, numbered from 0.
    points
        One row a point: its factors, and its arm if there are several.
    notes
        What had to be left out.
    """

    a: pd.DataFrame
    b: pd.DataFrame
    points: pd.DataFrame
    notes: tuple[str, ...]

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row a pair: point, replicate, seeds, run ids, and whether both have the same bits."""
        columns = ["point", "replicate", "seed", "run_id", "state_hash", "results_hash"]
        both = self.a[columns].merge(self.b[columns], on=["point", "replicate"], suffixes=("_a", "_b"))
        if not self.by_point_alone:
            both = both[both["seed_a"] == both["seed_b"]].reset_index(drop=True)
        for kind in ("state", "results"):
            hashes = both.pop(f"{kind}_hash_a"), both.pop(f"{kind}_hash_b")
            both[f"same_{kind}"] = hashes[0].notna() & (hashes[0] == hashes[1])
        return both

    @cached_property
    def by_point_alone(self) -> bool:
        """Whether runs of different seeds are paired since they are at the same of several points."""
        if len(self.points) < 2 or max(self.a["replicate"].max(), self.b["replicate"].max()) > 0:
            return False
        seeds = self.a[["point", "seed"]].merge(self.b[["point", "seed"]], on="point")
        return bool((seeds["seed_x"] != seeds["seed_y"]).all())

    @cached_property
    def shared(self) -> Array:
        """(n_points, n_replicates) whether there is a pair."""
        there = np.zeros(self.shape, bool)
        there[self.pairs["point"], self.pairs["replicate"]] = True
        return there

    @property
    def shape(self) -> tuple[int, int]:
        """Number of points and of replicates."""
        return len(self.points), 1 + int(max(self.a["replicate"].max(), self.b["replicate"].max()))

    def sides(self, a: pd.Series, b: pd.Series) -> Sides:
        """Values of an outcome by run id, laid out by point and replicate."""
        return Sides(self._laid(self.a, a), self._laid(self.b, b), self.shared)

    def sides_over_time(self, a: pd.DataFrame, b: pd.DataFrame) -> Sides:
        """Likewise of a row a step and a column a run id: (n_points, n_replicates, n_steps)."""
        return Sides(self._laid(self.a, a.T), self._laid(self.b, b.T), self.shared)

    def _laid(self, runs: pd.DataFrame, values: pd.Series | pd.DataFrame) -> Array:
        laid = np.full((*self.shape, *values.shape[1:]), np.nan)
        laid[runs["point"], runs["replicate"]] = values.reindex(runs["run_id"]).to_numpy("f8")
        return laid


def match(a: Side, b: Side) -> Matched:
    """Lay out the runs of two sides by point and replicate."""
    for side in (a, b):
        if side.done.empty:
            raise InputError(f"{side.study.folder}: {side.label}: no run is done, so there is nothing to compare")
    factors = list(dict.fromkeys([*a.factors, *b.factors]))
    keys = tuple(_keys(side, factors) for side in (a, b))
    codes = {key: code for code, key in enumerate(key for key in dict.fromkeys(keys[0]) if key in {*keys[1]})}
    if not codes:
        said = f"no design point of {a.label} is one of {b.label}"
        raise InputError(f"{said}: nowhere do {', '.join([*factors, 'arm'])} have the same values on both sides")
    runs = [_at_points(side, key, codes) for side, key in zip((a, b), keys, strict=True)]
    points = pd.DataFrame([*codes], columns=["arm", *factors])
    notes = [
        f"{side.label}: {len({*key}) - len(codes)} design points are not on the other side, and are left out"
        for side, key in zip((a, b), keys, strict=True)
        if len({*key}) > len(codes)
    ]
    if points["arm"].nunique() == 1:
        points = points.drop(columns="arm")
    return Matched(runs[0], runs[1], points, tuple(notes))


def _keys(side: Side, factors: Sequence[str]) -> list[tuple[Any, ...]]:
    """What tells the design point of each run that is done."""
    done = side.done
    columns = [done["arm"]]
    for path in factors:
        columns.append(done[path] if path in side.factors else done["arm"].map(_constants(side, path)).astype(object))
    return [*zip(*(column.map(canonical, na_action=None) for column in columns), strict=True)]


def _at_points(side: Side, keys: list[tuple[Any, ...]], codes: dict[tuple[Any, ...], int]) -> pd.DataFrame:
    """Runs at points that are on both sides; equal points, which share their runs, once."""
    point = pd.Series([codes.get(key, -1) for key in keys], side.done.index)
    runs = side.done.assign(point=point)
    return runs[point >= 0].drop_duplicates(["point", "replicate"]).reset_index(drop=True)


def _constants(side: Side, path: str) -> dict[str, Any]:
    """The value at a path that a side does not vary, by arm, as a run of it has it."""
    runs = side.done.drop_duplicates("arm").set_index("arm")["run_id"]
    return {str(arm): _value(side.study.scenario(run_id), path) for arm, run_id in runs.items()}


def _value(scenario: Scenario, path: str) -> Any:
    """The value at a path; None if there is none or it is a table."""
    value: Any = scenario.resolved()
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str | bool | int | float) else None
