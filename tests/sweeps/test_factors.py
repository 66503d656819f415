"""Factors: levels, quantiles and what a label stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, truncnorm

from society.sweeps.factors import Factor, Normal, Range
from society.sweeps.factors import read_factor as read
from tests.sweeps.files import AGE, POWER, SD, refused, swept

U = np.array([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])


def factor(raw: Any, path: str = POWER) -> Factor:
    """The factor that a sweep file gives."""
    return read(path, raw, folder=Path("/data"))


class TestRange:
    def test_steps_include_both_bounds(self) -> None:
        assert factor({"low": 0, "high": 1, "steps": 5}).levels() == (0.0, 0.25, 0.5, 0.75, 1.0)

    def test_steps_are_the_numbers_one_would_write(self) -> None:
        assert factor({"low": 0, "high": 1, "steps": 11}).levels()[3] == 0.3

    def test_steps_on_a_logarithmic_scale_have_equal_ratios(self) -> None:
        assert factor({"low": 0.1, "high": 10, "scale": "log", "steps": 5}).levels()[::2] == (0.1, 1.0, 10.0)

    def test_whole_numbers_need_no_steps(self) -> None:
        assert factor({"low": 3, "high": 6, "whole": True}).levels() == (3, 4, 5, 6)

    def test_whole_steps_are_whole(self) -> None:
        levels = factor({"low": 0, "high": 10, "steps": 5, "whole": True}).levels()
        assert [(type(level), level) for level in levels] == [(int, 0), (int, 2), (int, 5), (int, 8), (int, 10)]

    def test_quantiles_are_linear(self) -> None:
        np.testing.assert_allclose(factor({"low": -1, "high": 3}).quantile(U), -1 + 4 * U, rtol=1e-15)

    def test_the_median_on_a_logarithmic_scale_is_the_geometric_mean(self) -> None:
        assert factor({"low": 0.1, "high": 1000, "scale": "log"}).quantile(np.array([0.5])) == pytest.approx([10.0])

    @pytest.mark.parametrize("scale", ["linear", "log"])
    def test_quantiles_stay_within_the_bounds(self, scale: str) -> None:
        labels = factor({"low": 0.1, "high": 0.7, "scale": scale}).quantile(np.linspace(0, 1, 1001))
        assert (min(labels), max(labels)) == (0.1, 0.7)  # type: ignore[type-var]

    def test_whole_numbers_are_equally_likely_bounds_included(self) -> None:
        labels = factor({"low": 2, "high": 5, "whole": True}).quantile((np.arange(400) + 0.5) / 400)
        assert [labels.count(number) for number in (2, 3, 4, 5)] == [100] * 4

    def test_its_bounds_can_be_read(self) -> None:
        each = factor({"low": 2, "high": 5.5})
        assert isinstance(each, Range)
        assert (each.low, each.high) == (2, 5.5)


class TestNormal:
    def test_quantiles_are_those_of_the_normal_distribution(self) -> None:
        inner = U[1:-1]
        np.testing.assert_allclose(factor({"mean": 2, "sd": 0.5}).quantile(inner), norm.ppf(inner, 2, 0.5), rtol=1e-12)

    def test_truncated_quantiles_are_those_of_scipy(self) -> None:
        labels = factor({"mean": 2, "sd": 0.5, "low": 1.8, "high": 4}).quantile(U)
        np.testing.assert_allclose(labels, truncnorm.ppf(U, -0.4, 4, loc=2, scale=0.5), rtol=1e-12)

    def test_one_bound_is_enough(self) -> None:
        labels = factor({"mean": 0, "sd": 1, "low": 0}).quantile(np.array([0.0, 0.5]))
        assert labels == pytest.approx([0.0, norm.ppf(0.75)])

    def test_an_unbounded_tail_is_finite(self) -> None:
        assert np.isfinite(factor({"mean": 0, "sd": 1}).quantile(U)).all()

    def test_its_bounds_can_be_read(self) -> None:
        each = factor({"mean": 0, "sd": 1, "low": -1})
        assert isinstance(each, Normal)
        assert (each.low, each.high) == (-1, None)


class TestLevelsAndOptions:
    def test_levels_have_equal_shares_of_the_unit_interval(self) -> None:
        labels = factor([5, 1, 3]).quantile((np.arange(300) + 0.5) / 300)
        assert labels == [5] * 100 + [1] * 100 + [3] * 100

    def test_the_end_of_the_unit_interval_belongs_to_the_last_level(self) -> None:
        assert factor([5, 1]).quantile(np.array([1.0])) == [1]

    def test_a_level_stands_for_itself(self) -> None:
        assert factor([5, 1]).value(5) == 5

    def test_a_label_stands_for_its_table(self) -> None:
        assert factor({"options": {"ring": {"kind": "small_world"}}}, "graph").value("ring") == {"kind": "small_world"}

    def test_lists_may_be_options(self) -> None:
        raw = {"options": {"two": ["calm", "anger"], "one": ["calm"]}}
        assert factor(raw, "population.traits").value("two") == ["calm", "anger"]

    def test_data_lie_beside_the_sweep_file(self) -> None:
        each = factor({"options": {"real": {"kind": "csv", "path": "ties.csv"}}}, "graph")
        assert each.value("real")["path"] == str(Path("/data/ties.csv").resolve())

    def test_a_level_that_names_data_is_labelled_as_it_is_written(self) -> None:
        each = factor(["a.csv", "b.csv"], "graph.path")
        assert (each.levels(), each.value("a.csv")) == (("a.csv", "b.csv"), str(Path("/data/a.csv").resolve()))

    def test_an_unknown_label_is_refused_with_the_nearest(self) -> None:
        with pytest.raises(ValueError, match="no option 'rink'; did you mean 'ring'"):
            factor({"options": {"ring": 1}}).value("rink")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ([], " = []: must have at least one level"),
        ([1, 1.0], ": 1.0 stands twice"),
        ([1, "one"], ": levels must be all numbers, all strings or all true and false"),
        ([1, True], ": levels must be all numbers"),
        ([[1], 2], "[0] = [1]: a list or table needs a label: { options = { label = … } }"),
        ([1, float("inf")], "[1] = inf: must be a finite number"),
        (3, " = 3: must be a list of levels or a table"),
        ({"low": 2, "high": 1}, ".low = 2: must be below high = 1"),
        ({"low": 0, "high": 1, "scale": "log"}, ".low = 0: must be at least 1e-100 on a logarithmic scale"),
        ({"low": 0.5, "high": 2, "whole": True}, ".low = 0.5: must be a whole number"),
        ({"low": 0, "high": 2, "steps": 9, "whole": True}, ".steps = 9: gives whole numbers twice"),
        ({"low": 0, "high": 10**9, "whole": True}, ".steps: is required in this design"),
        ({"low": 0, "high": 10**400}, ".high = 1000000"),
        ({"low": 0, "high": 1, "steps": 1}, ".steps = 1: must be at least 2"),
        ({"low": 0, "high": 1, "scale": "lg"}, ".scale = 'lg': must be one of 'linear' or 'log'; did you mean 'log'?"),
        ({"low": 0, "hihg": 1}, ".hihg: unknown key 'hihg'; did you mean 'high'?"),
        ({"low": 0}, ".high: is required"),
        ({"low": "0", "high": 1}, ".low = '0': must be a number"),
        ({"mean": 0, "sd": 0}, ".sd = 0: must be above 0"),
        ({"mean": 0}, ".sd: is required"),
        ({"mean": 0, "sd": 1, "low": 1, "high": 0}, ".low = 1.0: must be below high = 0.0"),
        ({"options": {}}, ".options = {}: must have at least one entry"),
        ({"options": [1]}, ".options = [1]: must be a table"),
    ],
    ids=str,
)
def test_a_broken_factor_is_refused_with_its_place(raw: Any, said: str) -> None:
    assert f'factors."{POWER}"{said}' in refused({POWER: raw})


def test_all_broken_factors_are_told_at_once() -> None:
    said = refused({POWER: [], SD: 3, AGE: {"low": 3, "high": 1}})
    assert [line.split('"')[1] for line in said.splitlines()] == [POWER, SD, AGE]


def test_numpy_arrays_are_lists() -> None:
    assert swept({POWER: np.linspace(0, 1, 3)}).rows == [{POWER: 0.0}, {POWER: 0.5}, {POWER: 1.0}]
