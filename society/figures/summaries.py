"""What figures show of many runs: means with intervals over replicates or over design points, quantiles, levels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from society.inference import by_replicate, interval, moments

LEVEL = 0.95
"""Of intervals."""
MOST_LEVELS = 12
"""Levels above which a factor of numbers counts as continuous."""

type Over = Literal["replicates", "points"]


def means(
    values: pd.DataFrame,
    runs: pd.DataFrame,
    *,
    over: Over = "replicates",
    level: float = LEVEL,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> pd.DataFrame:
    """Mean of each column of `values` with its interval by Student's t (`society.inference`).

    Parameters
    ----------
    values
        (n_runs, n_columns) numbers; nan where a run has none.
    runs
        (n_runs, …) with the columns ``row``, the design point of each, ``replicate``, and ``arm`` if there are any.
    over
        What is independent. ``"replicates"``: the mean is over the design points that are there, in each arm, and the
        interval over replicates, whose runs may share seeds (`society.inference.by_replicate`). It holds under common
        and under independent random numbers, for these points. ``"points"``: the points are a sample, replicates of a
        point only make it less noisy.
    level
        Confidence of the interval.
    bounds
        Between which values the mean must lie: intervals are cut there, which takes nothing from how often they cover.

    Returns
    -------
    DataFrame
        One row a column: ``mean``, ``low``, ``high`` (nan for fewer than two replicates or points, the mean if
        nothing varies), and ``n``, how many replicates or points there are.
    """
    keys = [name for name in ("row", "arm") if name in runs and not (name == "arm" and over == "points")]
    points = runs.groupby(keys, sort=False).ngroup().to_numpy()
    replicates, n = np.unique(runs["replicate"].to_numpy(), return_inverse=True)[1], runs["replicate"].nunique()
    laid = np.full((points.max(initial=-1) + 1, n, values.shape[1]), np.nan)
    laid[points, replicates] = values.to_numpy("f8")
    found = interval(by_replicate(laid) if over == "replicates" else moments(laid.swapaxes(0, 1))[1], level)
    constant = np.isnan(found["low"]) & (found["pairs"] > 1)  # drawn without width, so that bands have no holes
    ends = (np.where(constant, found["difference"], found[name]) for name in ("low", "high"))
    low, high = (np.clip(end, *bounds) for end in ends)
    table = {"mean": found["difference"], "low": low, "high": high, "n": found["pairs"]}
    return pd.DataFrame(table, index=values.columns)


def independent(runs: pd.DataFrame, factors: Iterable[str]) -> Over:
    """What intervals are over: replicates if there are any, else the points of a design that samples a factor."""
    is_sampled = any(is_continuous(runs[factor]) for factor in factors)
    return "points" if is_sampled and runs["replicate"].nunique() == 1 else "replicates"


def quantiles(values: pd.DataFrame, shares: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> pd.DataFrame:
    """One row a column of `values`, one column a quantile over runs."""
    return values.quantile(list(shares)).T


def wide(series: pd.DataFrame, runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """(n_runs, n_steps) an outcome at each recorded step, in the order of `runs`; nan where a run has no such step."""
    table = series.pivot(index="run_id", columns="step", values=outcome)
    return table.reindex(runs["run_id"]).reset_index(drop=True)


def is_continuous(levels: pd.Series[Any]) -> bool:
    """Whether a factor has so many numbers that each is hardly met twice."""
    return is_number(levels) and levels.nunique() > MOST_LEVELS


def is_number(levels: pd.Series[Any]) -> bool:
    """Whether the levels of a factor are numbers, and not words or true and false."""
    return bool(pd.api.types.is_numeric_dtype(levels) and not pd.api.types.is_bool_dtype(levels))


def levels_of(values: pd.Series[Any]) -> list[Any]:
    """The different values of a factor: numbers rising, words in the order in which they come."""
    found = values.dropna().unique().tolist()
    return sorted(found) if is_number(values) else found


def binned(x: pd.Series[Any], *, n_bins: int | None = None) -> pd.Series[Any]:
    """Number of the bin of each of `x`, bins holding as many each; if not said, by Rice's rule as many as ∛(2n)."""
    n_bins = n_bins or int(np.clip(round((2 * len(x)) ** (1 / 3)), 2, 20))
    return pd.Series(pd.qcut(x.rank(method="first"), min(n_bins, len(x)), labels=False), index=x.index)
