"""Estimates in blocks of common seeds: by hand, against least squares on single runs, and how often they are right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from society.analysis.blocked import in_blocks
from society.population import Array
from tests.tolerance import has_mean, has_share

CONTRAST = np.array([0.5, 0.5, -0.5, -0.5])
MEAN = np.full(4, 0.25)


def lacking(values: Array, share: float, rng: np.random.Generator) -> Array:
    """The same with runs missing at random, but for the first of each point."""
    lost = rng.random(values.shape) < share
    lost[:, 0] = False
    return np.where(lost, np.nan, values)


def by_least_squares(values: Array, weights: Array) -> float:
    """From one row a run, the effects of seeds summing to 0."""
    where = np.argwhere(np.isfinite(values))
    n, n_seeds = values.shape
    seeds = np.vstack([np.eye(n_seeds - 1), -np.ones(n_seeds - 1)])
    x = np.column_stack([np.eye(n)[where[:, 0]], seeds[where[:, 1]]])
    return float(weights @ np.linalg.lstsq(x, values[tuple(where.T)], rcond=None)[0][:n])


class TestWithoutMissingRuns:
    values = np.random.default_rng(1).normal(0, 1, (4, 6)) + np.random.default_rng(2).normal(0, 5, 6)

    @pytest.mark.parametrize("weights", [CONTRAST, MEAN])
    def test_it_is_students_t_over_replicates(self, weights: Array) -> None:
        units = weights @ self.values
        found, expected = in_blocks(self.values, weights, 0.95), ttest_1samp(units, 0.0)
        interval = expected.confidence_interval(0.95)
        assert found["difference"] == pytest.approx(units.mean())
        assert (found["low"], found["high"]) == pytest.approx((interval.low, interval.high))
        assert (found["p"], found["df"], found["pairs"]) == (pytest.approx(expected.pvalue), pytest.approx(5), 6)


class TestMissingRuns:
    @pytest.mark.parametrize("weights", [CONTRAST, MEAN, np.array([1.0, 0.0, 0.0, -1.0])])
    def test_the_estimate_is_that_of_least_squares(self, weights: Array) -> None:
        rng = np.random.default_rng(3)
        values = lacking(rng.normal(0, 1, (4, 6)) + rng.normal(0, 5, 6), 0.3, rng)
        assert in_blocks(values, weights, 0.95)["difference"] == pytest.approx(by_least_squares(values, weights))

    def test_what_a_seed_does_everywhere_cancels_from_differences(self) -> None:
        """Points 0, 10, 20, 30 and any seeds: each difference is exact whichever runs are missing."""
        values = np.add.outer([0.0, 10.0, 20.0, 30.0], [0.0, 100.0, -50.0])
        values[0, 1] = values[3, 2] = np.nan
        assert in_blocks(values, CONTRAST, 0.95)["difference"] == pytest.approx(-20.0)

    def test_a_level_that_two_of_ten_seeds_have_counts_as_about_two(self) -> None:
        """One degree of freedom and little more, though other points have runs of all ten seeds."""
        values = np.random.default_rng(4).normal(0, 1, (2, 10))
        values[0, 2:] = np.nan
        found = in_blocks(values, np.array([1.0, -1.0]), 0.95)
        assert found["pairs"] == 2
        assert found["df"] == pytest.approx(1.0)

    def test_without_a_seed_in_common_there_is_no_estimate(self) -> None:
        values = np.array([[1.0, 2.0, np.nan, np.nan], [np.nan, np.nan, 3.0, 4.0]])
        assert np.isnan(in_blocks(values, np.array([1.0, -1.0]), 0.95)["difference"])


def studies(n: int, *, missing: float, slopes: float, weights: Array) -> list[dict[str, Any]]:
    """Studies of four points and eight seeds that differ much, in which nothing differs on average."""
    found = []
    for number in range(n):
        rng = np.random.default_rng([12, number])
        seeds = rng.normal(0, 5, 8) + np.outer([1.0, 1.0, 0.0, 0.0], rng.normal(0, slopes, 8))
        found.append(in_blocks(lacking(seeds + rng.normal(0, 1, (4, 8)), missing, rng), weights, 0.95))
    return found


@pytest.mark.parametrize("slopes", [0.0, 2.0])
@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("weights", [CONTRAST, MEAN])
def test_without_effect_intervals_cover_0_as_often_as_they_say(weights: Array, missing: float, slopes: float) -> None:
    """However much seeds differ, in what they do everywhere and in what a factor does to them."""
    found = studies(1000, missing=missing, slopes=slopes, weights=weights)
    assert has_share([each["low"] < 0 < each["high"] for each in found], 0.95)
    assert has_mean([each["difference"] for each in found], 0.0)
