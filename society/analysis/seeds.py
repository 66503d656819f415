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


def p_over_seeds(points: Points, index: Callable[[Array], pd.DataFrame]) -> Array:
    """p of Student's t test that an index, computed seed by seed, is 0 on average over seeds.

    Parameters
    ----------
    points
        Points under common seeds.
    index
        What computes the table of indices from one outcome a point, nan where it is missing.

    Returns
    -------
    Array
        nan for fewer than two seeds whose points suffice and vary.
    """
    enough = np.isfinite(points.values).sum(axis=0) > points.factors.shape[1] + 3
    varied = np.nanmax(points.values, axis=0) > np.nanmin(points.values, axis=0)
    chosen = points.values[:, enough & varied].T
    if len(chosen) < 2:
        return np.array(np.nan)
    by_seed = np.array([index(values)["estimate"] for values in chosen], "f8")
    n, error = len(by_seed), by_seed.std(axis=0, ddof=1) / np.sqrt(len(by_seed))
    with np.errstate(divide="ignore", invalid="ignore"):
        p: Array = 2 * t.sf(np.abs(by_seed.mean(axis=0) / error), n - 1)
    return p
