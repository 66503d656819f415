"""Distances between what was observed and what replicates of a simulation give; the smaller, the better."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from society.population import Array

type Distance = Callable[[Array, Array, Array], float]


def chi_square(simulated: Array, values: Array, sds: Array) -> float:
    """Σ ((m − v) / s)², m the mean over replicates, with s² = sd² + se², se the standard error of m.

    The observed number is taken as that of the mean society, known up to sd. Since s grows with the spread of
    replicates, of two points that are as far off the noisier one is the nearer: keep se well below sd (more
    replicates), or use `likelihood`, whose log det V (log s² of a single target) makes up for it.

    Parameters
    ----------
    simulated
        (n_replicates, n_targets) simulated values.
    values, sds
        (n_targets,) observed values and the standard deviations of their errors.
    """
    variances = sds**2 + standard_errors(simulated) ** 2
    off = simulated.mean(axis=0) - values
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(off == 0, 0.0, off**2 / variances)
    return float(terms.sum())


def likelihood(simulated: Array, values: Array, sds: Array) -> float:
    """−2 log of the synthetic likelihood: the observed numbers are those of one society, normal as the replicates are.

    log L = −½ (v − m)ᵀ V⁻¹ (v − m) − ½ log det V − ½ p log 2π, with m and S the mean and the unbiased covariance of
    replicates and V = S + diag(sd²): chance that the observed society had, and errors of observing it.

    Parameters
    ----------
    simulated, values, sds
        As for `chi_square`.

    References
    ----------
    Wood, S. N. (2010). Statistical inference for noisy nonlinear ecological dynamic systems. Nature 466: 1102–1104.
    """
    covariance = np.atleast_2d(np.cov(simulated, rowvar=False)) + np.diag(sds**2)
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return np.inf
    z = np.linalg.solve(root, values - simulated.mean(axis=0))
    log_determinant = 2 * np.log(np.diag(root)).sum()
    return float(z @ z + log_determinant + len(values) * np.log(2 * np.pi))


def standard_errors(simulated: Array) -> Array:
    """(n_targets,) of the means over replicates; 0 for a single one, of which nothing is known."""
    n = len(simulated)
    none: Array = np.zeros(simulated.shape[1])
    return simulated.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else none


DISTANCES: dict[str, Distance] = {"chi_square": chi_square, "likelihood": likelihood}
