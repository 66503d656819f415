"""Elementary effects (Morris) of a stochastic model, with the noise between replicates kept apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t

from society.analysis.extras import salib
from society.analysis.points import Points, adjusted, mean_over_replicates
from society.analysis.structure import blocks, noise_of_means, rows_of_blocks, same_runs
from society.population import Array

N_RESAMPLES = 1000
MIN_TRAJECTORIES = 2


def elementary_effects(
    points: Points, codes: Array, *, n_levels: int, level: float, seed: int
) -> tuple[pd.DataFrame, int]:
    """μ*, μ and σ of the elementary effects of each factor, an effect being a change by the whole range.

    SALib computes them from the means over replicates. Noise leaves μ unbiased, adds its variance to σ² and lifts μ*,
    a mean of absolute values: `noise_floor` is the μ* that noise alone would give, √(2/π) times the standard deviation
    of an effect by noise, and σ is given less the noise.

    Parameters
    ----------
    points
        All rows of the design in their order: trajectories of one row more than there are factors.
    codes
        (n_points, n_factors) factors as numbers that order their values.
    n_levels
        Number of levels of the design.
    level
        Of the intervals: bootstrap over trajectories for μ* (by SALib), Student's t for μ.
    seed
        Of the bootstrap.

    Returns
    -------
    DataFrame, int
        One row an index: `index` mu_star, mu or sigma, `factor`, `estimate`, `low`, `high`, `of_mean` (with the noise
        in it) and `noise_floor`; and the number of trajectories left out for lack of runs.

    References
    ----------
    Morris, M. D. (1991). Factorial sampling plans for preliminary computational experiments. Technometrics 33,
    161–174.
    Campolongo, F., Cariboni, J. & Saltelli, A. (2007). An effective screening design for sensitivity analysis of large
    models. Environmental Modelling & Software 22, 1509–1518.
    """
    names = list(points.factors.columns)
    size = len(names) + 1
    runs, n_dropped = blocks(points, size)
    if len(runs) < MIN_TRAJECTORIES:
        return pd.DataFrame(), n_dropped
    if points.is_common:
        runs = adjusted(runs.reshape(-1, runs.shape[2])).reshape(runs.shape)
    x = codes[rows_of_blocks(points, size)]
    y = mean_over_replicates(runs.reshape(-1, runs.shape[2]))
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names), "groups": None}
    morris = salib("analyze.morris", "the analysis of a morris design")
    found = morris.analyze(
        problem,
        x,
        y,
        num_levels=n_levels,
        num_resamples=N_RESAMPLES,
        conf_level=level,
        seed=np.random.default_rng(seed),
    )
    mu, mu_star, sigma, half_width = (
        np.asarray(found[key], "f8") for key in ("mu", "mu_star", "sigma", "mu_star_conf")
    )
    noise = _noise_of_effects(runs, x.reshape(-1, size, len(names)), same_runs(points, size), n_levels)
    half_mu = t.ppf((1 + level) / 2, len(runs) - 1) * sigma / np.sqrt(len(runs))
    nothing = np.full(len(names), np.nan)
    parts = [
        ("mu_star", mu_star, mu_star - half_width, mu_star + half_width, mu_star, np.sqrt(2 / np.pi * noise)),
        ("mu", mu, mu - half_mu, mu + half_mu, mu, nothing),
        ("sigma", np.sqrt(np.maximum(sigma**2 - np.nan_to_num(noise), 0)), nothing, nothing, sigma, nothing),
    ]
    columns = ("estimate", "low", "high", "of_mean", "noise_floor")
    frames = [pd.DataFrame({"index": name, "factor": names, **dict(zip(columns, values, strict=True))})
              for name, *values in parts]  # fmt: skip
    return pd.concat(frames, ignore_index=True), n_dropped


def _noise_of_effects(runs: Array, x: Array, same: Array, n_levels: int) -> Array:
    """(n_factors,) mean over trajectories of the noise variance of an elementary effect; nan without replicates."""
    if runs.shape[2] == 1:
        return np.full(x.shape[2], np.nan)
    noise = noise_of_means(runs, same)
    before = np.arange(runs.shape[1] - 1)
    after = before + 1
    steps = noise[:, before, before] + noise[:, after, after] - 2 * noise[:, before, after]
    moved = np.diff(x, axis=1) != 0
    delta = n_levels / (2 * (n_levels - 1))
    variance: Array = np.einsum("nk,nkj->j", steps, moved.astype("f8")) / len(runs) / delta**2
    return np.maximum(variance, 0.0)  # rounding
