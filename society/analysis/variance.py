"""How much of the variance of single runs comes from the factors, and how much is noise between replicates."""

from __future__ import annotations

from typing import Any

import numpy as np

from society.analysis.points import Points, within_points, within_points_and_seeds


def variance_components(points: Points) -> dict[str, Any]:
    """Split the variance of single runs by the law of total variance, Var Y = Var E(Y | x) + E Var(Y | x).

    With R replicates a point, the variance of the means over replicates is V_x + V_e / R, so that V_x is that less
    V_e / R (one-way random effects; Searle, Casella & McCulloch 1992, Variance Components, Wiley). Under common seeds
    the noise has two parts: what a seed does at every point, V_s, which cancels from the differences between points,
    and what it does at one point and not at others, V_i; then the means over replicates vary by V_x + V_i / R.

    Returns
    -------
    dict
        `n_points`, `n_runs`, `mean`, `sd` (over all runs) and `sd_noise` (at a point); the unbiased estimates
        `var_factors` (V_x), `var_noise` (V_e), and under common seeds its parts `var_seed` and `var_interaction`;
        `noise_share`, V_e / (V_x + V_e), with a V_x below 0 taken as 0. Without replicates what is of noise is nan.
    """
    there = points.present()
    noise = within_points(there.values).variance
    left = within_points_and_seeds(there.values).variance if points.is_common else noise
    means = there.means()
    per_point = (1 / np.isfinite(there.values).sum(axis=1)).mean()
    between = means.var(ddof=1) if len(means) > 1 else 0.0
    factors = between - left * per_point if len(means) > 1 else 0.0
    sd = there.values[np.isfinite(there.values)].std(ddof=1)
    share = noise / (max(factors, 0.0) + noise) if noise > 0 else (0.0 if noise == 0 else np.nan)
    return {
        **{"arm": points.arm, "outcome": points.outcome, "n_points": len(means), "n_runs": there.n_runs},
        **{"mean": means.mean(), "sd": sd, "sd_noise": np.sqrt(noise), "var_factors": factors, "var_noise": noise},
        "var_seed": noise - left if points.is_common else np.nan,
        "var_interaction": left if points.is_common else np.nan,
        "noise_share": share,
    }
