"""A constant hazard of leaving a platform: geometric tenure in months, exponential in continuous time."""

import numpy as np
import pytest
from evidence import errors_from, run, society

FINE = {"run.steps_per_year": 1200, "run.steps": 24_000}


def tenures(values=None):
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
def months():
    """Tenure of 20,000 people without ties, in months; .95^400 = 1e-9 of them would stay beyond the run."""
    return tenures()


def test_mean_tenure_is_twenty_months(months):
    """1/.05 = 20, a month counted in which one leaves, within 4 SE."""
    assert errors_from(months, 20) < 4


@pytest.mark.parametrize(("month", "left"), [(12, 0.5404), (24, 0.2920)])
def test_so_many_are_left_after_one_and_two_years(months, month, left):
    """.95^12 = .5404 and .95^24 = .2920, within 4 SE."""
    assert errors_from(months > month, left) < 4


@pytest.fixture(scope="module")
def hundredths():
    """Tenure in hundredths of a month."""
    return tenures(FINE)


def test_half_have_left_after_thirteen_and_a_half_months(hundredths):
    """Continuous median ln .5/ln .95 = 13.51 months, within 4 SE of a share of one half."""
    assert errors_from(hundredths > 1351, 0.5) < 4


def test_short_steps_leave_the_hazard_alone(hundredths):
    """Mean 1/−ln .95 = 19.496 months in continuous time, and half a step of .01 more, within 4 SE."""
    assert errors_from(hundredths / 100, 19.496 + 0.005) < 4


def test_mean_tenure_in_continuous_time_is_told_from_that_in_months(hundredths):
    """Negative control: the half month between the two is more than 3 SE (of .14)."""
    assert errors_from(hundredths / 100, 20) > 3


def test_without_exit_everybody_stays():
    assert run(society("tenure", {"platform.feed.monthly_exit": 0.0})).population["is_user"].all()
