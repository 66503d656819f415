"""Ageing: years pass."""

from __future__ import annotations

import math

import numpy as np
import pytest

from society.population import Array
from tests.societies import CROWD, crowd, make_society, stepped
from tests.tolerance import has_mean, has_variance


def ages(
    n_agents: int = 6, *, low: float = 20.0, high: float = 20.0, steps_per_year: int = 52, steps: int = 0
) -> Array:
    """Everybody's age after some steps."""
    model = make_society(
        run={"steps_per_year": steps_per_year},
        population=crowd(n_agents) | {"age_low": low, "age_high": high},
        graph=CROWD,
        process={"ageing": {}},
    )
    return stepped(model, steps).population["age"]


def test_people_start_between_the_youngest_and_the_oldest_age():
    start = ages(20_000, low=10.0, high=40.0)
    assert start.min() >= 10.0
    assert start.max() <= 40.0
    assert has_mean(start, 25.0)
    assert has_variance(start, 30.0**2 / 12.0)


def test_people_start_at_one_age_where_youngest_and_oldest_are_equal():
    assert ages().tolist() == [20.0] * 6


def test_a_step_adds_its_length():
    assert ages(steps_per_year=4, steps=1).tolist() == [20.25] * 6


@pytest.mark.parametrize("steps_per_year", [1, 12, 52, 365])
def test_a_year_adds_a_year(steps_per_year):
    assert ages(steps_per_year=steps_per_year, steps=steps_per_year) == pytest.approx(np.full(6, 21.0), abs=1e-3)


def test_a_year_in_ten_thousand_steps_adds_a_year():
    assert ages(steps_per_year=10_000, steps=10_000) == pytest.approx(np.full(6, 21.0), abs=1e-3)


def test_ages_of_people_are_independent():
    start = ages(20_000, low=10.0, high=40.0)
    assert abs(np.corrcoef(start[:-1], start[1:])[0, 1]) < 4 / math.sqrt(20_000)


def test_without_ageing_there_is_no_age():
    assert "age" not in make_society().population
