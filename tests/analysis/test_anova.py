"""Analysis of variance against sums by hand, against least squares on every run, and without any effect."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from society.analysis.anova import analysis_of_variance
from society.population import Array
from tests.analysis.made import points
from tests.tolerance import has_mean, has_share

GRID = pd.DataFrame(list(product("ab", "xy")), columns=["A", "B"])
RUNS = np.array([[1.0, 3.0], [5.0, 7.0], [2.0, 4.0], [10.0, 12.0]])


def table(values: Array, factors: pd.DataFrame, **options: bool) -> pd.DataFrame:
    return analysis_of_variance(points(values, factors, **options)).set_index("source")


class TestByHand:
    """Cell means 2, 6, 3, 11, each ±1: rows 4 and 7, columns 2.5 and 8.5, mean 5.5; what adds up leaves ±1."""

    found = table(RUNS, GRID)

    @pytest.mark.parametrize(
        ("source", "ss", "df"), [("A", 18, 1), ("B", 72, 1), ("A × B", 8, 1), ("residual", 8, 4), ("total", 106, 7)]
    )
    def test_sums_of_squares(self, source: str, ss: float, df: int) -> None:
        assert self.found.loc[source, "ss"] == pytest.approx(ss)
        assert self.found.loc[source, "df"] == df

    def test_f_is_over_the_variation_between_replicates(self) -> None:
        assert self.found["f"][:3].to_list() == pytest.approx([9, 36, 4])

    def test_p_is_that_of_t_squared(self) -> None:
        """t = 3 with 4 degrees of freedom lies between the printed 2.776 (5 %) and 3.747 (2 %)."""
        assert 0.02 < self.found.loc["A", "p"] < 0.05

    def test_sizes(self) -> None:
        """η² of B is 72 / 106, ω² (72 − 2) / (106 + 2)."""
        assert self.found.loc["B", "eta2"] == pytest.approx(72 / 106)
        assert self.found.loc["B", "omega2"] == pytest.approx(70 / 108)

    def test_under_common_seeds_replicates_are_blocks(self) -> None:
        """Every point is 2 higher in the second replicate: that is what the seed does, and nothing is left."""
        found = table(RUNS, GRID, is_common=True)
        assert found.loc["seeds", ["ss", "df"]].to_list() == pytest.approx([8, 1])
        assert found.loc["residual", ["ss", "df"]].to_list() == pytest.approx([0, 3])
        assert found.loc["A", "ss"] == pytest.approx(18)

    def test_without_replicates_the_interaction_is_the_error(self) -> None:
        found = table(RUNS[:, :1], GRID)
        assert found.loc["residual", ["ss", "df"]].to_list() == pytest.approx([4, 1])
        assert found.loc["A", "f"] == pytest.approx(9 / 4)


def by_least_squares(values: Array, factors: pd.DataFrame, terms: list[str], *, with_seeds: bool) -> float:
    """What some terms explain, from one row a run."""
    where = np.argwhere(np.isfinite(values))
    y = values[tuple(where.T)]
    columns = [np.ones(len(y))]
    for term in terms:
        labels = factors[term.split(" × ")].astype(str).agg("".join, axis=1).to_numpy()[where[:, 0]]
        columns += [(labels == label).astype("f8") for label in np.unique(labels)]
    columns += [(where[:, 1] == r).astype("f8") for r in range(values.shape[1])] if with_seeds else []
    x = np.column_stack(columns)
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(((fitted - y.mean()) ** 2).sum())


class TestMissingRuns:
    factors = pd.DataFrame(list(product([1, 2, 3], "xy", [True, False])), columns=["A", "B", "C"])

    @staticmethod
    def values() -> Array:
        rng = np.random.default_rng(5)
        values = rng.normal(0, 1, (12, 4)) + np.arange(12)[:, None] % 5
        values[rng.random(values.shape) < 0.25] = np.nan
        return values

    @pytest.mark.parametrize("is_common", [True, False])
    def test_sums_of_squares_are_of_type_ii(self, is_common: bool) -> None:
        """A beyond B, C and B × C; A × B beyond everything but itself: least squares on single runs."""
        found = table(self.values(), self.factors, is_common=is_common)
        pairs = ["A × B", "A × C", "B × C"]
        for source, others in (("A", ["B", "C", "B × C"]), ("A × B", ["A", "B", "C", *pairs[1:]])):
            whole, part = (
                by_least_squares(self.values(), self.factors, terms, with_seeds=is_common)
                for terms in ([*others, source], others)
            )
            assert found.loc[source, "ss"] == pytest.approx(whole - part)

    def test_what_three_factors_do_together_has_a_row(self) -> None:
        found = table(self.values(), self.factors)
        assert found.loc["higher order", "df"] == 2

    def test_in_a_balanced_design_everything_adds_up(self) -> None:
        values = np.random.default_rng(5).normal(0, 1, (12, 4))
        found = table(values, self.factors, is_common=True)
        assert found["ss"].drop("total").sum() == pytest.approx(found.loc["total", "ss"])
        assert found["df"].drop("total").sum() == 47


class TestCommonSeeds:
    def test_an_effect_is_tested_against_how_it_differs_between_seeds(self) -> None:
        """A moves the first replicate by 2 and the second by 4 in both columns, B both by 1: for A, F is that of
        t = 3 / 1 with one degree of freedom."""
        values = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 4.0], [3.0, 5.0]])
        found = table(values, GRID, is_common=True)
        assert found.loc["A", ["f", "df_error"]].to_list() == pytest.approx([9, 1])

    def test_with_two_levels_it_is_the_t_test_of_pairs(self) -> None:
        rng = np.random.default_rng(3)
        values = rng.normal(0, 1, (4, 6)) + rng.normal(0, 2, 6)
        found = table(values, GRID, is_common=True)
        pairs = ttest_1samp(values[2:].mean(axis=0) - values[:2].mean(axis=0), 0.0)
        assert found.loc["A", "f"] == pytest.approx(pairs.statistic**2)
        assert found.loc["A", "p"] == pytest.approx(pairs.pvalue)

    def test_what_rounding_leaves_is_no_effect(self) -> None:
        values = np.repeat([0.1 + 0.2, 0.3, 1.1, 1.3], 3).reshape(4, 3) + np.array([0.1, 0.2, 0.7])
        values[1] = values[0] * (1 + 1e-16)
        values[3] = values[2] * (1 + 1e-16)
        found = table(values, GRID, is_common=True)
        assert found.loc["B", "ss"] == 0
        assert np.isnan(found.loc["B", "p"])

    def test_replicates_that_lack_a_run_do_not_enter_the_error(self) -> None:
        rng = np.random.default_rng(3)
        values = rng.normal(0, 1, (4, 6))
        values[2, 5] = np.nan
        assert table(values, GRID, is_common=True).loc["A", "df_error"] == 4

    def test_what_a_factor_does_to_some_seeds_is_no_effect(self) -> None:
        """Slopes by seed of mean 0: significant at 5 % in 5 % of studies."""
        p = []
        for number in range(250):
            rng = np.random.default_rng([6, number])
            values = np.array([0.0, 0.0, 1.0, 1.0])[:, None] * rng.normal(0, 1, 6) + rng.normal(0, 0.1, (4, 6))
            p.append(table(values, GRID, is_common=True).loc["A", "p"])
        assert has_share(np.array(p) < 0.05, 0.05)


class TestWithoutEffect:
    def test_p_is_small_as_often_as_it_says_and_omega2_is_0_on_average(self) -> None:
        p, sizes = [], []
        for number in range(250):
            rng = np.random.default_rng([8, number])
            values = rng.normal(0, 1, (4, 5)) + rng.normal(0, 3, 5)
            found = table(values, GRID, is_common=True)
            p.append(found["p"][:3].to_numpy())
            sizes.append(found.loc["A", "omega2"])
        assert has_share(np.array(p)[:, 0] < 0.05, 0.05)
        assert has_share(np.array(p)[:, 2] < 0.05, 0.05)
        assert has_mean(sizes, 0.0)
