"""What scenarios/trauma_and_mobility.toml must show: when a lesson learnt in one trial pays, and when it harms."""

import math
from functools import cache

import numpy as np
import pytest

from society.model import Society
from tests.scenarios.worlds import load, standard_error

SEEDS = range(1, 11)
RATE, CAUTION = 0.1, 2.0
COARSE = (("run.steps_per_year", 4), ("run.steps", 240))
H = 1 / 4
SAFE = (("environment.cruel.optimum", 0.0),)
BY_CHOICE = (
    ("event.leaving.enabled", False),
    ("process.migration.enabled", True),
    ("process.learning.temperature", 0.0),
    ("population.trait_sd", 0.0),
)


def pair(seed, changes=()):
    """A society and its twin without trauma, in steps of a quarter."""
    values = {"run.seed": seed, "population.n_agents": 1000, **dict(COARSE), **dict(changes)}
    scenario = load("trauma_and_mobility", values)
    return Society(scenario, threads=1), Society(scenario.replace({"event.trauma.enabled": False}), threads=1)


@cache
def payoff_over_a_life(seed, mobility, size=2.0, changes=()):
    """Mean over people of the payoff of sixty years, less that of their twins without trauma."""
    values = (("event.leaving.rate", mobility), ("event.trauma.kick.size", size), *changes)
    hurt, spared = pair(seed, values)
    total = 0.0
    for _ in range(hurt.scenario.run.steps):
        hurt.step()
        spared.step()
        total += float((hurt.population["interest"] - spared.population["interest"]).mean()) * H
    return total


def by_seed(*arguments):
    return np.array([payoff_over_a_life(seed, *arguments) for seed in SEEDS])


def in_theory(mobility, size=2.0, caution=CAUTION):
    """(J/2η) (c/(1 + μ/η) − J/2)."""
    return size / (2 * RATE) * (caution / (1 + mobility / RATE) - size / 2)


def in_steps(mobility, size=2.0, caution=CAUTION, *, h=H, years=60):
    """The same for steps of h: the mean over who leaves when, of the sum of what differs."""
    total, in_cruel, spared, abroad = 0.0, 1.0, 0.0, 0.0  # mean caution of the spared there; what is abroad of it
    for step in range(round(years / h)):
        leaving = in_cruel * (1 - math.exp(-mobility * h))
        in_cruel, abroad = in_cruel - leaving, (abroad + leaving * spared) * (1 - RATE * h)
        spared += RATE * h * (caution - spared)
        trauma = size * (1 - RATE * h) ** step
        total -= h * trauma * (0.5 * trauma + in_cruel * (spared - caution) + abroad)
    return total


def assert_within_errors(found, value):
    assert abs(found.mean() - value) < 4 * standard_error(found)


@pytest.mark.parametrize(("mobility", "size"), [(0.0, 2.0), (0.1, 2.0), (0.3, 2.0), (0.1, 1.0)])
def test_in_short_steps_the_sum_is_that_of_theory(mobility, size):
    assert in_steps(mobility, size, h=1 / 3000) == pytest.approx(in_theory(mobility, size), abs=3e-3)


def test_trauma_fades_in_everybody_alike():
    """J (1 − ηh)^(n − 1) after n steps, for people are pushed in the first; to single precision."""
    hurt, spared = pair(1)
    for step in range(1, 81):
        hurt.step()
        spared.step()
        if step in (1, 4, 40, 80):
            left = (hurt.population["traits"] - spared.population["traits"])[:, 0]
            np.testing.assert_allclose(left, 2.0 * (1 - RATE * H) ** (step - 1), atol=2e-5)
            assert np.array_equal(hurt.population["environment"], spared.population["environment"])
    assert 0.9 < hurt.population["environment"].mean() < 1.0


@pytest.mark.parametrize("mobility", [0.0, 0.03, 0.1, 0.3, 1.0])
def test_over_a_life_trauma_pays_as_much_as_theory_says(mobility):
    assert_within_errors(by_seed(mobility), in_steps(mobility))


def test_trauma_pays_where_one_cannot_leave_and_harms_where_one_can():
    assert by_seed(0.0).mean() > 4 * standard_error(by_seed(0.0))
    assert by_seed(0.3).mean() < -4 * standard_error(by_seed(0.3))


@pytest.mark.parametrize("mobility", [0.0, 0.3])
def test_where_nothing_is_to_be_feared_trauma_only_harms(mobility):
    """Negative control: −J²/4η, whether or not one can leave."""
    assert_within_errors(by_seed(mobility, 2.0, SAFE), in_steps(mobility, caution=0.0))
    assert in_steps(mobility, caution=0.0) == pytest.approx(-(2.0**2) / (4 * RATE), rel=0.02)


def test_a_trauma_of_no_size_changes_nothing():
    assert (by_seed(0.3, 0.0) == 0.0).all()


@pytest.mark.parametrize(("mobility", "size"), [(0.0, 1.0), (0.0, 4.0), (0.1, 0.5), (0.1, 1.0), (0.1, 1.5)])
def test_a_lesson_of_another_size_pays_as_theory_says(mobility, size):
    assert_within_errors(by_seed(mobility, size), in_steps(mobility, size))


def test_the_best_lesson_is_smaller_where_one_can_leave():
    """c/(1 + μ/η) is 2 at μ = 0 and 1 at μ = .1: halfway on either side pays less, seed by seed."""
    for mobility, best in ((0.0, 2.0), (0.1, 1.0)):
        for other in (0.5 * best, 1.5 * best):
            gap = by_seed(mobility, best) - by_seed(mobility, other)
            assert gap.mean() > 4 * standard_error(gap)


def test_trauma_holds_people_who_would_leave_of_their_own_accord():
    """Places are judged by R(x): kind is better while x < 1, and x = 2 (1 − (1 − ηh)^n) is for the spared."""
    n_steps = math.ceil(math.log(0.5) / math.log(1 - RATE * H))
    for rate in (0.05, 0.1, 0.3):
        hurt, spared = pair(3, (*BY_CHOICE, ("process.migration.rate", rate), ("population.n_agents", 4000)))
        hurt.step()
        spared.step()
        at_first = hurt.population["environment"].copy()  # who left before the trauma was felt
        for _ in range(80):
            hurt.step()
            spared.step()
        share = 1 - math.exp(-rate * H * n_steps)
        assert abs(spared.population["environment"].mean() - share) < 4 * math.sqrt(share * (1 - share) / 4000)
        assert share == pytest.approx(1 - 2 ** (-rate / RATE), abs=0.03)
        assert not (hurt.population["environment"] > at_first).any()


def test_without_migration_nobody_leaves():
    """Negative control."""
    hurt, spared = pair(3, (*BY_CHOICE, ("process.migration.rate", 0.0)))
    for _ in range(8):
        hurt.step()
        spared.step()
    assert not hurt.population["environment"].any()
    assert not spared.population["environment"].any()
