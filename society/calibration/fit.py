"""Fit: how far the best trial is from the targets, and whether that is more than chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from society.calibration.distances import standard_errors
from society.calibration.targets import Observed
from society.population import Array

REFUSED = 0.05
"""P below which a point is said not to meet the targets."""


class Fit(NamedTuple):
    """How a trial meets all targets together.

    Attributes
    ----------
    statistic
        χ², or T² under a likelihood.
    freedom
        Targets less factors; all targets where there are no more of them than factors, which refuses less often.
    p
        Chance of a statistic as large, were it the true point; nan where it cannot be told.
    """

    statistic: float
    freedom: int
    p: float

    @property
    def is_refused(self) -> bool:
        """Whether the point does not meet the targets."""
        return self.p < REFUSED


def spreads(simulated: Array, sds: Array, *, distance: str) -> Array:
    """(n_targets,) standard deviation s of what was observed less the mean m of replicates, at the true point.

    The observed number is the mean society's, known up to sd: s² = sd² + se². Under a likelihood it is that of one
    society, which differs from the mean by the spread S of replicates, too: s² = sd² + S (1 + 1 / n).
    """
    n_societies = len(simulated) + 1 if distance == "likelihood" else 1
    result: Array = np.sqrt(sds**2 + n_societies * standard_errors(simulated) ** 2)
    return result


def fit(simulated: Array, observed: Observed, *, distance: str, n_factors: int) -> Fit:
    """Test the best of many points against all targets.

    By χ² = Σ z² on targets less factors degrees of freedom; under a likelihood by Hotelling's
    T² = (v − m)ᵀ (S (1 + 1/n) + diag sd²)⁻¹ (v − m), of which (n − f) / (f (n − 1)) T² has F on f and n − f degrees of
    freedom where sd is 0, and is smaller else.

    References
    ----------
    Hotelling, H. (1931). The generalization of Student's ratio. Annals of Mathematical Statistics 2: 360–378.
    """
    from scipy.stats import chi2, f

    n, n_targets = simulated.shape
    freedom = n_targets - n_factors if n_targets > n_factors else n_targets
    off = observed.values - simulated.mean(axis=0)
    if distance != "likelihood":
        s = spreads(simulated, observed.sds, distance=distance)
        with np.errstate(divide="ignore", invalid="ignore"):
            total = float(np.where(off == 0, 0.0, (off / s) ** 2).sum())
        return Fit(total, freedom, float(chi2.sf(total, freedom)))
    covariance = np.atleast_2d(np.cov(simulated, rowvar=False)) * (1 + 1 / n) + np.diag(observed.sds**2)
    total = float(off @ np.linalg.pinv(covariance, hermitian=True) @ off)
    return Fit(total, freedom, float(f.sf(total * (n - freedom) / (freedom * (n - 1)), freedom, n - freedom)))
