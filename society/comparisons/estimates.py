"""Estimates: the difference between two sides, how sure it is, and how large beside the spread of replicates.

Values come as (n_points, n_replicates, …) arrays, nan where there is no run. The independent units are the replicates:
all design points of a replicate may share its seed, so they are averaged before anything is inferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from society.inference import bootstrap, by_replicate, correlation, effect_sizes, moments, paired, welch
from society.population import Array


def units_of(values: Array) -> Array:
    """(n_units, …) independent values: means by replicate, or, with a single replicate, the points themselves."""
    return by_replicate(values) if values.shape[1] > 1 else values[:, 0]


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
        return units_of(np.where(both, self.a, np.nan)), units_of(np.where(both, self.b, np.nan))

    def all_units(self) -> tuple[Array, Array]:
        """(n_units, …) independent values of both sides, pairs or not, at the points where both have any."""
        both = (np.isfinite(self.a).any(axis=1) & np.isfinite(self.b).any(axis=1))[:, None]
        return units_of(np.where(both, self.a, np.nan)), units_of(np.where(both, self.b, np.nan))

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
