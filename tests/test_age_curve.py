"""Age curves: their values by hand, in each of their three forms, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.age_curve import at_ages, lowest
from society.errors import InputError
from society.scenario import Scenario
from tests.societies import make_scenario

BUMP = {"kind": "bump", "height": 0.12, "peak": 15.0, "width": 0.5, "floor": 0.05}
DECLINE = {"kind": "exponential", "start": 0.2, "rate_decay": 0.1, "floor": 0.04}
POINTS = [[20.0, 0.09], [40.0, 0.01]]


def scenario(curve: Any) -> Scenario:
    """Six people who learn at rates by an age curve."""
    return make_scenario(process={"exploration": {}, "learning": {"age_curve": curve}, "ageing": {}})


def value(curve: Any, age: float) -> float:
    """The value of a curve, as a file gives it, at an age."""
    out = np.empty(1)
    at_ages(scenario(curve).process["learning"].age_curve, np.array([age], "f4"), out)
    return float(out[0])


@pytest.mark.parametrize("age", [0, 20, 90])
def test_a_number_is_the_same_at_any_age(age):
    assert value(0.07, age) == 0.07


@pytest.mark.parametrize(("age", "expected"), [(0, 0.09), (20, 0.09), (30, 0.03), (40, 0.01), (90, 0.01)])
def test_points_are_joined_log_linearly_and_hold_beyond_the_ends(age, expected):
    assert value(POINTS, age) == pytest.approx(expected, rel=1e-12)


def test_a_bump_is_highest_at_its_peak():
    assert value(BUMP, 15.0) == pytest.approx(0.17, rel=1e-12)


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_a_bump_falls_as_fast_towards_half_of_the_age_as_towards_twice(factor):
    one, other = value(BUMP, 15.0 / 2**factor), value(BUMP, 15.0 * 2**factor)
    assert one == pytest.approx(other, rel=1e-6)


def test_a_bump_has_fallen_by_the_root_of_e_one_width_from_the_peak():
    assert value(BUMP, 15.0 * math.exp(0.5)) == pytest.approx(0.05 + 0.12 * math.exp(-0.5), rel=1e-6)


@pytest.mark.parametrize("age", [0.0, 1e-30])
def test_a_bump_is_at_its_floor_at_birth(age):
    assert value(BUMP, age) == 0.05


def test_a_bump_is_a_log_normal_density_up_to_scale():
    # the density of mode p and width w has log a ~ N(log p + w², w²)
    ages = np.array([5.0, 10.0, 20.0, 40.0])
    density = np.exp(-((np.log(ages / 15.0) - 0.25) ** 2) / (2 * 0.25)) / ages
    above = [value(BUMP | {"floor": 0.0}, age) for age in ages]
    assert above / density == pytest.approx(np.full(4, above[0] / density[0]), rel=1e-6)


def test_an_exponential_begins_at_its_start_and_ends_at_its_floor():
    assert value(DECLINE, 0.0) == pytest.approx(0.2, rel=1e-12)
    assert value(DECLINE, 145.0) == pytest.approx(0.04, rel=1e-5)


def test_an_exponential_loses_all_but_one_eth_of_its_height_in_the_time_of_its_rate():
    assert value(DECLINE, 10.0) == pytest.approx(0.04 + 0.16 / math.e, rel=1e-6)


def test_an_exponential_may_rise():
    assert value(DECLINE | {"start": 0.01}, 10.0) == pytest.approx(0.04 - 0.03 / math.e, rel=1e-6)


@pytest.mark.parametrize(
    ("curve", "expected"), [(0.07, 0.07), (POINTS, 0.01), (BUMP, 0.05), (DECLINE, 0.04), (DECLINE | {"start": 0.0}, 0)]
)
def test_a_curve_knows_its_lowest_value(curve, expected):
    assert lowest(scenario(curve).process["learning"].age_curve) == expected


@pytest.mark.parametrize("curve", [0.07, POINTS, BUMP, DECLINE], ids=["number", "points", "bump", "exponential"])
def test_a_resolved_scenario_reads_back_as_the_same(curve):
    resolved = scenario(curve).resolved()
    assert resolved["process"]["learning"]["age_curve"] == curve
    assert Scenario.from_dict(resolved).digest() == scenario(curve).digest()


def test_a_curve_can_be_set_by_path():
    changed = scenario(BUMP).replace({"process.learning.age_curve.height": 0.3})
    assert changed.process["learning"].age_curve.height == 0.3


@pytest.mark.parametrize(
    ("curve", "problem"),
    [
        (-1, " = -1: must be at least 0"),
        (True, " = true: must be a number, a list of points (age, value) or a table"),
        ("young", " = 'young': must be a number, a list of points (age, value) or a table"),
        ([], " = []: must have at least one entry"),
        ([[20.0]], ".0.1: is required"),
        ([20.0, 0.1], ".0 = 20.0: must be a list"),
        ([[20.0, 0.0]], ".0.1 = 0.0: must be at least 1e-12"),
        ([[20.0, math.nan]], ".0.1 = nan: must be a finite number"),
        ([[-1.0, 0.1]], ".0.0 = -1.0: must be at least 0"),
        ([[30.0, 0.1], [20.0, 0.2]], ": ages must rise, not [30.0, 20.0]"),
        ([[20.0, 0.1], [20.0, 0.2]], ": ages must rise, not [20.0, 20.0]"),
        ({}, ".kind: is required"),
        ({"kind": "bumb"}, ".kind = 'bumb': must be one of 'bump', 'exponential'; did you mean 'bump'?"),
        ({"kind": "bump", "height": 0.1}, ".floor: is required"),
        (BUMP | {"hight": 1.0}, ".hight: unknown key 'hight'; did you mean 'height'?"),
        (BUMP | {"width": 0.0}, ".width = 0.0: must be at least 0.001"),
        (DECLINE | {"start": "high"}, ".start = 'high': must be a number"),
    ],
    ids=str,
)
def test_a_curve_that_is_none_is_refused_by_path_value_and_what_is_allowed(curve, problem):
    with pytest.raises(InputError) as caught:
        scenario(curve)
    assert f"scenario: process.learning.age_curve{problem}" in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 2
