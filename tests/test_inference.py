"""Inference about means, against numbers worked by hand, scipy, and coverage where there is nothing to find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import ttest_ind, ttest_rel

from society.inference import bootstrap, correlation, effect_sizes, holm, interval, moments, paired, student, welch
from society.population import Array

T_4 = 2.7764451051977987
"""The 97.5 % quantile of Student's t with 4 degrees of freedom (any table)."""


def normal(seed: int, *shape: int) -> Array:
    values: Array = np.random.default_rng(seed).normal(size=shape)
    return values


def mean(values: Array, axis: int = -1) -> Array:
    found: Array = values.mean(axis=axis)
    return found


def test_an_interval_worked_by_hand() -> None:
    found = interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 0.95)
    assert (found["difference"], found["pairs"]) == (3.0, 5)
    assert found["high"] - 3.0 == pytest.approx(T_4 * np.sqrt(2.5 / 5), rel=1e-12)


def test_what_is_lacking_counts_for_nothing() -> None:
    values = np.array([1.0, np.nan, 2.0, 3.0, np.nan, 4.0, 5.0])
    assert interval(values, 0.95) == interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 0.95)


def test_columns_have_intervals_of_their_own() -> None:
    values = normal(1, 6, 3)
    values[2, 1] = np.nan
    found = interval(values, 0.9)
    alone = [interval(values[:, column], 0.9) for column in range(3)]
    assert found["low"].tolist() == pytest.approx([each["low"] for each in alone], rel=1e-12)


def test_one_value_has_no_interval() -> None:
    found = interval(np.array([2.0]), 0.95)
    assert found["difference"] == 2.0
    assert np.isnan([found["low"], found["high"]]).all()


def test_the_paired_test_is_that_of_scipy() -> None:
    a, b = normal(2, 9) + 0.4, normal(3, 9)
    found, known = paired(a, b, 0.95), ttest_rel(a, b)
    assert [found["low"], found["high"]] == pytest.approx([*known.confidence_interval(0.95)], rel=1e-10)
    assert (found["p"], found["df"]) == (pytest.approx(known.pvalue, rel=1e-10), 8)


def test_the_unpaired_test_is_that_of_scipy() -> None:
    a, b = 3 * normal(4, 7) + 1, normal(5, 11)
    found, known = welch(a, b, 0.9), ttest_ind(a, b, equal_var=False)
    assert [found["low"], found["high"]] == pytest.approx([*known.confidence_interval(0.9)], rel=1e-10)
    assert [found["p"], found["df"]] == pytest.approx([known.pvalue, known.df], rel=1e-10)


def test_no_difference_at_all_leaves_no_doubt() -> None:
    found = paired(np.ones(4), np.ones(4), 0.95)
    assert (found["difference"], found["low"], found["high"], found["p"]) == (0.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize("test", [paired, welch])
def test_equal_differences_have_neither_interval_nor_p(test: Callable[..., dict[str, float]]) -> None:
    found = test(np.array([1.0, 1.0]), np.array([0.0, 0.0]), 0.95)
    assert found["difference"] == 1.0
    assert np.isnan([found["low"], found["high"], found["p"]]).all()


def test_differences_that_are_equal_but_for_rounding_are_equal() -> None:
    values = np.full(3, 0.1)
    values[1] = np.nextafter(0.1, 1.0)
    assert np.isnan(paired(values, np.zeros(3), 0.95)["p"])


def test_a_small_difference_that_varies_keeps_its_p() -> None:
    found = paired(np.array([1e-9, 2e-9, 3e-9]), np.zeros(3), 0.95)
    assert found["p"] == pytest.approx(ttest_rel([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]).pvalue)


def test_without_a_standard_error_there_is_no_p() -> None:
    assert np.isnan(student(1.0, np.nan, 0, 0.95)["p"])


def test_effect_sizes_worked_by_hand() -> None:
    a, b = np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0])
    found = effect_sizes(a, b, in_pairs=True)  # differences 1, 2, 3; variances 4 and 1; r = 1
    assert found["d_z"] == pytest.approx(2.0)
    assert found["sd"] == pytest.approx(np.sqrt(2.5))
    m = 5.0**2 / (16 / 2 + 1 / 2 + 2 * 4 / 2)  # 2: J(2) = Γ(1) / (√1 Γ(1/2)) = 1/√π
    assert m == 2.0
    assert found["g_av"] == pytest.approx(2 / np.sqrt(2.5) / np.sqrt(np.pi))


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_g_is_unbiased_in_small_samples(rho: float) -> None:
    n, trials = 6, 3000
    shared, one, other = normal(int(10 * rho) + 6, 3, trials, n)
    a = 0.8 + np.sqrt(rho) * shared + np.sqrt(1 - rho) * one
    b = np.sqrt(rho) * shared + np.sqrt(1 - rho) * other
    found = np.array([effect_sizes(*pair, in_pairs=True)["g_av"] for pair in zip(a, b, strict=True)])
    assert abs(found.mean() - 0.8) < 4 * found.std() / np.sqrt(trials)


def test_where_nothing_varies_there_is_no_effect_size_unless_there_is_no_difference() -> None:
    ones = np.ones(3)
    assert np.isnan(effect_sizes(ones, 2 * ones, in_pairs=True)["g_av"])
    assert np.isnan(effect_sizes(ones, 2 * ones, in_pairs=True)["d_z"])
    assert effect_sizes(ones, ones, in_pairs=True)["g_av"] == 0.0


def test_what_varies_by_rounding_alone_does_not_vary() -> None:
    a = np.array([0.1 + 0.2, 0.3, 0.3])
    assert np.isnan(effect_sizes(a, a + 1.0, in_pairs=False)["g_av"])


def test_the_correlation_of_what_does_not_vary_is_none() -> None:
    assert np.isnan(correlation(np.ones(4), normal(7, 4)))
    assert correlation(np.arange(4.0), -2 * np.arange(4.0)) == pytest.approx(-1.0)


def test_holm_worked_by_hand() -> None:
    p = np.array([0.03, 0.01, np.nan, 0.04, 0.02, 0.9])
    expected = [0.09, 0.05, np.nan, 0.09, 0.08, 0.9]  # times 5, 4, 3, 2, 1 from the smallest, never falling
    assert holm(p) == pytest.approx(expected, nan_ok=True)


def test_the_bootstrap_of_a_mean_is_normal_in_a_large_sample() -> None:
    values = normal(8, 400)
    values = (values - values.mean()) / values.std()
    low, high = bootstrap((values,), mean, 0.95)
    # quantiles of 9,999 resamples: standard error √(.025 × .975 / 9999) / φ(1.96) = .027 standard errors of the mean
    assert [20 * low, 20 * high] == pytest.approx([-1.96, 1.96], abs=4 * 0.027 + 0.02)  # and skewness of the sample


def test_the_bootstrap_is_the_same_each_time() -> None:
    values = normal(9, 12)
    assert bootstrap((values,), mean, 0.95) == bootstrap((values,), mean, 0.95)


def test_the_bootstrap_of_what_does_not_vary_has_no_interval_unless_it_is_0() -> None:
    assert np.isnan(bootstrap((np.full(5, 3.0),), mean, 0.95)).all()
    assert bootstrap((np.zeros(5),), mean, 0.95) == (0.0, 0.0)
    assert np.isnan(bootstrap((np.array([3.0]),), mean, 0.95)).all()


def test_moments_are_those_of_numpy() -> None:
    values = normal(10, 8)
    n, middle, variance = moments(values)
    assert (n, middle, variance) == (8, pytest.approx(values.mean()), pytest.approx(values.var(ddof=1)))
