"""Filters: which runs of a study a page shows, in which order; and how runs fall into groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from society.errors import InputError

WHERE = "where."
"""Before the paths of factors among the settings of a page."""
MOST_LEVELS = 12
"""Different numbers of a factor beyond which it is a range."""
N_BINS = 8
"""Equally full parts of a range."""
ALL = "all runs"
ARM = "arm"


def label(value: Any) -> str:
    """A level in a word."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(value)
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)


def levels_of(column: pd.Series[Any]) -> list[str]:
    """The levels of a factor in order; none if it is a range."""
    values = column.dropna().unique()
    if is_range(column):
        return []
    return [label(value) for value in sorted(values, key=lambda value: (isinstance(value, str), value))]


def is_range(column: pd.Series[Any]) -> bool:
    """Whether a factor has too many different numbers to show each."""
    return (
        pd.api.types.is_numeric_dtype(column)
        and not pd.api.types.is_bool_dtype(column)
        and column.nunique() > MOST_LEVELS
    )


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
    """The group of each run in a word, as ordered categories: its arm, its level of a factor, or its part of a range."""
    if by not in runs:
        return pd.Series(pd.Categorical([ALL] * len(runs)), index=runs.index)
    column = runs[by]
    if is_range(column):
        cut = pd.qcut(column.astype(float), 4, duplicates="drop")
        names = [f"{interval.left:.3g} to {interval.right:.3g}" for interval in cut.cat.categories]
        return cut.cat.rename_categories(names)
    order: Sequence[str] = [*dict.fromkeys(column.astype(str))] if by == ARM else levels_of(column)
    return pd.Series(pd.Categorical(column.map(label), categories=order), index=runs.index)


def units_of(runs: pd.DataFrame, manifest: Mapping[str, Any]) -> pd.Series[Any]:
    """What is independent: runs that share a seed count as one, a replicate, if there are several."""
    shared = manifest.get("pairing") != "independent" and runs["replicate"].nunique() > 1
    return runs["replicate"] if shared else runs["run_id"]
