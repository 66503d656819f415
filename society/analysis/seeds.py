"""What an estimate owes to the seeds that all points share: its error over other seeds.

Under common seeds the points of a design differ by what the factors do to these seeds. That may be an effect of the
seeds alone, however many points there are, so that errors over points are too small.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import t

from society.analysis.points import Points
from society.population import Array

MIN_SEEDS = 3
"""Common seeds from which on an error over seeds can be told by leaving each out."""


def jackknife(estimates: Array) -> Array:
    """Standard error from the estimates (n_seeds, n) without each seed in turn.

    References
    ----------
    Efron, B. & Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman & Hall. Chapter 11.
    """
    error: Array = estimates.std(axis=0) * np.sqrt(len(estimates) - 1)
    return error


def over_seeds(points: Points, index: Callable[[Array], pd.DataFrame], *, level: float, in_z: bool) -> pd.DataFrame:
    """A table of indices whose intervals and p hold for other seeds too.

    Computed seed by seed, an index that only these seeds have on average has Student's t with as many degrees of
    freedom as there are seeds less one. Its p stands in the table if it is larger than that over points, and so does
    the interval that this t implies, estimate ± t_crit estimate / t (test-based; Miettinen 1976), if it is wider.

    Parameters
    ----------
    points
        Points under common seeds.
    index
        What computes the table of indices from one outcome a point, nan where it is missing.
    level
        Of the intervals.
    in_z
        Whether the indices are correlations, whose intervals are in Fisher's z.

    References
    ----------
    Miettinen, O. S. (1976). Estimability and estimation in case-referent studies. American Journal of Epidemiology
    103, 226–235.
    """
    found = index(points.means())
    tested = found["p"].notna()
    by_seed = [index(values)["estimate"].to_numpy("f8") for values in _enough(points)]
    n = len(by_seed)
    if n < 2:
        return found
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.mean(by_seed, axis=0) / np.std(by_seed, axis=0, ddof=1) * np.sqrt(n)
        centre = np.arctanh(found["estimate"]) if in_z else found["estimate"]
        half_width = t.ppf((1 + level) / 2, n - 1) * np.abs(centre / statistic)
        low, high = (np.tanh(end) if in_z else end for end in (centre - half_width, centre + half_width))
    p = np.fmax(found["p"], 2 * t.sf(np.abs(statistic), n - 1))
    return found.assign(
        low=np.fmin(found["low"], low).where(tested), high=np.fmax(found["high"], high).where(tested), p=p.where(tested)
    )


def _enough(points: Points) -> Array:
    """(n, n_points) outcomes of the seeds at which points are many enough for an index and vary."""
    there = np.isfinite(points.values)
    low = np.where(there, points.values, np.inf).min(axis=0)
    high = np.where(there, points.values, -np.inf).max(axis=0)
    chosen: Array = points.values[:, (there.sum(axis=0) > points.factors.shape[1] + 3) & (low < high)].T
    return chosen
