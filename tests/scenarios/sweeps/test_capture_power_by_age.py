"""What scenarios/sweeps/capture_power_by_age.toml must show: capture along the curve of linear theory, year by year.

People have no ties, so that replicates differ by chance alone. In weekly steps the closed form is the recursion
c' = c + ηh (κa − (1 + κa) c), from the second step with the feed on: what it pays at first is what one expects of it.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from tests.scenarios.sweeps.studies import assert_mean, done
from tests.scenarios.test_formative_years import learning, rate

NAME, POWER, AGE = "capture_power_by_age", "platform.feed.power", "platform.feed.entry_age"
START, CONSTANT, PER_YEAR = 10.0, 0.0845, 52
SMALL = {
    "sweep.seed": 2001,
    "sweep.replicates": 6,
    "set.run.steps": 16 * PER_YEAR,
    "set.population.n_agents": 100,
    "set.record.every": 4 * PER_YEAR,
    f"factors.{POWER}": [0.6, 4.8],
    f"factors.{AGE}": [10, 18],
}
WHOLE = {"sweep.seed": 3001, "sweep.replicates": 8}


@cache
def series(size: str) -> pd.DataFrame:
    found = done(NAME, {"small": SMALL, "whole": WHOLE}[size])[1]
    return found.assign(year=found["step"] / PER_YEAR)


def theory(arm, power, since, until):
    """c after the years from one age to another, a = ½."""
    pull = power / 2
    learnt = CONSTANT * (until - since) if arm == "constant_rate" else learning(since, until - since)
    return pull / (1 + pull) * (1 - np.exp(-(1 + pull) * learnt))


def in_steps(arm, power, since, until):
    """The same, of weekly steps."""
    pull, age, n_with, c = power / 2, START, 0, 0.0
    for _ in range(round((until - START) * PER_YEAR)):
        age += 1 / PER_YEAR
        n_with += age >= since
        if n_with > 1:
            eta = CONSTANT if arm == "constant_rate" else rate(age)
            c += eta / PER_YEAR * (pull - (1 + pull) * c)
    return c


def check_curve(size):
    frame = series(size)
    for (arm, power, since, year), group in frame.groupby(["arm", POWER, AGE, "year"]):
        captured = group["capture.feed"].to_numpy()
        if START + year <= since or not power:
            assert not np.nan_to_num(captured).any()  # nan where nobody has met it
        else:
            assert_mean(captured, in_steps(arm, power, since, START + year))


def test_capture_follows_the_curve_at_every_power_age_and_year():
    check_curve("small")


@pytest.mark.slow
def test_capture_follows_the_curve_in_the_whole_sweep():
    check_curve("whole")


@pytest.mark.parametrize("arm", ["falling_rate", "constant_rate"])
@pytest.mark.parametrize("power", [0.3, 1.2, 4.8])
@pytest.mark.parametrize("since", [10.0, 20.0, 30.0])
def test_weekly_steps_are_near_the_closed_form(arm, power, since):
    """Euler's error of the fastest rate, and two weeks later at most."""
    fastest, pull = max(rate(since), CONSTANT), power / 2
    allowed = (2 * pull * fastest + 0.5 * (1 + pull) * pull * fastest) / PER_YEAR
    assert in_steps(arm, power, since, 40.0) == pytest.approx(theory(arm, power, since, 40.0), abs=allowed)


def test_a_feed_without_power_captures_exactly_nobody():
    one = {"sweep.replicates": 1, "set.run.steps": 52, f"factors.{POWER}": [0.0], f"factors.{AGE}": [10]}
    runs, _ = done(NAME, SMALL | one)
    assert runs["capture.feed"].tolist() == [0.0, 0.0]


def eight_years(arm, power, since):
    """Capture after eight years with the feed, by replicate."""
    frame = series("small")
    chosen = (frame["arm"] == arm) & (frame[POWER] == power) & (frame[AGE] == since)
    return frame[chosen & (frame["year"] == since + 8 - START)].sort_values("replicate")["capture.feed"].to_numpy()


def test_who_meets_it_young_is_captured_further_in_the_same_eight_years_and_the_less_so_the_harder_it_pulls():
    ratios = [eight_years("falling_rate", k, 10).mean() / eight_years("falling_rate", k, 18).mean() for k in (0.6, 4.8)]
    assert ratios[0] > ratios[1] > 1


@pytest.mark.parametrize("power", [0.6, 4.8])
def test_at_a_constant_rate_eight_years_are_eight_years(power):
    assert_mean(eight_years("constant_rate", power, 10) - eight_years("constant_rate", power, 18), 0.0)


def test_the_header_says_what_theory_does():
    ends = [theory("falling_rate", power, since, 40.0) for power in (0.3, 4.8) for since in (10.0, 30.0)]
    assert ends == pytest.approx([0.123, 0.067, 0.706, 0.622], abs=5e-4)
    eight = {
        power: theory("falling_rate", power, 10.0, 18.0) / theory("falling_rate", power, 30.0, 38.0)
        for power in (0.3, 4.8)
    }
    assert [*eight.values()] == pytest.approx([1.48, 1.16], abs=0.005)
    assert learning(10.0, 30.0) / 30 == pytest.approx(CONSTANT, abs=5e-5)
