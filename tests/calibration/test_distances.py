"""Distances: by hand, and against scipy's multivariate normal distribution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, multivariate_normal, norm

from society.calibration.distances import chi_square, likelihood, standard_errors

SIMULATED = np.array([[1.0, 10.0], [3.0, 14.0]])


def test_chi_square_by_hand() -> None:
    # means 2 and 12, standard errors 1 and 2
    found = chi_square(SIMULATED, np.array([4.0, 12.5]), np.array([0.0, 1.5]))
    assert found == pytest.approx(2.0**2 / 1.0 + 0.5**2 / (1.5**2 + 2.0**2))


def test_a_single_replicate_is_taken_as_exact() -> None:
    assert chi_square(np.array([[2.0]]), np.array([3.0]), np.array([0.5])) == pytest.approx(4.0)


def test_without_any_spread_what_is_met_is_met_and_what_is_not_is_infinitely_far() -> None:
    same = np.ones((3, 1))
    assert chi_square(same, np.array([1.0]), np.array([0.0])) == 0.0
    assert chi_square(same, np.array([1.1]), np.array([0.0])) == np.inf


def test_standard_errors_by_hand() -> None:
    assert standard_errors(SIMULATED).tolist() == pytest.approx([1.0, 2.0])


def test_chi_square_has_its_distribution_at_the_truth() -> None:
    rng = np.random.default_rng(5)
    n_sets, n_targets, sds = 2000, 4, np.array([1.0, 2.0, 0.5, 3.0])
    found = [
        chi_square(np.zeros((8, n_targets)) + 7.0, 7.0 + sds * rng.normal(size=n_targets), sds) for _ in range(n_sets)
    ]
    beyond = np.mean(np.array(found) > chi2.ppf(0.95, n_targets))
    assert abs(beyond - 0.05) < 4 * np.sqrt(0.05 * 0.95 / n_sets)


def test_the_likelihood_of_one_target_is_that_of_the_normal_distribution() -> None:
    simulated = np.array([[1.0], [2.0], [4.0], [5.0]])  # mean 3, variance 10/3
    known = norm.logpdf(3.7, loc=3.0, scale=np.sqrt(10 / 3 + 0.5**2))
    assert likelihood(simulated, np.array([3.7]), np.array([0.5])) == pytest.approx(-2 * known, rel=1e-12)


def test_the_likelihood_of_several_is_that_of_the_multivariate_normal_distribution() -> None:
    simulated = np.random.default_rng(6).normal(size=(12, 3)) @ np.array([[1, 0.5, 0], [0, 1, 0.5], [0, 0, 2]])
    values, sds = np.array([0.3, -0.2, 1.0]), np.array([0.0, 0.1, 0.2])
    covariance = np.cov(simulated, rowvar=False) + np.diag(sds**2)
    known = multivariate_normal.logpdf(values, simulated.mean(axis=0), covariance)
    assert likelihood(simulated, values, sds) == pytest.approx(-2 * known, rel=1e-10)


def test_too_few_replicates_have_no_likelihood_unless_observations_have_errors() -> None:
    simulated = np.random.default_rng(7).normal(size=(3, 4))
    assert np.isfinite(likelihood(simulated, np.zeros(4), np.full(4, 0.1)))
    assert likelihood(np.ones((3, 4)), np.zeros(4), np.zeros(4)) == np.inf
