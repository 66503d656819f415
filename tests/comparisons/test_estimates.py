"""Estimates over design points and replicates: what the independent units are, with and without missing runs."""

from __future__ import annotations

import numpy as np
import pytest

from society.comparisons.estimates import Sides, estimate, units_of
from society.inference import by_replicate, interval, moments, welch
from society.population import Array

N = np.nan
DATASETS = 500
BAND = 4 * np.sqrt(0.95 * 0.05 / DATASETS)
"""Four standard errors of the share of intervals that cover."""


def sides(a: Array, b: Array, *, shared: bool = True) -> Sides:
    return Sides(a, b, np.isfinite(a) & np.isfinite(b) & shared)


def covers(found: dict[str, float]) -> bool:
    return bool(found["low"] <= 0 <= found["high"])


def test_units_are_means_over_points_by_replicate() -> None:
    assert by_replicate(np.array([[1.0, 2.0, 3.0], [5.0, 6.0, 10.0]])).tolist() == [3.0, 4.0, 6.5]


def test_where_a_run_is_missing_points_still_weigh_the_same() -> None:
    values = np.array([[1.0, 3.0], [10.0, N]])
    assert by_replicate(values).mean() == pytest.approx((2.0 + 10.0) / 2)


def test_a_replicate_without_runs_is_no_unit() -> None:
    units = by_replicate(np.array([[1.0, N, 3.0], [5.0, N, 7.0]]))
    assert units == pytest.approx([3.0, N, 5.0], nan_ok=True)


def test_a_point_without_runs_counts_for_nothing() -> None:
    assert by_replicate(np.array([[1.0, 2.0], [N, N]])).tolist() == [1.0, 2.0]


def test_with_one_replicate_the_units_are_the_points() -> None:
    assert units_of(np.array([[1.0], [4.0]])).tolist() == [1.0, 4.0]


def test_the_variance_with_missing_runs_is_the_cluster_robust_one() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(4, 6)) + np.arange(4)[:, None]
    values[0, 2] = values[3, 2] = values[1, 5] = N
    n_points, n_replicates = values.shape
    means, known = np.nanmean(values, axis=1), np.isfinite(values)
    scores = [  # of each cluster: its contribution to the mean over points of the means over replicates
        sum((values[p, r] - means[p]) / known[p].sum() for p in range(n_points) if known[p, r])
        / n_points
        for r in range(n_replicates)
    ]  # fmt: skip
    sandwich = n_replicates / (n_replicates - 1) * sum(score**2 for score in scores)
    n, mean, variance = moments(by_replicate(values))
    assert (mean, variance / n) == (pytest.approx(means.mean()), pytest.approx(sandwich))


def test_trailing_steps_are_estimated_each_by_itself() -> None:
    values = np.random.default_rng(2).normal(size=(3, 4, 2))
    values[1, 2, 0] = N
    alone = [by_replicate(values[..., step]) for step in range(2)]
    assert by_replicate(values).T.tolist() == [pytest.approx(each) for each in alone]


def test_paired_differences_worked_by_hand() -> None:
    found = estimate(sides(np.array([[3.0, 5.0, 10.0]]), np.array([[1.0, 2.0, 3.0]])), 0.95)  # 2, 3, 7
    assert (found["difference"], found["a"], found["b"]) == (4.0, 6.0, 2.0)
    assert (found["n_a"], found["method"], found["df"]) == (3, "paired t", 2)
    assert found["high"] - 4.0 == pytest.approx(4.302652729911275 * np.sqrt(7 / 3))  # t with 2 degrees of freedom
    assert found["variance_reduction"] == pytest.approx(1 - 7 / (13 + 1))


def test_runs_of_which_none_shares_a_seed_are_compared_by_welch() -> None:
    a, b = np.array([[1.0, 2.0, 6.0]]), np.array([[0.0, 1.0, N]])
    found = estimate(sides(a, b, shared=False), 0.95)
    known = welch(a[0], b[0], 0.95)
    assert (found["method"], found["n_a"], found["n_b"]) == ("Welch", 3, 2)
    assert (found["low"], found["high"]) == (known["low"], known["high"])
    assert np.isnan(found["correlation"])


def test_runs_without_a_partner_are_in_the_unpaired_interval_only() -> None:
    a, b = np.array([[1.0, 2.0, 3.0, 40.0]]), np.array([[1.0, 1.0, 1.0, N]])
    found = estimate(sides(a, b), 0.95)
    assert (found["difference"], found["n_a"]) == (1.0, 3)
    assert (found["welch_low"] + found["welch_high"]) / 2 == pytest.approx(11.5 - 1.0)


def no_effect(seed: int, *, missing: float = 0.0) -> Array:
    """(n_datasets, n_points, n_replicates) differences, 0 on average; points of a replicate share noise."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(DATASETS, 1, 10)) + 0.5 * rng.normal(size=(DATASETS, 6, 10))
    values += np.linspace(-1, 1, 6)[:, None]  # the effect differs between points, and is none on average
    return np.where(rng.random(values.shape) < missing, N, values)


def test_where_there_is_no_effect_the_interval_covers_0_as_often_as_it_should() -> None:
    covered = [covers(interval(by_replicate(values), 0.95)) for values in no_effect(11)]
    assert abs(np.mean(covered) - 0.95) < BAND


def test_so_it_does_with_missing_runs() -> None:
    covered = [covers(interval(by_replicate(values), 0.95)) for values in no_effect(12, missing=0.1)]
    assert abs(np.mean(covered) - 0.95) < BAND


def test_pairs_of_one_seed_taken_for_independent_would_cover_far_too_seldom() -> None:
    covered = [
        covers(interval((values - values.mean(axis=1, keepdims=True)).ravel() + values.mean(), 0.95))
        for values in no_effect(11)
    ]
    assert np.mean(covered) < 0.8


def test_without_pairs_it_covers_as_often_as_it_should_too() -> None:
    rng = np.random.default_rng(13)
    data = rng.normal(size=(DATASETS, 2, 3, 8)) * np.array([1.0, 3.0])[:, None, None]
    covered = [covers(welch(by_replicate(a), by_replicate(b), 0.95)) for a, b in data]
    assert abs(np.mean(covered) - 0.95) < BAND
