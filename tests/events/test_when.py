"""When events happen: the step of a date, courses, schedules and clocks."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from society.events.when import When
from tests.events.lives import happening, lived
from tests.societies import Raw
from tests.tolerance import has_mean, has_share

STEPS_PER_YEAR = (1, 4, 7, 12, 52, 100, 365, 1000)


def steps_of(when: Raw, *, steps_per_year: int, years: float) -> list[int]:
    """The step of each date, in a run of so many years."""
    table = When.model_validate(when)
    steps = range(math.ceil(years * steps_per_year))
    return [step for step in steps for _ in table.due(step, steps_per_year)]


def counted(kick: float = 1.0, **event: Any) -> Raw:
    """An event that lets one count how often it has happened: each time, calm grows by one."""
    return {"count": {"kick": {"size": kick, "along": {"calm": 1.0}}} | event}


@pytest.mark.parametrize("steps_per_year", STEPS_PER_YEAR)
def test_a_date_falls_into_the_step_that_contains_it(steps_per_year: int) -> None:
    hundredths = range(0, 300, 7)
    found = [steps_of({"at": number / 100}, steps_per_year=steps_per_year, years=3) for number in hundredths]
    assert found == [[math.floor(Fraction(number, 100) * steps_per_year)] for number in hundredths]


@pytest.mark.parametrize("steps_per_year", STEPS_PER_YEAR)
def test_a_course_has_every_one_of_its_dates_in_its_step(steps_per_year: int) -> None:
    found = steps_of({"at": 0.3, "every": 0.02, "count": 50}, steps_per_year=steps_per_year, years=2)
    dates = [Fraction(3, 10) + k * Fraction(2, 100) for k in range(50)]
    assert found == [math.floor(date * steps_per_year) for date in dates]


@pytest.mark.parametrize("steps_per_year", STEPS_PER_YEAR)
def test_a_schedule_has_its_dates_in_order_and_twice_what_stands_twice(steps_per_year: int) -> None:
    found = steps_of({"times": [2.5, 0.29, 0.29]}, steps_per_year=steps_per_year, years=3)
    dates = (Fraction(29, 100), Fraction(29, 100), Fraction(5, 2))
    assert found == [math.floor(date * steps_per_year) for date in dates]


def test_a_course_ends_before_its_end() -> None:
    assert When(every=0.1, until=0.3).dates(9) == pytest.approx((0.0, 0.1, 0.2))


def test_a_course_of_no_end_goes_on() -> None:
    assert When(every=0.5, at=1.0).dates(3.0) == (1.0, 1.5, 2.0, 2.5)


def test_dates_are_known_beforehand_save_for_those_of_a_rate() -> None:
    assert When(at=2.0).dates(9) == (2.0,)
    assert When(at=2.0).dates(1) == ()
    assert When(times=(3.0, 1.0)).dates(9) == (1.0, 3.0)
    assert When(every=1.0, count=3).dates(9) == (0.0, 1.0, 2.0)
    assert When(rate=5.0, at=1.0).dates(9) == ()


@pytest.mark.parametrize("steps_per_year", [1, 4, 52])
def test_several_doses_in_one_step_count_as_that_many(steps_per_year: int) -> None:
    model = happening(event=counted(every=0.02, count=50), steps_per_year=steps_per_year)
    assert lived(1, model).population["traits"][:, 0] == pytest.approx(50.0, rel=1e-6)


def test_nothing_happens_before_its_date_and_all_of_it_in_its_step() -> None:
    model = happening(event=counted(at=0.5))
    assert [float(lived(0.25, model).population["traits"][0, 0]) for _ in range(4)] == [0.0, 0.0, 1.0, 1.0]


N = 4000


def rings(*, years: float = 2, n_agents: int = N, steps_per_year: int = 4, **when: float) -> Any:
    """(n_agents,) how often it has happened to each."""
    event = counted(**when)
    return lived(years, happening(n_agents, event=event, steps_per_year=steps_per_year)).population["traits"][:, 0]


@pytest.mark.parametrize("steps_per_year", [1, 12])
def test_a_rate_is_of_a_poisson_clock(steps_per_year: int) -> None:
    n_rings = rings(rate=1.5, steps_per_year=steps_per_year)
    assert has_mean(n_rings, 3.0)
    for k in range(6):
        assert has_share(n_rings == k, math.exp(-3.0) * 3.0**k / math.factorial(k))


def test_when_clocks_ring_does_not_depend_on_the_length_of_a_step() -> None:
    def due(steps_per_year: int) -> Any:
        model = lived(2, happening(50, event=counted(rate=3.0), steps_per_year=steps_per_year))
        return model.population["event.count.due"] / steps_per_year

    assert due(1) == pytest.approx(due(52), rel=1e-12)


def test_a_rate_begins_at_a_date_and_ends_at_one() -> None:
    assert has_mean(rings(rate=2.0, at=0.6), 2.0 * 1.4)
    assert has_mean(rings(rate=2.0, until=0.6), 2.0 * 0.6)


def test_nothing_happens_at_a_rate_of_nothing() -> None:
    assert not rings(rate=0.0).any()


def test_a_newborn_has_a_clock_of_its_own() -> None:
    model = lived(1, happening(2, event=counted(rate=3.0)))
    population = model.population
    before = population["event.count.due"].copy()
    population["uid"][0], population["event.count.due"][0], population["event.count.rings"][0] = 77, np.nan, 0
    population["traits"][0] = 0.0
    lived(1, model)
    again = happening(2, event=counted(rate=3.0))
    again.population["uid"][0] = 77
    lived(1, again)
    # the gaps are those of person 77, from the year of birth on
    assert population["event.count.due"][0] > before.min()
    assert population["traits"][0, 0] == again.population["traits"][0, 0]
