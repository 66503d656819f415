"""Means and intervals: worked by hand, and covering the truth as often as they say."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from society.figures.summaries import binned, independent, is_continuous, levels_of, means, quantiles, wide
from tests.figures.frames import grid, sampled, series

N_TIMES = 2_000
FOUR_ERRORS = 4 * np.sqrt(0.95 * 0.05 / N_TIMES)


def runs_of(*pairs: tuple[int, int]) -> pd.DataFrame:
    """Runs by design point and replicate."""
    return pd.DataFrame(pairs, columns=["row", "replicate"])


def one(values: list[float], runs: pd.DataFrame, **how: str) -> pd.Series:  # type: ignore[type-arg]
    return means(pd.DataFrame({"x": values}), runs, **how).loc["x"]  # type: ignore[arg-type]


def test_the_interval_over_replicates_is_students() -> None:
    found = one([1.0, 2.0, 3.0], runs_of((0, 0), (0, 1), (0, 2)))
    half = 4.302652729749464 / np.sqrt(3)  # t of 2 degrees of freedom at 97.5 %, sd 1
    assert found.to_list() == pytest.approx([2.0, 2.0 - half, 2.0 + half, 3])


def test_what_design_points_have_in_common_is_no_noise() -> None:
    found = one([0.0, 2.0, 100.0, 102.0], runs_of((0, 0), (0, 1), (1, 0), (1, 1)))
    half = 12.706204736432095  # t of 1 degree of freedom, sd √2, over √2
    assert found.to_list() == pytest.approx([51.0, 51.0 - half, 51.0 + half, 2])


def test_a_missing_run_does_not_shift_the_mean_of_its_replicate() -> None:
    found = one([0.0, 1.0, 100.0], runs_of((0, 0), (0, 1), (1, 0)))
    half = 12.706204736432095 * np.std([-0.25, 0.25], ddof=1) / np.sqrt(2)  # replicate 0 has half of its point's weight
    assert found.to_list() == pytest.approx([50.25, 50.25 - half, 50.25 + half, 2])


def test_arms_of_a_point_are_points_of_their_own() -> None:
    runs = pd.concat([runs_of((0, 0), (0, 1)).assign(arm=arm) for arm in ("a", "b")], ignore_index=True)
    found = one([0.0, 2.0, 100.0, np.nan], runs)
    half = 12.706204736432095 * np.std([-0.5, 0.5], ddof=1) / np.sqrt(2)
    assert found.to_list() == pytest.approx([50.5, 50.5 - half, 50.5 + half, 2])


def test_intervals_end_where_values_do() -> None:
    found = one([0.0, 0.1, 0.2], runs_of((0, 0), (0, 1), (0, 2)), bounds=(0.0, 1.0))  # type: ignore[arg-type]
    assert found["low"] == 0.0
    assert found["high"] == pytest.approx(0.1 + 4.302652729749464 * 0.1 / np.sqrt(3))


def test_one_replicate_has_a_mean_and_no_interval() -> None:
    found = one([1.0, 3.0], runs_of((0, 0), (1, 0)))
    assert found["mean"] == 2.0
    assert np.isnan(found[["low", "high"]].to_numpy("f8")).all()


def test_over_points_replicates_are_taken_together_first() -> None:
    found = one([0.0, 2.0, 3.0, 5.0], runs_of((0, 0), (0, 1), (1, 0), (1, 1)), over="points")
    half = 12.706204736432095 * 1.5  # points 1 and 4: sd 3/√2, over √2
    assert found.to_list() == pytest.approx([2.5, 2.5 - half, 2.5 + half, 2])


def test_what_a_run_does_not_have_is_left_out() -> None:
    found = one([1.0, 3.0, np.nan], runs_of((0, 0), (0, 1), (0, 2)))
    assert (found["mean"], found["n"]) == (2.0, 2)


@pytest.mark.parametrize("is_common", [True, False])
def test_intervals_over_replicates_cover_the_mean_as_often_as_they_say(is_common: bool) -> None:
    runs = runs_of(*product(range(4), range(6)))
    rng = np.random.default_rng(20)
    noise = rng.normal(size=(6 if is_common else len(runs), N_TIMES))
    noise = noise[runs["replicate"]] if is_common else noise
    points = np.array([0.0, 10.0, 20.0, 30.0])[runs["row"], None]
    found = means(pd.DataFrame(points + noise), runs)
    covered = ((found["low"] <= 15.0) & (found["high"] >= 15.0)).mean()
    assert abs(covered - 0.95) < FOUR_ERRORS


def test_intervals_over_points_cover_the_mean_as_often_as_they_say() -> None:
    runs = runs_of(*product(range(12), range(1)))
    values = np.random.default_rng(21).normal(size=(len(runs), N_TIMES))
    found = means(pd.DataFrame(values), runs, over="points")
    covered = ((found["low"] <= 0.0) & (found["high"] >= 0.0)).mean()
    assert abs(covered - 0.95) < FOUR_ERRORS


def test_quantiles_are_over_runs() -> None:
    values = pd.DataFrame({0: np.arange(101.0)})
    assert quantiles(values).loc[0].to_list() == [5.0, 25.0, 50.0, 75.0, 95.0]


def test_a_wide_table_is_in_the_order_of_the_runs_and_empty_where_a_run_is_not() -> None:
    runs = grid().iloc[::-1].reset_index(drop=True)
    recorded = series(runs)
    found = wide(recorded[recorded["run_id"] != "run0"], runs, "known.invariant")
    assert found.columns.to_list() == [0, 5, 10]
    assert found[10].to_list()[:-1] == runs["known.invariant"].to_list()[:-1]
    assert found.iloc[-1].isna().all()


def test_levels_are_numbers_rising_or_words_as_they_come() -> None:
    assert levels_of(pd.Series([2.0, 0.0, 1.0, 0.0])) == [0.0, 1.0, 2.0]
    assert levels_of(pd.Series(["ring", "hubs", "ring"])) == ["ring", "hubs"]
    assert levels_of(pd.Series([True, False])) == [True, False]


def test_a_factor_of_many_numbers_is_continuous_and_one_of_many_words_is_not() -> None:
    assert is_continuous(sampled()["x"])
    assert not is_continuous(pd.Series([0.0, 1.0] * 50))
    assert not is_continuous(pd.Series([f"option {n}" for n in range(50)]))


def test_intervals_are_over_points_only_where_these_are_a_sample_without_replicates() -> None:
    assert independent(sampled(), ["x"]) == "points"
    assert independent(pd.concat([sampled(), sampled().assign(replicate=1)]), ["x"]) == "replicates"
    assert independent(grid(1), ["graph"]) == "replicates"


def test_bins_hold_as_many_each_even_if_numbers_repeat() -> None:
    found = binned(pd.Series([0.0] * 30 + [1.0] * 30), n_bins=6)
    assert found.value_counts().to_list() == [10] * 6
