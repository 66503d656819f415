"""Partial rank correlation and regression against computations by another way, and with no effect at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import linregress, pearsonr, rankdata, spearmanr

from society.analysis.correlation import independent_columns, partial_rank_correlation, standardised_regression
from society.population import Array
from tests.tolerance import has_share


def sample(n: int = 60, seed: int = 2) -> tuple[pd.DataFrame, Array]:
    """Three factors, two of them correlated, one with many ties, and an outcome that rises with the first."""
    rng = np.random.default_rng(seed)
    x = rng.random((n, 3))
    x[:, 1] += x[:, 0]
    x[:, 2] = np.round(3 * x[:, 2])
    return pd.DataFrame(x, columns=["a", "b", "c"]), np.exp(2 * x[:, 0]) - x[:, 2] + rng.normal(0, 1, n)


def by_residuals(x: pd.DataFrame, y: Array) -> list[float]:
    """Correlations of what regressions on the ranks of the other factors leave, as Marino et al. (2008) define it."""
    ranks, of_y = rankdata(x, axis=0), rankdata(y)
    found = []
    for j in range(ranks.shape[1]):
        others = np.column_stack([np.ones(len(y)), np.delete(ranks, j, axis=1)])
        left = [each - others @ np.linalg.lstsq(others, each, rcond=None)[0] for each in (ranks[:, j], of_y)]
        found.append(pearsonr(*left).statistic)
    return found


class TestPartialRankCorrelation:
    def test_it_is_the_correlation_of_residuals(self) -> None:
        assert np.allclose(partial_rank_correlation(*sample())["estimate"], by_residuals(*sample()), atol=1e-12)

    def test_it_is_that_of_the_inverse_correlation_matrix(self) -> None:
        x, y = sample()
        inverse = np.linalg.inv(np.corrcoef(rankdata(np.column_stack([x, y]), axis=0), rowvar=False))
        expected = -inverse[:3, 3] / np.sqrt(np.diag(inverse)[:3] * inverse[3, 3])
        assert np.allclose(partial_rank_correlation(x, y)["estimate"], expected, atol=1e-12)

    def test_with_one_factor_it_is_spearmans(self) -> None:
        x, y = sample()
        found = partial_rank_correlation(x[["a"]], y)
        expected = spearmanr(x["a"], y)
        assert found["estimate"][0] == pytest.approx(expected.statistic, abs=1e-12)
        assert found["p"][0] == pytest.approx(expected.pvalue, rel=1e-9)

    def test_a_monotone_change_of_scale_changes_nothing(self) -> None:
        x, y = sample()
        assert np.allclose(
            partial_rank_correlation(x, y)["estimate"], partial_rank_correlation(x, np.exp(y))["estimate"], atol=1e-12
        )

    def test_a_perfect_monotone_effect_is_1(self) -> None:
        x = pd.DataFrame({"a": np.arange(20.0), "b": np.random.default_rng(1).random(20)})
        found = partial_rank_correlation(x, np.arange(20.0) ** 3)
        assert found["estimate"][0] == pytest.approx(1)
        assert found["p"][0] < 1e-12

    def test_p_of_a_known_correlation(self) -> None:
        """r = 0.5 of 30 points and 3 other factors: t = 0.5 √(25 / 0.75) = 2.887 with 25 degrees of freedom; the 1 %
        and 0.5 % points of Student's t are 2.787 and 3.078."""
        x, y = sample(30)
        x["d"] = np.random.default_rng(9).random(30)
        found = partial_rank_correlation(x, y)
        t_values = found["estimate"].abs() * np.sqrt(25 / (1 - found["estimate"] ** 2))
        assert ((found["p"] < 0.01) == (t_values > 2.787)).all()
        assert ((found["p"] < 0.005) == (t_values > 3.078)).all()

    def test_without_effect_p_is_small_as_often_as_it_says_and_intervals_cover_0(self) -> None:
        p, covers = [], []
        for number in range(500):
            rng = np.random.default_rng([1, number])
            x = pd.DataFrame(rng.random((40, 4)))
            found = partial_rank_correlation(x, rng.normal(size=40))
            p.append(found["p"][0])
            covers.append((found["low"][0] < 0) & (found["high"][0] > 0))
        assert has_share(np.array(p) < 0.05, 0.05)
        assert has_share(covers, 0.95)


class TestStandardisedRegression:
    def test_one_factor_is_simple_regression(self) -> None:
        x, y = sample()
        found = standardised_regression(x[["a"]], y)
        expected = linregress(x["a"], y)
        assert found["estimate"].to_list() == pytest.approx([expected.rvalue, expected.rvalue**2], abs=1e-12)
        assert found["p"][0] == pytest.approx(expected.pvalue, rel=1e-9)

    def test_uncorrelated_factors_share_r2(self) -> None:
        """On a full grid y = 2 a + b without noise: squares of the coefficients are 4/5 and 1/5."""
        a, b = np.meshgrid([-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0])
        x = pd.DataFrame({"a": a.ravel(), "b": b.ravel()})
        found = standardised_regression(x, 2 * x["a"].to_numpy() + x["b"].to_numpy())
        assert (found["estimate"][:2] ** 2).to_list() == pytest.approx([0.8, 0.2])
        assert found["estimate"][2] == pytest.approx(1)

    def test_without_effect_intervals_cover_0(self) -> None:
        covers = []
        for number in range(500):
            rng = np.random.default_rng([4, number])
            found = standardised_regression(pd.DataFrame(rng.random((30, 3))), rng.normal(size=30))
            covers.append((found["low"][0] < 0) & (found["high"][0] > 0))
        assert has_share(covers, 0.95)


class TestIndependentColumns:
    def test_constant_repeated_and_summed_columns_are_left_out(self) -> None:
        x, _ = sample()
        x["constant"], x["again"], x["sum"] = 3.0, x["a"], x["a"] + 2 * x["c"]
        assert independent_columns(x) == ["a", "b", "c"]

    def test_a_column_with_the_ranks_of_another_is_left_out(self) -> None:
        x, _ = sample()
        x["square"] = x["a"] ** 2
        assert "square" not in independent_columns(x)
