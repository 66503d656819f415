"""Filters: which runs of a study a page shows, in which order; and how runs fall into groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from society.errors import InputError
from society.figures.summaries import binned, is_continuous, levels_of

WHERE = "where."
"""Before the paths of factors among the settings of a page."""
N_PARTS = 4
"""Groups that a range falls into."""
ALL = "all runs"
ARM = "arm"


def label(value: Any) -> str:
    """A level in a word."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(value)
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)


def labels_of(column: pd.Series[Any]) -> list[str]:
    """The levels of a factor in order; none if it has too many different numbers to show each."""
    return [] if is_continuous(column) else [label(level) for level in levels_of(column)]


@dataclass(frozen=True)
class Filters:
    """Which runs are shown.

    Attributes
    ----------
    status, arm
        One of them; all if empty.
    where
        By factor, levels with commas between, or a range such as ``0.2..0.8``.
    text
        Part of anything that the table says of a run.
    """

    status: str = ""
    arm: str = ""
    text: str = ""
    where: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, view: Mapping[str, str]) -> Filters:
        """Those among the settings of a page."""
        where = {name.removeprefix(WHERE): text for name, text in view.items() if name.startswith(WHERE) and text}
        return cls(view.get("status", ""), view.get("arm", ""), view.get("text", ""), where)

    def __call__(self, runs: pd.DataFrame) -> pd.DataFrame:
        """The runs that pass all of them.

        Raises
        ------
        InputError
            If a range cannot be read.
        """
        for name in ("status", "arm"):
            if wanted := getattr(self, name):
                runs = runs[runs[name] == wanted]
        for path, wanted in self.where.items():
            if path in runs:
                runs = runs[_passes(runs[path], wanted, path)]
        if wanted := self.text.strip().lower():
            said = [name for name in ("run_id", "arm", "error", "state_hash", *self.where) if name in runs]
            found = np.zeros(len(runs), bool)
            for name in said:
                found |= runs[name].astype(str).str.lower().str.contains(wanted, regex=False).to_numpy(bool)
            runs = runs[found]
        return runs


def _passes(column: pd.Series[Any], wanted: str, path: str) -> Any:
    if ".." in wanted:
        low, _, high = wanted.partition("..")
        try:
            return column.between(float(low or "-inf"), float(high or "inf"))
        except (TypeError, ValueError):
            raise InputError(f"{path}: {wanted!r} is not a range such as 0.2..0.8") from None
    return column.map(label).isin(wanted.split(","))


def sorted_by(runs: pd.DataFrame, order: str) -> pd.DataFrame:
    """Runs in the order of a column, the largest first after "-"; as planned if there is no such column."""
    name = order.removeprefix("-")
    if name not in runs:
        return runs
    column = runs[name]
    if column.dtype == object:
        column = column.astype(str)
    return runs.loc[column.sort_values(ascending=not order.startswith("-"), kind="stable").index]


def groups_of(runs: pd.DataFrame, by: str) -> pd.Series[Any]:
    """The group of each run in a word, as categories in order: its arm, its level, or its part of a range."""
    if by not in runs:
        return pd.Series(pd.Categorical([ALL] * len(runs)), index=runs.index)
    column = runs[by]
    if is_continuous(column):
        return _parts_of(column)
    categories = [*dict.fromkeys(labels_of(column))]
    return pd.Series(pd.Categorical(column.map(label), categories=categories), index=runs.index)


def _parts_of(column: pd.Series[Any]) -> pd.Series[Any]:
    """The part of a range that each of some numbers is in, parts holding as many each, by their least and most."""
    place = binned(column.astype("f8"), n_bins=N_PARTS)
    ends = column.groupby(place).agg(["min", "max"])
    names = {part: f"{low:.3g} to {high:.3g}" for part, (low, high) in zip(ends.index, ends.to_numpy(), strict=True)}
    return pd.Series(pd.Categorical(place.map(names), categories=[*dict.fromkeys(names.values())]), index=column.index)
