"""Means by level of a factor, and differences between two levels or arms, with intervals over replicates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from scipy.special import gammaln
from scipy.stats import t

from society.analysis.points import Points, Residual, mean_over_replicates, within_points
from society.inference import interval
from society.population import Array


def means_by_level(points: Points, *, level: float) -> Iterator[dict[str, Any]]:
    """Mean at each level of each factor, over points alike, with Student's t interval over replicates.

    The points of the design stand for themselves: the interval is for the mean over these points.
    """
    for factor in map(str, points.factors):
        for value, chosen in _levels(points, factor):
            found = interval(_by_replicate(points, chosen), level)
            yield {
                **{"arm": points.arm, "outcome": points.outcome, "factor": factor, "level": value},
                **{"mean": found["difference"], "low": found["low"], "high": found["high"]},
                **{"n_replicates": found["pairs"], "n_runs": int(np.isfinite(points.values[chosen]).sum())},
            }


def differences_of_levels(points: Points, *, level: float) -> Iterator[dict[str, Any]]:
    """Each level of each factor less the first of it."""
    for factor in map(str, points.factors):
        (first, at_first), *others = _levels(points, factor)
        for value, chosen in others:
            one, other = _by_replicate(points, chosen), _by_replicate(points, at_first)
            spread = within_points(points.values[chosen | at_first])
            found = _difference(one, other, points.is_common, level)
            names = {"arm": points.arm, "outcome": points.outcome, "factor": factor, "a": value, "b": first}
            yield {**names, **found, "g": hedges_g(found["difference"], spread), "over": "replicates"}


def differences_of_arms(arms: list[Points], *, over: str, level: float) -> Iterator[dict[str, Any]]:
    """Each arm less each that comes before it, over the points that both have.

    `over` says what the interval is over: "replicates", or "points" where these are a random sample; then the
    difference is one between the means of the same point.
    """
    for other, one in combinations(arms, 2):
        a, b = shared(one, other)
        if over == "points":
            differences = mean_over_replicates(a.values) - mean_over_replicates(b.values)
            found = interval(differences, level)
        else:
            every = np.ones(len(a.values), bool)
            found = _difference(_by_replicate(a, every), _by_replicate(b, every), are_paired(a, b), level)
        names = {"arm": "", "outcome": one.outcome, "factor": "arm", "a": one.arm, "b": other.arm}
        yield {**names, **found, "g": hedges_g(found["difference"], spread_of_both(a, b)), "over": over}


def are_paired(one: Points, other: Points) -> bool:
    """Whether runs of the same point and replicate have the same seed in both arms."""
    return bool((one.seeds == other.seeds).all())


def shared(one: Points, other: Points) -> tuple[Points, Points]:
    """Two arms at the points and replicates that both have."""
    rows = one.factors.index.intersection(other.factors.index)
    n = min(one.values.shape[1], other.values.shape[1])
    places = [each.factors.index.get_indexer(rows) for each in (one, other)]
    there = np.logical_and(*(np.isfinite(each.values[place, :n]).any(axis=1)
                             for each, place in zip((one, other), places, strict=True)))  # fmt: skip
    a, b = (
        replace(each, factors=each.factors.iloc[place[there]], values=each.values[place[there], :n],
                seeds=each.seeds[place[there], :n])
        for each, place in zip((one, other), places, strict=True)
    )  # fmt: skip
    return a, b


def spread_of_both(one: Points, other: Points) -> Residual:
    """Variation of runs at the same point, pooled over two arms."""
    return within_points(np.vstack([one.values, other.values]))


def hedges_g(difference: float, spread: Residual) -> float:
    """A difference in standard deviations of single runs at a point, corrected for small samples.

    g = J(df) difference / s with J(df) = Γ(df/2) / (√(df/2) Γ((df − 1)/2)); nan for fewer than two degrees of freedom.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related estimators. Journal of
    Educational Statistics 6, 107–128.
    """
    df = spread.df
    if df < 2 or not spread.variance > 0:
        return np.nan
    correction = np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    return float(correction * difference / np.sqrt(spread.variance))


def _by_replicate(points: Points, chosen: Array) -> Array:
    """(n_replicates,) mean over the chosen points in each replicate, whose own mean is that of the points' means.

    Where a run is missing, its point's mean stands for it.
    """
    means = points.means()[chosen]
    there = np.isfinite(points.values[chosen])
    deviations = np.where(there, points.values[chosen] - means[:, None], 0.0).sum(axis=0)
    deviations = np.where(there.any(axis=0), deviations / np.maximum(there.sum(axis=0), 1), np.nan)
    if not there.any():
        return deviations
    by_replicate: Array = np.nanmean(means) + deviations - np.nanmean(deviations)
    return by_replicate


def _difference(one: Array, other: Array, is_paired: bool, level: float) -> dict[str, float]:
    """Difference of two means over replicates: Student's t over pairs, or Welch's where replicates are independent."""
    if is_paired:
        return interval(one - other, level)
    one, other = one[np.isfinite(one)], other[np.isfinite(other)]
    n = min(len(one), len(other))
    difference = one.mean() - other.mean() if n else np.nan
    half = np.nan
    if n > 1:
        parts = np.array([each.var(ddof=1) / len(each) for each in (one, other)])
        freedoms = np.array([len(one) - 1, len(other) - 1])
        half = 0.0
        if parts.sum() > 0:
            df = parts.sum() ** 2 / (parts**2 / freedoms).sum()
            half = t.ppf((1 + level) / 2, df) * np.sqrt(parts.sum())
    return {"difference": difference, "low": difference - half, "high": difference + half, "pairs": 0}


def _levels(points: Points, factor: str) -> Iterator[tuple[Any, Array]]:
    """Each level of a factor, numbers in order and others as the design has them, and which points have it."""
    column = points.factors[factor]
    for value in sorted(column.unique()) if column.dtype.kind in "iuf" else column.unique():
        yield value, (column == value).to_numpy()
