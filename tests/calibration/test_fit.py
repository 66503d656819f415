"""Whether the best point meets the targets: by hand, and refused as often as it says where it is the true point."""

from __future__ import annotations

import numpy as np
import pytest

from society.calibration.fit import fit, spreads
from society.calibration.targets import Observed, Target
from society.population import Array
from tests.tolerance import has_share

SIMULATED = np.array([[1.0, 2.0], [3.0, 2.0]])
"""Two societies: means 2 and 2, standard errors 1 and 0."""


def observed(values: Array, sds: Array) -> Observed:
    targets = tuple(Target(measure=f"m{place}", value=0.0) for place in range(len(values)))
    return Observed(targets, tuple(range(len(values))), values, sds)


def test_s_of_a_mean_society_has_its_error_and_that_of_one_society_the_spread_too() -> None:
    """Variances 2 and 0: sd² + 2 / 2, and sd² + 2 + 2 / 2."""
    sds = np.array([1.0, 0.5])
    assert spreads(SIMULATED, sds, distance="chi_square") == pytest.approx([np.sqrt(2), 0.5])
    assert spreads(SIMULATED, sds, distance="likelihood") == pytest.approx([2.0, 0.5])


def test_the_statistic_is_the_sum_of_squares_on_targets_less_factors() -> None:
    """Off by 2 and 1: 4 / 2 + 1 / 0.25 = 6; with one degree of freedom 6 lies between 5.02 (2.5 %) and 6.63 (1 %)."""
    found = fit(SIMULATED, observed(np.array([4.0, 3.0]), np.array([1.0, 0.5])), distance="chi_square", n_factors=1)
    assert (found.statistic, found.freedom) == (pytest.approx(6.0), 1)
    assert 0.01 < found.p < 0.025


def test_with_as_many_factors_as_targets_all_targets_count() -> None:
    found = fit(SIMULATED, observed(np.array([4.0, 3.0]), np.array([1.0, 0.5])), distance="chi_square", n_factors=2)
    assert (found.freedom, found.p) == (2, pytest.approx(np.exp(-3.0)))


def test_a_likelihood_with_too_few_replicates_tells_nothing() -> None:
    found = fit(SIMULATED, observed(np.zeros(2), np.ones(2)), distance="likelihood", n_factors=2)
    assert np.isnan(found.p)


@pytest.mark.parametrize(("distance", "sd", "spread"), [("chi_square", 1.0, 0.0), ("likelihood", 0.0, 1.0)])
def test_the_true_point_is_refused_as_often_as_it_says(distance: str, sd: float, spread: float) -> None:
    """Errors of observation alone; and observed numbers of one society among others like it, correlated."""
    refused = []
    for number in range(600):
        rng = np.random.default_rng([21, number])
        mix = np.array([[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 2.0]])
        simulated = spread * rng.normal(0, 1, (8, 3)) @ mix.T
        values = sd * rng.normal(0, 1, 3) + spread * mix @ rng.normal(0, 1, 3)
        found = fit(simulated, observed(values, np.full(3, sd)), distance=distance, n_factors=0)
        refused.append(found.is_refused)
    assert has_share(refused, 0.05)
