"""Components of variance against sums by hand and known truths, with runs missing and without noise."""

from __future__ import annotations

import numpy as np
import pytest

from society.analysis.points import adjusted, within_points, within_points_and_seeds
from society.analysis.variance import variance_components
from society.population import Array
from tests.analysis.made import points
from tests.tolerance import has_mean

BY_HAND = np.array([[1.0, 3.0], [5.0, 9.0]])
"""Variances within points 2 and 8, means 2 and 7, and replicates that differ by 1.5 from them on average."""


class TestByHand:
    def test_independent_seeds(self) -> None:
        """V_e = (2 + 8) / 2 = 5; the means vary by 12.5, of which 5 / 2 is noise."""
        found = variance_components(points(BY_HAND))
        assert (found["var_noise"], found["var_factors"]) == pytest.approx((5.0, 10.0))
        assert found["noise_share"] == pytest.approx(1 / 3)

    def test_common_seeds(self) -> None:
        """Deviations ±1 and ±2 less the seeds' ±1.5 leave four times ±0.5 with one degree of freedom: V_i = 1, so the
        seeds have 5 − 1 and the factors 12.5 − 1 / 2."""
        found = variance_components(points(BY_HAND, is_common=True))
        assert (found["var_interaction"], found["var_seed"], found["var_factors"]) == pytest.approx((1.0, 4.0, 12.0))
        assert found["noise_share"] == pytest.approx(5 / 17)

    def test_without_replicates_noise_is_unknown(self) -> None:
        found = variance_components(points(BY_HAND[:, :1]))
        assert np.isnan([found["var_noise"], found["noise_share"]]).all()

    def test_equal_replicates_have_no_noise(self) -> None:
        found = variance_components(points(np.array([[1.0, 1.0], [4.0, 4.0]])))
        assert (found["var_noise"], found["noise_share"], found["var_factors"]) == (0.0, 0.0, 4.5)

    def test_one_point_is_all_noise(self) -> None:
        found = variance_components(points(np.array([[1.0, 2.0, 3.0]])))
        assert (found["var_noise"], found["var_factors"], found["noise_share"]) == (1.0, 0.0, 1.0)


class TestUnbiased:
    """V_x = 4, and noise of variance 1 at each point; under common seeds 9 more by seed."""

    @staticmethod
    def runs(number: int, *, by_seed: float = 0.0, missing: float = 0.0) -> Array:
        rng = np.random.default_rng([2, number])
        values = rng.normal(0, 2, (30, 1)) + by_seed * rng.normal(0, 1, (1, 6)) + rng.normal(0, 1, (30, 6))
        values[rng.random(values.shape) < missing] = np.nan
        return values

    @pytest.mark.parametrize("missing", [0.0, 0.3])
    def test_independent_seeds(self, missing: float) -> None:
        found = [variance_components(points(self.runs(number, missing=missing))) for number in range(300)]
        assert has_mean([each["var_factors"] for each in found], 4.0)
        assert has_mean([each["var_noise"] for each in found], 1.0)

    @pytest.mark.parametrize("missing", [0.0, 0.3])
    def test_common_seeds(self, missing: float) -> None:
        found = [
            variance_components(points(self.runs(number, by_seed=3.0, missing=missing), is_common=True))
            for number in range(300)
        ]
        assert has_mean([each["var_interaction"] for each in found], 1.0)
        if not missing:
            assert has_mean([each["var_seed"] for each in found], 9.0)
            assert has_mean([each["var_factors"] for each in found], 4.0)

    def test_without_effect_of_factors_their_variance_is_0_on_average(self) -> None:
        found = [
            variance_components(points(np.random.default_rng([3, number]).normal(0, 1, (20, 4))))["var_factors"]
            for number in range(400)
        ]
        assert has_mean(found, 0.0)


class TestMissingRuns:
    def test_replicates_are_told_from_points_by_least_squares(self) -> None:
        """Points 0, 10, 20 and seeds 0, 1, 2 add up exactly, whichever runs are missing."""
        values = np.add.outer([0.0, 10.0, 20.0], [0.0, 1.0, 2.0])
        values[0, 2] = values[2, 0] = np.nan
        assert within_points_and_seeds(values).sum_of_squares == pytest.approx(0, abs=1e-12)
        assert within_points_and_seeds(values).df == 7 - 3 - 2
        assert np.nanstd(adjusted(values), axis=1) == pytest.approx([0, 0, 0], abs=1e-12)

    def test_points_without_a_run_count_for_nothing(self) -> None:
        values = np.vstack([BY_HAND, [[np.nan, np.nan]]])
        assert within_points(values) == within_points(BY_HAND)
        assert variance_components(points(values))["var_factors"] == pytest.approx(10.0)
