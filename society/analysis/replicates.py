"""Rows of the table of power: what the replicates of a study can show, and how many more would be needed."""

from __future__ import annotations

from typing import Any

import numpy as np

from society.analysis.contrasts import are_paired, shared, spread_of_both
from society.analysis.points import Points, Residual, within_points, within_points_and_seeds
from society.analysis.power import detectable, half_width, replicates_needed, upper_bound

MEAN, POINTS = "mean", "difference of points"


def power_of_mean(points: Points, *, wanted: float | None, level: float) -> dict[str, Any]:
    """Of the mean at one design point, with the spread of runs pooled over points."""
    spread = within_points(points.values)
    return _row(points, MEAN, spread, _replicates(points), wanted=wanted, level=level)


def power_of_points(points: Points, *, wanted: float | None, level: float) -> dict[str, Any]:
    """Of the difference between two design points of an arm: of pairs under common seeds, else of two samples."""
    if not points.is_common:
        spread = within_points(points.values)
        return _row(points, POINTS, spread, _replicates(points), wanted=wanted, level=level, n_samples=2)
    left = within_points_and_seeds(points.values)
    doubled = Residual(2 * left.sum_of_squares, left.df)
    return _row(points, POINTS, doubled, _replicates(points), wanted=wanted, level=level)


def power_of_arms(one: Points, other: Points, *, wanted: float | None, level: float) -> dict[str, Any]:
    """Of the difference between two arms at one design point: of pairs if they share seeds, else of two samples."""
    a, b = shared(one, other)
    quantity = f"{one.arm} − {other.arm}"
    n = min(_replicates(a), _replicates(b))
    if are_paired(a, b):
        return _row(a, quantity, within_points(a.values - b.values), n, wanted=wanted, level=level) | {"arm": ""}
    return _row(a, quantity, spread_of_both(a, b), n, wanted=wanted, level=level, n_samples=2) | {"arm": ""}


def _row(
    points: Points, quantity: str, spread: Residual, n: int, *, wanted: float | None, level: float, n_samples: int = 1
) -> dict[str, Any]:
    """One row: `sd` of runs or of differences of pairs, `needed` with it and `needed_high` with its upper bound."""
    sd, high = np.sqrt(spread.variance), upper_bound(spread, level=level)
    row = {
        **{"arm": points.arm, "outcome": points.outcome, "quantity": quantity},
        **{"sd": sd, "sd_high": high, "df": spread.df, "replicates": n},
        "half_width": half_width(sd, n, level=level, n_samples=n_samples) if n > 1 else np.nan,
        "detectable": detectable(sd, n, level=level, n_samples=n_samples),
    }
    if wanted is not None:
        for name, value in (("needed", sd), ("needed_high", high)):
            is_known = np.isfinite(value)
            row[name] = replicates_needed(value, wanted, level=level, n_samples=n_samples) if is_known else np.nan
    return row


def _replicates(points: Points) -> int:
    """Replicates that half of the points have, at least."""
    counts = np.isfinite(points.values).sum(axis=1)
    return int(np.median(counts)) if len(counts) else 0
