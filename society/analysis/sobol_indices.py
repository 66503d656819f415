"""Sobol indices of a stochastic model, with the noise between replicates kept apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import t

from society.analysis.extras import salib
from society.analysis.points import Points, adjusted, mean_over_replicates, within_points
from society.analysis.seeds import MIN_SEEDS, jackknife
from society.analysis.structure import blocks, noise_of_means, same_runs
from society.population import Array

N_RESAMPLES = 1000
MIN_BLOCKS = 2


def sobol_indices(points: Points, *, second_order: bool, level: float, seed: int) -> tuple[pd.DataFrame, int]:
    r"""First, total and second order indices of the mean response f(x) = E(Y | x).

    The design holds blocks of rows A, AB_1 … AB_D, (BA_1 … BA_D,) B, as SALib makes them. With ȳ the mean over R
    replicates, the estimators of Saltelli et al. (2010) are

        V_j = mean ȳ_B (ȳ_ABj − ȳ_A),   V_Tj = ½ mean (ȳ_A − ȳ_ABj)²,

    and for pairs (Saltelli 2002) V_jk = mean ȳ_BAj ȳ_ABk − ȳ_A ȳ_B. Noise adds to their expectation wherever a
    product takes the same draw twice: V_e / R to the variance of ȳ and to V_Tj, when runs are independent, and where
    two rows share seeds what they share. From each product the unbiased estimate of that, the covariance
    over replicates divided by R, is taken off, so that only products of different replicates count. Dividing by
    V_x, thus estimated, gives the indices of f. Intervals are percentiles of a bootstrap over blocks. Common seeds make
    them wider by the standard error over seeds, from a jackknife of three replicates or more; with fewer they
    hold for these seeds only.

    Parameters
    ----------
    points
        All rows of the design in their order.
    second_order
        Whether the design has rows BA_j.
    level
        Of the intervals.
    seed
        Of the bootstrap.

    Returns
    -------
    DataFrame, int
        One row an index: `index` S1, ST or S2, `factor`, `factor_2`, `estimate`, `low`, `high`, `of_mean` (as SALib
        computes it from the means over replicates, noise included) and `of_run` (share of the variance of a single
        run); and the number of blocks left out for lack of runs.

    References
    ----------
    Saltelli, A. (2002). Making best use of model evaluations to compute sensitivity indices. Computer Physics
    Communications 145, 280–297.
    Saltelli, A., Annoni, P., Azzini, I., Campolongo, F., Ratto, M. & Tarantola, S. (2010). Variance based sensitivity
    analysis of model output. Design and estimator for the total sensitivity index. Computer Physics Communications
    181, 259–270.
    """
    names = list(points.factors.columns)
    size = 2 * len(names) + 2 if second_order else len(names) + 2
    runs, n_dropped = blocks(points, size)
    if len(runs) < MIN_BLOCKS or np.nanmin(runs) == np.nanmax(runs):
        return pd.DataFrame(), n_dropped
    if points.is_common:
        runs = adjusted(runs.reshape(-1, runs.shape[2])).reshape(runs.shape)
    same = same_runs(points, size)
    products = _products(runs, same, len(names), second_order)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(runs), np.full(len(runs), 1 / len(runs)), size=N_RESAMPLES) / len(runs)
    tails = [(1 - level) / 2, (1 + level) / 2]
    estimates = _indices(products.mean(axis=0)[None], len(names))[0]
    low, high = np.quantile(_indices(weights @ products, len(names)), tails, axis=0)
    if points.is_common and runs.shape[2] >= MIN_SEEDS:
        over_seeds = _error_over_seeds(runs, same, len(names), second_order) * t.ppf((1 + level) / 2, runs.shape[2] - 1)
        low, high = (
            estimates - np.hypot(estimates - low, over_seeds),
            estimates + np.hypot(high - estimates, over_seeds),
        )
    means = mean_over_replicates(runs.reshape(-1, runs.shape[2])).reshape(runs.shape[:2])
    frame = pd.DataFrame(_labels(names, second_order), columns=["index", "factor", "factor_2"])
    frame = frame.assign(estimate=estimates, low=low, high=high, of_mean=_by_salib(means, len(names), second_order))
    return frame.assign(of_run=estimates * _share_of_run(products, runs, points)), n_dropped


def _products(runs: Array, same: Array, n_factors: int, second_order: bool) -> Array:
    """(n_blocks, n_products) of each block: terms whose means over blocks make the variance and all indices.

    The first two give the variance, then first, total and closed second-order effects.
    """
    n, size, n_replicates = runs.shape
    rows = mean_over_replicates(runs.reshape(-1, n_replicates)).reshape(n, size)
    rows = rows - rows.mean()
    noise = noise_of_means(runs, same)
    a, b, ab = 0, size - 1, np.arange(1, n_factors + 1)
    square = (rows[:, a] ** 2 + rows[:, b] ** 2 - noise[:, a, a] - noise[:, b, b] + 2 * noise[:, a, b]) / 2
    first = rows[:, [b]] * (rows[:, ab] - rows[:, [a]]) - noise[:, b, ab] + noise[:, b, [a]]
    total = (rows[:, [a]] - rows[:, ab]) ** 2 - noise[:, a, [a]] - noise[:, ab, ab] + 2 * noise[:, a, ab]
    parts = [square, (rows[:, a] + rows[:, b]) / 2, first, total / 2]
    if second_order:
        j, k = np.array([*combinations(range(n_factors), 2)], int).reshape(-1, 2).T
        ba_j, ab_k = n_factors + 1 + j, 1 + k
        closed = rows[:, ba_j] * rows[:, ab_k] - (rows[:, a] * rows[:, b])[:, None]
        parts.append(closed - noise[:, ba_j, ab_k] + noise[:, a, [b]])
    return np.column_stack(parts)


def _indices(means: Array, n_factors: int) -> Array:
    """(n_samples, n_indices) from (n_samples, n_products) means over blocks; nan where no variance is left."""
    variance = means[:, [0]] - means[:, [1]] ** 2
    first, total, closed = np.split(means[:, 2:], [n_factors, 2 * n_factors], axis=1)
    j, k = np.array([*combinations(range(n_factors), 2)], int).reshape(-1, 2).T
    second = closed - first[:, j] - first[:, k] if closed.shape[1] else closed
    effects = np.column_stack([first, total, second])
    ratios: Array = np.divide(effects, variance, out=np.full(effects.shape, np.nan), where=variance > 0)
    return ratios


def _error_over_seeds(runs: Array, same: Array, n_factors: int, second_order: bool) -> Array:
    """(n_indices,) standard error over common seeds, by leaving each replicate out."""
    n_replicates = runs.shape[2]
    left_out = []
    for replicate in range(n_replicates):
        others = np.delete(runs, replicate, axis=2)
        whole = np.isfinite(others).any(axis=2).all(axis=1)
        products = _products(others[whole], same[whole], n_factors, second_order)
        left_out.append(_indices(products.mean(axis=0)[None], n_factors)[0])
    return jackknife(np.array(left_out))


def _share_of_run(products: Array, runs: Array, points: Points) -> float:
    """V_x / (V_x + V_e); nan without replicates."""
    factors = products[:, 0].mean() - products[:, 1].mean() ** 2
    noise = within_points(points.values).variance
    return float(factors / (factors + noise)) if runs.shape[2] > 1 and factors > 0 else np.nan


def _by_salib(means: Array, n_factors: int, second_order: bool) -> Array:
    """Indices of the means over replicates as SALib has them."""
    sobol = salib("analyze.sobol", "the analysis of a sobol design")
    standard = (means - means.mean()) / means.std()
    a, b, ab, ba = sobol.separate_output_values(standard.ravel(), n_factors, len(means), second_order)
    each = range(n_factors)
    values = [sobol.first_order(a, ab[:, j], b) for j in each] + [sobol.total_order(a, ab[:, j], b) for j in each]
    if second_order:
        values += [sobol.second_order(a, ab[:, j], ab[:, k], ba[:, j], b) for j, k in combinations(each, 2)]
    return np.array(values, "f8")


def _labels(names: list[str], second_order: bool) -> list[tuple[str, str, str]]:
    pairs = [("S2", *pair) for pair in combinations(names, 2)] if second_order else []
    return [*(("S1", name, "") for name in names), *(("ST", name, "") for name in names), *pairs]
