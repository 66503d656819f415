"""A constant hazard of leaving a platform: geometric tenure in months, exponential in continuous time."""

from __future__ import annotations

import numpy as np
import pytest

from society.population import Array
from tests.validation.evidence import Values, errors_from, run, society

FINE = {"run.steps_per_year": 240, "run.steps": 4800}


def tenures(values: Values | None = None) -> Array:
    """(n_agents,) steps from the one in which everybody joins to the one in which each leaves."""
    model = run(society("tenure", values), 1)
    is_user, left_at = model.population["is_user"][0], np.zeros(model.n_agents, int)
    assert is_user.all()
    while is_user.any() and model.n_steps < model.scenario.run.steps:
        was_user = is_user.copy()
        model.step()
        left_at[was_user & ~is_user] = model.n_steps - 1
    return np.where(is_user, model.scenario.run.steps, left_at)


@pytest.fixture(scope="module")
def months() -> Array:
    """Tenure of 20,000 people without ties, in months; .95^400 = 1e-9 of them would stay beyond the run."""
    return tenures()


def test_mean_tenure_is_twenty_months(months: Array) -> None:
    """1/.05 = 20, a month counted in which one leaves, within 4 SE."""
    assert errors_from(months, 20) < 4


@pytest.mark.parametrize(("month", "left"), [(12, 0.5404), (24, 0.2920)])
def test_so_many_are_left_after_one_and_two_years(months: Array, month: int, left: float) -> None:
    """.95^12 = .5404 and .95^24 = .2920, within 4 SE."""
    assert errors_from(months > month, left) < 4


@pytest.fixture(scope="module")
def twentieths() -> Array:
    """Tenure in twentieths of a month; .95^240 = 5e-6 of people would stay beyond the run."""
    return tenures(FINE)


def test_half_have_left_after_thirteen_and_a_half_months(twentieths: Array) -> None:
    """The continuous median is ln .5/ln .95 = 13.51 months: .95^13.5 = .5003 are left after 270 steps, within 4 SE."""
    assert errors_from(twentieths > 270, 0.5003) < 4


def test_short_steps_leave_the_hazard_alone(twentieths: Array) -> None:
    """Mean 1/−ln .95 = 19.496 months in continuous time, and half a step of .05 more, within 4 SE."""
    assert errors_from(twentieths / 20, 19.496 + 0.025) < 4


def test_mean_tenure_in_continuous_time_is_told_from_that_in_months(twentieths: Array) -> None:
    """Negative control: the half month between the two is more than 3 SE (of .14)."""
    assert errors_from(twentieths / 20, 20) > 3


def test_without_exit_everybody_stays() -> None:
    assert run(society("tenure", {"platform.feed.monthly_exit": 0.0})).population["is_user"].all()
