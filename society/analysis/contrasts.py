"""Means by level of a factor, and differences between two levels or arms, with intervals over replicates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from society.analysis.blocked import in_blocks
from society.analysis.points import Points, Residual, mean_over_replicates, within_points
from society.inference import by_replicate, interval, unbiasing, welch
from society.population import Array


def means_by_level(points: Points, *, level: float) -> Iterator[dict[str, Any]]:
    """Mean at each level of each factor, over points alike, with Student's t interval over replicates.

    The points of the design stand for themselves: the interval is for the mean over these points.
    """
    for factor in map(str, points.factors):
        for value, chosen in _levels(points, factor):
            found = _mean(points, chosen, level=level)
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
            spread = within_points(points.values[chosen | at_first])
            found = _difference(points, chosen, at_first, level)
            names = {"arm": points.arm, "outcome": points.outcome, "factor": factor, "a": value, "b": first}
            yield {**names, **_shown(found), "g_runs": hedges_g(found["difference"], spread), "over": "replicates"}


def differences_of_arms(arms: list[Points], *, over: str, level: float) -> Iterator[dict[str, Any]]:
    """Each arm less each that comes before it, over the points that both have.

    `over` says what the interval is over: "replicates", or "points" where these are a random sample; then the
    difference is one between the means of the same point.
    """
    for other, one in combinations(arms, 2):
        a, b = shared(one, other)
        pairs = replace(a, values=a.values - b.values)
        if over == "points":
            found = interval(mean_over_replicates(a.values) - mean_over_replicates(b.values), level)
        elif are_paired(a, b) and pairs.n_runs:
            found = _mean(pairs.present(), level=level)
        else:
            found = _unpaired(a.values, b.values, level)
        names = {"arm": "", "outcome": one.outcome, "factor": "arm", "a": one.arm, "b": other.arm}
        yield {**names, **_shown(found), "g_runs": hedges_g(found["difference"], spread_of_both(a, b)), "over": over}


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
    """Hedges' g over runs: a difference in standard deviations s of single runs at a point, J(df) difference / s.

    `compare` has g_av instead, in standard deviations of replicates' means over points. nan for fewer than two degrees
    of freedom.
    """
    if spread.df < 2 or not spread.variance > 0:
        return np.nan
    return unbiasing(spread.df) * difference / float(np.sqrt(spread.variance))


def _mean(points: Points, chosen: Array | None = None, *, level: float) -> dict[str, float]:
    """Mean over the chosen points, or all, with its interval over replicates."""
    chosen = np.ones(len(points.values), bool) if chosen is None else chosen
    if not points.is_common:
        return interval(by_replicate(points.values[chosen]), level)
    return in_blocks(points.values, chosen / chosen.sum(), level)


def _difference(points: Points, one: Array, other: Array, level: float) -> dict[str, float]:
    """Mean over some points less that over others: by pairs under common seeds, if any pair tells, else unpaired."""
    found = in_blocks(points.values, one / one.sum() - other / other.sum(), level) if points.is_common else None
    if found is None or np.isnan(found["difference"]):
        return _unpaired(points.values[one], points.values[other], level)
    return found


def _unpaired(one: Array, other: Array, level: float) -> dict[str, float]:
    """Difference of two means over replicates whose seeds differ, by Welch's t."""
    return {**welch(by_replicate(one), by_replicate(other), level), "pairs": 0}


def _shown(found: dict[str, float]) -> dict[str, float]:
    return {key: found[key] for key in ("difference", "low", "high", "pairs")}


def _levels(points: Points, factor: str) -> Iterator[tuple[Any, Array]]:
    """Each level of a factor, numbers in order and others as the design has them, and which points have it."""
    column = points.factors[factor]
    for value in sorted(column.unique()) if column.dtype.kind in "iuf" else column.unique():
        yield value, (column == value).to_numpy()
