"""Errors over common seeds: what all points owe to the same few seeds is no effect of a factor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from society.analysis.correlation import partial_rank_correlation, standardised_regression
from society.analysis.seeds import jackknife, over_seeds
from society.population import Array
from tests.analysis.made import points
from tests.tolerance import has_share

METHODS = [partial_rank_correlation, standardised_regression]


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0])
    without_each = np.array([[(values.sum() - each) / 3] for each in values])
    assert jackknife(without_each)[0] == pytest.approx(values.std(ddof=1) / 2)


def found(method: Any, x: pd.DataFrame, values: Array) -> pd.DataFrame:
    made = points(values, x, is_common=True)
    return over_seeds(made, lambda y: method(x, y), level=0.95, in_z=method is partial_rank_correlation)


@pytest.mark.parametrize("method", METHODS)
class TestOverSeeds:
    @staticmethod
    def study(number: int, slope: float) -> tuple[pd.DataFrame, Array]:
        """Twenty points and six seeds, each with a slope of its own."""
        rng = np.random.default_rng([4, number])
        x = pd.DataFrame(rng.random((20, 2)), columns=["a", "b"])
        return x, x[["a"]].to_numpy() * rng.normal(slope, 1, 6) + rng.normal(0, 0.3, (20, 6))

    def test_slopes_that_seeds_have_by_chance_are_significant_as_often_as_it_says(self, method: Any) -> None:
        p, covers, over_points = [], [], []
        for number in range(80):
            x, values = self.study(number, 0.0)
            first = found(method, x, values).iloc[0]
            p.append(first["p"])
            covers.append(first["low"] < 0 < first["high"])
            over_points.append(method(x, values.mean(axis=1))["p"][0])
        assert has_share(np.array(p) < 0.05, 0.05)
        assert has_share(covers, 0.95)
        assert np.mean(np.array(over_points) < 0.05) > 0.5  # which is why points alone do not say

    def test_an_effect_that_all_seeds_share_is_significant(self, method: Any) -> None:
        x, values = self.study(0, 10.0)
        assert found(method, x, values)["p"][0] < 1e-4

    def test_p_is_that_of_the_indices_of_single_seeds(self, method: Any) -> None:
        x, values = self.study(1, 1.0)
        by_seed = [method(x, values[:, seed])["estimate"][0] for seed in range(6)]
        assert found(method, x, values)["p"][0] == pytest.approx(ttest_1samp(by_seed, 0.0).pvalue)

    def test_p_over_points_stands_if_it_is_larger(self, method: Any) -> None:
        """Six seeds that agree say little about a factor of twenty points that has no effect."""
        rng = np.random.default_rng(3)
        x = pd.DataFrame(rng.random((20, 2)), columns=["a", "b"])
        values = rng.normal(0, 1, (20, 1)) + rng.normal(0, 0.01, (20, 6))
        made, alone = found(method, x, values), method(x, values.mean(axis=1))
        assert (made["p"][0], made["low"][0]) == pytest.approx((alone["p"][0], alone["low"][0]), rel=1e-6)

    def test_seeds_without_enough_runs_do_not_speak_for_others(self, method: Any) -> None:
        x, values = self.study(2, 1.0)
        values[3:, 4] = np.nan
        by_seed = [method(x, values[:, seed])["estimate"][0] for seed in (0, 1, 2, 3, 5)]
        made = points(values, x, is_common=True)

        def index(y: Array) -> pd.DataFrame:
            return method(x[np.isfinite(y)], y[np.isfinite(y)])

        table = over_seeds(made, index, level=0.95, in_z=False)
        assert table["p"][0] == pytest.approx(ttest_1samp(by_seed, 0.0).pvalue)
