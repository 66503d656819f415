"""Estimates: the difference between two sides, how sure it is, and how large beside the spread of replicates.

Values come as (n_points, n_replicates, …) arrays, nan where there is no run. The independent units are the replicates:
all design points of a replicate may share its seed, so they are averaged before anything is inferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from society.inference import bootstrap, correlation, effect_sizes, moments, paired, welch
from society.population import Array


def by_replicate(values: Array) -> Array:
    """(n_replicates, …) means over design points by replicate; their mean is the mean over points of their means.

    Where runs are missing, deviations from the mean of their point are weighted up by the number of replicates over
    the number that the point has: the variance of the mean of what is returned is the cluster-robust one, and the usual
    one where nothing is missing. With a single replicate there is nothing to average over but points, and the units are
    the points, (n_points, …).

    References
    ----------
    Liang, K.-Y., Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika 73: 13–22.
    """
    if values.shape[1] == 1:
        single: Array = values[:, 0]
        return single
    known = np.isfinite(values)
    there = known.any(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        n_known = known.sum(axis=1)
        means = np.where(known, values, 0.0).sum(axis=1) / n_known
        n_points = (n_known > 0).sum(axis=0)
        mean = np.where(n_known > 0, means, 0.0).sum(axis=0) / n_points
        weights = there.sum(axis=0) / n_known
        deviations = np.where(known, (values - means[:, None]) * weights[:, None], 0.0)
        units: Array = np.where(there, mean + deviations.sum(axis=0) / n_points, np.nan)
    return units


@dataclass(frozen=True)
class Sides:
    """Values of an outcome on both sides, (n_points, n_replicates, …) each, at the same points.

    Attributes
    ----------
    a, b
        nan where there is no run.
    shared
        (n_points, n_replicates) whether both sides have a run of the same seed: a pair.
    """

    a: Array
    b: Array
    shared: Array

    @property
    def in_pairs(self) -> bool:
        """Whether there are pairs at all; if there are, what has no partner is left out."""
        return bool(self.shared.any())

    def units(self) -> tuple[Array, Array]:
        """(n_units, …) independent values of both sides."""
        if not self.in_pairs:
            return self.all_units()
        shared = self.shared.reshape(self.shared.shape + (1,) * (self.a.ndim - 2))
        both = np.isfinite(self.a) & np.isfinite(self.b) & shared
        return by_replicate(np.where(both, self.a, np.nan)), by_replicate(np.where(both, self.b, np.nan))

    def all_units(self) -> tuple[Array, Array]:
        """(n_units, …) independent values of both sides, pairs or not, at the points where both have any."""
        both = (np.isfinite(self.a).any(axis=1) & np.isfinite(self.b).any(axis=1))[:, None]
        return by_replicate(np.where(both, self.a, np.nan)), by_replicate(np.where(both, self.b, np.nan))

    def by_point(self) -> tuple[Array, Array]:
        """(n_replicates, n_points, …) independent values of both sides at each point."""
        a, b = self.a, self.b
        if self.in_pairs:
            shared = self.shared.reshape(self.shared.shape + (1,) * (a.ndim - 2))
            a, b = np.where(shared, a, np.nan), np.where(shared, b, np.nan)
        return a.swapaxes(0, 1), b.swapaxes(0, 1)


def estimate(sides: Sides, level: float) -> dict[str, Any]:
    """All that is said of the difference a − b of one outcome, (n_points, n_replicates) values."""
    a, b = sides.units()
    in_pairs = sides.in_pairs
    found = difference(a, b, level, in_pairs=in_pairs)
    unpaired = welch(*sides.all_units(), level)
    (n_a, _, variance_a), (n_b, _, variance_b) = moments(a), moments(b)
    apart = variance_a + variance_b
    both = np.isfinite(a) & np.isfinite(b) if in_pairs else slice(None)
    samples = ((a - b)[both],) if in_pairs else (a, b)
    low, high = bootstrap(samples, _mean if in_pairs else _mean_difference, level)
    return {
        **found,
        "n_a": n_a,
        "n_b": n_b,
        "method": "paired t" if in_pairs else "Welch",
        **effect_sizes(a, b, in_pairs=in_pairs),
        "correlation": correlation(a, b) if in_pairs else np.nan,
        "variance_reduction": 1 - moments(a - b)[2] / apart if in_pairs and apart > 0 else np.nan,
        "bootstrap_low": low,
        "bootstrap_high": high,
        "welch_low": unpaired["low"],
        "welch_high": unpaired["high"],
    }


def difference(a: Array, b: Array, level: float, *, in_pairs: bool) -> dict[str, Any]:
    """Means of both, their difference, its interval, degrees of freedom and p, by pairs or else by Welch's t."""
    found = paired(a, b, level) if in_pairs else welch(a, b, level)
    return {"a": moments(a)[1], "b": moments(b)[1], **found}


def _mean(differences: Array, axis: int = -1) -> Any:
    return differences.mean(axis=axis)


def _mean_difference(a: Array, b: Array, axis: int = -1) -> Any:
    return a.mean(axis=axis) - b.mean(axis=axis)
