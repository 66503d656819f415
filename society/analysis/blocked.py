"""Means and differences under common seeds: replicates are blocks, since each has the same seed at all points."""

from __future__ import annotations

from typing import Any

import numpy as np

from society.analysis.points import mean_over_replicates, replicate_effects
from society.inference import student
from society.population import Array

ESTIMABLE = 1e-8
"""Error of the normal equations above which they have no solution."""


def in_blocks(values: Array, weights: Array, level: float) -> dict[str, Any]:
    """Interval of Σ w_p μ_p, μ_p the mean at a point over the seeds of all replicates.

    Estimated by least squares in y_pr = μ_p + s_r + e_pr: randomised blocks, with runs missing or not; so common random
    numbers are taken into account (Nelson & Matejcik 1995). The error allows for whatever the runs of one seed have in
    common. With a_pr the weight of a run in the estimate, ê and ŝ residuals and effects of seeds, W = Σ w, and R
    replicates, a seed contributes h_r = Σ_p a_pr ê_pr + ŝ_r W / R, and the variance is Σ h_r² G / (G − 1) (Arellano
    1987). G = (Σ q_r)² / Σ q_r², q_r = Σ_p a_pr², is the effective number of seeds (Carter, Schnepel & Steigerwald
    2017), and the interval Student's t with G − 1 degrees of freedom. Without missing runs this is exactly the t over
    the R values Σ_p w_p y_pr: of a difference that of pairs.

    Parameters
    ----------
    values
        (n_points, n_replicates), nan where there is no run; each point has one.
    weights
        (n_points,) w.
    level
        Of the interval.

    Returns
    -------
    dict
        `difference` (the estimate), `low`, `high`, `df`, `p` (of 0), and `pairs`, the number of replicates with runs at
        points of each sign of w; nan where the runs that there are do not tell.

    References
    ----------
    Arellano, M. (1987). Computing robust standard errors for within-groups estimators. Oxford Bulletin of Economics and
    Statistics 49: 431–434.
    Carter, A. V., Schnepel, K. T., Steigerwald, D. G. (2017). Asymptotic behavior of a t-test robust to cluster
    heterogeneity. Review of Economics and Statistics 99: 698–709.
    Nelson, B. L., Matejcik, F. J. (1995). Using common random numbers for indifference-zone selection and multiple
    comparisons in simulation. Management Science 41: 1935–1945.
    """
    values = values[:, np.isfinite(values).any(axis=0)]
    there, total = np.isfinite(values), weights.sum()
    n_seeds = there.shape[1]
    a = _weights_of_runs(there.astype("f8"), weights)
    if a is None:
        return {**student(np.nan, np.nan, np.nan, level), "pairs": _n_pairs(there, weights)}
    effects = replicate_effects(values)
    left = values - effects
    residuals = np.where(there, left - mean_over_replicates(left)[:, None], 0.0)
    by_seed = (a * residuals).sum(axis=0) + effects * total / n_seeds
    shares = np.square(a).sum(axis=0)
    n_effective = shares.sum() ** 2 / np.square(shares).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(np.square(by_seed).sum() * n_effective / (n_effective - 1)) if n_effective > 1 else np.nan
    estimate = (a * np.where(there, values, 0.0)).sum()
    return {**student(estimate, error, n_effective - 1, level), "pairs": _n_pairs(there, weights)}


def _n_pairs(there: Array, weights: Array) -> int:
    """Number of seeds with runs at points of each sign of the weights."""
    sides = (there[side].any(axis=0) for side in (weights > 0, weights < 0) if side.any())
    return int(np.logical_and.reduce([*sides]).sum())


def _weights_of_runs(there: Array, weights: Array) -> Array | None:
    """(n_points, n_seeds) weights of runs in the least-squares estimate; None if the runs do not allow any.

    a_pr = x_p + z_r, whose sums are w over the seeds of a point and W / R over the points of a seed.
    """
    counts, n_seeds = there.sum(axis=1), there.shape[1]
    shared = there / counts[:, None]
    normal = np.diag(there.sum(axis=0)) - there.T @ shared
    right = weights.sum() / n_seeds - weights @ shared
    z = np.linalg.pinv(normal, hermitian=True) @ right
    if np.abs(normal @ z - right).max() > ESTIMABLE * np.abs(weights).sum():
        return None
    x = weights / counts - shared @ z
    return np.asarray(there * (x[:, None] + z))
