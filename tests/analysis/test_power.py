"""Numbers of replicates and detectable differences against printed tables."""

from __future__ import annotations

import numpy as np
import pytest

from society.analysis.points import Residual
from society.analysis.power import detectable, half_width, replicates_needed, upper_bound
from tests.tolerance import has_share


class TestReplicatesNeeded:
    @pytest.mark.parametrize(("sd", "expected"), [(1.0, 7), (2.0, 18)])
    def test_it_is_the_first_for_which_the_printed_t_is_enough(self, sd: float, expected: int) -> None:
        """97.5 % points of t with 5, 6, 16, 17 degrees of freedom: 2.571, 2.447, 2.120, 2.110. Then with s = 1 the
        half-width at 6 is 1.050 and at 7 0.925; with s = 2 at 17 it is 1.028 and at 18 0.995."""
        assert replicates_needed(sd, 1.0) == expected

    def test_two_samples(self) -> None:
        """t with 2 × 7 = 14 degrees of freedom is 2.145 and gives 1.072 at n = 8; with 16, 2.120 gives 0.999 at 9."""
        assert replicates_needed(1.0, 1.0, n_samples=2) == 9

    def test_many_replicates_are_those_of_the_normal(self) -> None:
        """(1.959964 × 1 / 0.001)² = 3,841,459, and one or two more for t."""
        assert 3_841_459 <= replicates_needed(1.0, 0.001) <= 3_841_462

    @pytest.mark.parametrize("wanted", [0.9, 0.31, 0.05])
    def test_one_fewer_is_not_enough(self, wanted: float) -> None:
        n = replicates_needed(1.0, wanted)
        assert half_width(1.0, n) <= wanted < half_width(1.0, n - 1)

    def test_no_spread_needs_two(self) -> None:
        assert replicates_needed(0.0, 0.1) == 2


class TestDetectable:
    @pytest.mark.parametrize(("d", "n"), [(0.5, 64), (0.8, 26), (0.4, 100), (1.0, 17)])
    def test_two_samples_are_cohens(self, d: float, n: int) -> None:
        """Cohen (1988), Table 2.4.1: n a group for a two-sided test at 0.05 with power 0.80."""
        assert detectable(1.0, n, n_samples=2) <= d < detectable(1.0, n - 1, n_samples=2)

    def test_one_sample_of_34_finds_half_a_standard_deviation(self) -> None:
        assert detectable(1.0, 34) <= 0.5 < detectable(1.0, 33)

    def test_the_test_finds_it_that_often(self) -> None:
        rng = np.random.default_rng(8)
        runs = rng.normal(detectable(2.0, 6), 2.0, (20_000, 6))
        t = runs.mean(axis=1) / runs.std(axis=1, ddof=1) * np.sqrt(6)
        assert has_share(np.abs(t) > 2.570582, 0.8)

    def test_without_a_difference_it_finds_one_at_the_level(self) -> None:
        runs = np.random.default_rng(9).normal(0.0, 2.0, (20_000, 6))
        t = runs.mean(axis=1) / runs.std(axis=1, ddof=1) * np.sqrt(6)
        assert has_share(np.abs(t) > 2.570582, 0.05)

    def test_one_replicate_detects_nothing(self) -> None:
        assert np.isnan(detectable(1.0, 1))


class TestUpperBound:
    def test_it_is_the_printed_chi_square(self) -> None:
        """The 5 % point of χ² with 9 degrees of freedom is 3.325: √(9 / 3.325) = 1.6452."""
        assert upper_bound(Residual(9.0, 9)) == pytest.approx(1.6452, abs=1e-4)

    def test_it_is_above_the_true_value_as_often_as_it_says(self) -> None:
        runs = np.random.default_rng(3).normal(0.0, 1.0, (4000, 5))
        sums = ((runs - runs.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
        assert has_share([upper_bound(Residual(each, 4)) > 1.0 for each in sums], 0.95)

    def test_without_replicates_there_is_none(self) -> None:
        assert np.isnan(upper_bound(Residual(0.0, 0)))
