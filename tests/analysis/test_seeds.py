"""Errors over common seeds: what all points owe to the same few seeds is no effect of a factor."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from society.analysis.correlation import partial_rank_correlation, standardised_regression
from society.analysis.seeds import jackknife, p_over_seeds
from society.population import Array
from tests.analysis.made import points
from tests.tolerance import has_share

METHODS = [partial_rank_correlation, standardised_regression]


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0])
    without_each = np.array([[(values.sum() - each) / 3] for each in values])
    assert jackknife(without_each)[0] == pytest.approx(values.std(ddof=1) / 2)


@pytest.mark.parametrize("method", METHODS)
class TestPOverSeeds:
    @staticmethod
    def study(number: int, slope: float) -> tuple[pd.DataFrame, Array]:
        """Twenty points and six seeds, each with a slope of its own."""
        rng = np.random.default_rng([4, number])
        x = pd.DataFrame(rng.random((20, 2)), columns=["a", "b"])
        return x, x[["a"]].to_numpy() * rng.normal(slope, 1, 6) + rng.normal(0, 0.3, (20, 6))

    def test_slopes_that_seeds_have_by_chance_are_significant_as_often_as_it_says(self, method) -> None:
        p, over_points = [], []
        for number in range(300):
            x, values = self.study(number, 0.0)
            made = points(values, x, is_common=True)
            p.append(p_over_seeds(made, lambda y, x=x: method(x, y))[0])
            over_points.append(method(x, values.mean(axis=1))["p"][0])
        assert has_share(np.array(p) < 0.05, 0.05)
        assert np.mean(np.array(over_points) < 0.05) > 0.5  # which is why points alone do not say

    def test_an_effect_that_all_seeds_share_is_significant(self, method) -> None:
        x, values = self.study(0, 10.0)
        assert p_over_seeds(points(values, x, is_common=True), lambda y: method(x, y))[0] < 1e-4

    def test_it_is_the_t_test_of_the_indices_of_single_seeds(self, method) -> None:
        x, values = self.study(1, 1.0)
        by_seed = [method(x, values[:, seed])["estimate"][0] for seed in range(6)]
        found = p_over_seeds(points(values, x, is_common=True), lambda y: method(x, y))
        assert found[0] == pytest.approx(ttest_1samp(by_seed, 0.0).pvalue)
