"""Means by level and differences between levels and arms, by hand and with their intervals' coverage."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from society.analysis.contrasts import differences_of_arms, differences_of_levels, hedges_g, means_by_level
from society.analysis.points import Points, Residual
from society.population import Array
from tests.analysis.made import points
from tests.tolerance import has_share

GRID = pd.DataFrame(list(product([0.0, 1.0], "xy")), columns=["power", "kind"])
RUNS = np.array([[1.0, 3.0], [5.0, 7.0], [2.0, 6.0], [10.0, 12.0]])


def means(values: Array, **options: bool) -> pd.DataFrame:
    return pd.DataFrame(means_by_level(points(values, GRID, **options), level=0.95))


class TestMeansByLevel:
    def test_means_are_over_points_alike(self) -> None:
        assert means(RUNS)["mean"].to_list() == [4.0, 7.5, 3.0, 8.5]

    def test_the_interval_is_over_replicates(self) -> None:
        """At power 0 the replicates have means 3 and 5: 4 ± 12.706 × 1."""
        assert means(RUNS)[["low", "high"]].iloc[0].to_list() == pytest.approx([4 - 12.7062, 4 + 12.7062], abs=1e-4)

    def test_a_missing_run_does_not_move_the_mean_to_other_points(self) -> None:
        values = RUNS.copy()
        values[1, 0] = np.nan
        found = means(values).iloc[0]
        assert (found["mean"], found["n_runs"]) == (pytest.approx((2.0 + 7.0) / 2), 3)

    def test_nor_does_it_bring_in_what_its_seed_does_everywhere(self) -> None:
        """Points 0, 10, 20, 30 and seeds 0, 1, 5: without a run of the last seed its point is still where it was."""
        values = np.add.outer([0.0, 10.0, 20.0, 30.0], [0.0, 1.0, 5.0])
        values[1, 2] = np.nan
        assert means(values, is_common=True)["mean"].to_list() == pytest.approx([7.0, 27.0, 12.0, 22.0])

    def test_with_a_missing_run_errors_are_cluster_robust(self) -> None:
        """At power 0 points have means 3 and 7; the first deviates by ∓1, the second, run once, by 0: units 5 ∓ 0.5."""
        values = np.array([[2.0, 4.0], [7.0, np.nan], [0.0, 1.0], [0.0, 1.0]])
        found = means(values).iloc[0]
        assert (found["mean"], found["high"]) == pytest.approx((5.0, 5.0 + 12.7062 * 0.5), abs=1e-4)

    def test_one_replicate_has_no_interval(self) -> None:
        assert means(RUNS[:, :1])["low"].isna().all()


class TestDifferencesOfLevels:
    def test_each_level_is_compared_with_the_first(self) -> None:
        found = pd.DataFrame(differences_of_levels(points(RUNS, GRID), level=0.95))
        assert found[["factor", "a", "b", "difference"]].to_numpy().tolist() == [
            ["power", 1.0, 0.0, 3.5], ["kind", "y", "x", 5.5]
        ]  # fmt: skip

    def test_independent_seeds_give_welchs_interval(self) -> None:
        found = next(differences_of_levels(points(RUNS, GRID), level=0.95))
        expected = ttest_ind([6, 9], [3, 5], equal_var=False).confidence_interval(0.95)
        assert (found["low"], found["high"]) == pytest.approx((expected.low, expected.high))

    def test_common_seeds_give_that_of_pairs(self) -> None:
        """Differences of the replicates are 3 and 4: 3.5 ± 12.706 × 0.5."""
        found = next(differences_of_levels(points(RUNS, GRID, is_common=True), level=0.95))
        assert (found["low"], found["high"]) == pytest.approx((3.5 - 6.3531, 3.5 + 6.3531), abs=1e-4)

    def test_g_is_in_standard_deviations_of_runs_at_a_point(self) -> None:
        """Variances 2, 2, 8, 2 pool to 3.5 with 4 degrees of freedom, J(4) = Γ(2) / (√2 Γ(1.5)) = 0.7979."""
        found = next(differences_of_levels(points(RUNS, GRID), level=0.95))
        assert found["g_runs"] == pytest.approx(0.7979 * 3.5 / np.sqrt(3.5), abs=1e-4)


class TestHedgesG:
    @pytest.mark.parametrize(("df", "correction"), [(2, 0.5642), (10, 0.9227), (20, 0.9619), (50, 0.9849)])
    def test_the_correction_is_hedges(self, df: int, correction: float) -> None:
        """Hedges (1981), Table 1: c(m)."""
        assert hedges_g(1.0, Residual(float(df), df)) == pytest.approx(correction, abs=1e-4)

    def test_it_is_unbiased(self) -> None:
        rng = np.random.default_rng(6)
        found = []
        for _ in range(4000):
            a, b = rng.normal(0.8, 1, 5), rng.normal(0, 1, 5)
            found.append(hedges_g(a.mean() - b.mean(), Residual(a.var() * 5 + b.var() * 5, 8)))
        assert abs(np.mean(found) - 0.8) < 4 * np.std(found) / np.sqrt(4000)

    def test_without_spread_there_is_none(self) -> None:
        assert np.isnan(hedges_g(1.0, Residual(0.0, 10)))


class TestArms:
    @staticmethod
    def arms(a: Array, b: Array, *, is_common: bool = True) -> list[Points]:
        made = [points(values, is_common=is_common, arm=name) for name, values in (("with", a), ("without", b))]
        if not is_common:
            made[1] = Points("without", "y", made[1].factors, b, made[1].seeds + 1000)
        return made

    def test_a_later_arm_less_an_earlier(self) -> None:
        found = next(differences_of_arms(self.arms(RUNS, RUNS + 2), over="replicates", level=0.95))
        assert (found["a"], found["b"], found["difference"]) == ("without", "with", 2.0)

    def test_shared_seeds_are_paired(self) -> None:
        """Differences of the replicates are 2 and 3, however much runs vary: 2.5 ± 12.7062 × 0.5."""
        found = next(differences_of_arms(self.arms(RUNS, RUNS + np.array([2, 3])), over="replicates", level=0.95))
        assert (found["low"], found["high"]) == pytest.approx((2.5 - 6.3531, 2.5 + 6.3531), abs=1e-4)

    def test_the_same_shift_in_every_pair_has_no_interval(self) -> None:
        found = next(differences_of_arms(self.arms(RUNS, RUNS + 2), over="replicates", level=0.95))
        assert np.isnan([found["low"], found["high"]]).all()

    def test_no_shift_in_any_pair_has_an_interval_of_0(self) -> None:
        found = next(differences_of_arms(self.arms(RUNS, RUNS), over="replicates", level=0.95))
        assert (found["low"], found["high"]) == (0.0, 0.0)

    def test_different_seeds_are_not(self) -> None:
        arms = self.arms(RUNS, RUNS + 2, is_common=False)
        found = next(differences_of_arms(arms, over="replicates", level=0.95))
        assert found["low"] < 0 < found["high"]

    def test_points_that_one_arm_lacks_do_not_count(self) -> None:
        lacking = RUNS + 2.0
        lacking[3] = np.nan
        found = next(differences_of_arms(self.arms(RUNS, lacking), over="replicates", level=0.95))
        assert found["difference"] == pytest.approx(2.0)

    def test_points_drawn_at_random_are_what_the_interval_is_over(self) -> None:
        """Differences 1, 2, 3, 4 of four points: 2.5 ± 3.1824 × 1.29099 / 2."""
        arms = self.arms(np.zeros((4, 1)), np.array([[1.0], [2.0], [3.0], [4.0]]))
        found = next(differences_of_arms(arms, over="points", level=0.95))
        assert (found["low"], found["high"]) == pytest.approx((2.5 - 2.05423, 2.5 + 2.05423), abs=1e-4)

    @pytest.mark.parametrize("is_common", [True, False])
    def test_without_a_difference_intervals_cover_0_as_often_as_they_say(self, is_common: bool) -> None:
        covers = []
        for number in range(800):
            rng = np.random.default_rng([9, number])
            shift = rng.normal(0, 2, 6) if is_common else 0.0
            values = [rng.normal(0, 1, (3, 6)) + shift for _ in range(2)]
            found = next(differences_of_arms(self.arms(*values, is_common=is_common), over="replicates", level=0.9))
            covers.append(found["low"] < 0 < found["high"])
        assert has_share(covers, 0.9)
