"""What scenarios/sweeps/stake_by_forgetting.toml must show: the critical lines, and the exact law of who knows.

How many of n people who all hear each other know an item is a Markov chain: of k knowers in a step, each forgets with
probability 1 − e^(−γh), and each of the others hears of it with probability 1 − e^(−C s(k/n) k/(n−1) h).
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import binom

from tests.scenarios.sweeps.studies import assert_sum, done, load

NAME, STAKE, RATE = "stake_by_forgetting", "process.exchange.stake", "process.forgetting.rate"
N, CONTACT, PER_YEAR, N_ITEMS, FIRST = 200, 60.0, 52, 16, {"few_know": 3, "half_know": 100}
SMALL = {
    "sweep.seed": 2001,
    "sweep.replicates": 1,
    "set.run.steps": 260,
    f"factors.{STAKE}": [0.0, 4.0],
    f"factors.{RATE}": [0.4, 1.0, 4.0],
}
WHOLE = {"sweep.seed": 3001}


@cache
def runs(size: str) -> pd.DataFrame:
    return done(NAME, {"small": SMALL, "whole": WHOLE}[size])[0]


def willing(stake, f):
    """s(f) of an item that loses value by being known."""
    return expit(-3 - stake * (np.exp(-f / 0.1) - np.exp(-(f + 0.3) / 0.1)))


def step_of(stake, rate):
    """(n + 1, n + 1) probabilities of how many know after a step."""
    k = np.arange(N + 1)
    hears = 1 - np.exp(-CONTACT / (N - 1) * willing(stake, k / N) * k / PER_YEAR)
    keeps = np.exp(-rate / PER_YEAR)
    rows = [np.convolve(binom.pmf(k[: a + 1], a, keeps), binom.pmf(k[: N - a + 1], N - a, hears[a])) for a in k]
    return np.array(rows)


@cache
def law(stake, rate, steps):
    """(n + 1, n + 1) probabilities of how many know after so many steps, by how many do at first."""
    return np.linalg.matrix_power(step_of(stake, rate), steps)


def check_laws(size):
    for (arm, stake, rate), group in runs(size).groupby(["arm", STAKE, RATE]):
        for kind, at_stake in (("competitive", stake), ("invariant", 0.0)):
            expected = law(at_stake, rate, int(group["steps_done"].iloc[0]))[FIRST[arm]]
            seen = round(group[f"known.{kind}"].sum() * N_ITEMS * N)
            assert_sum(seen, expected, N_ITEMS * len(group))


def test_as_many_know_it_as_the_chain_says():
    check_laws("small")


@pytest.mark.slow
def test_as_many_know_it_as_the_chain_says_at_every_point():
    check_laws("whole")


def mean_known(arm, stake, rate):
    r = runs("small")
    return r[(r["arm"] == arm) & (r[STAKE] == stake) & (r[RATE] == rate)]["known.competitive"].mean()


def test_a_secret_that_few_know_dies_and_one_that_is_out_stays_out():
    for rate in (0.4, 1.0):  # above 2 · .067, the line from a few, and below 1.67, that from half
        assert mean_known("few_know", 4.0, rate) < 0.05
        assert mean_known("half_know", 4.0, rate) > 0.5


def test_without_a_stake_what_few_and_what_many_knew_ends_alike():
    for rate in (0.4, 1.0):
        ends = [mean_known(arm, 0.0, rate) for arm in FIRST]
        assert min(ends) > 0.5
        assert abs(ends[0] - ends[1]) < 0.15


def test_above_both_lines_everything_dies():
    for arm in FIRST:
        for stake in (0.0, 4.0):
            assert mean_known(arm, stake, 4.0) < 0.05


def test_an_invariant_item_is_known_by_the_same_people_at_every_stake():
    known = runs("small").groupby(["arm", RATE, "replicate"])["known.invariant"]
    assert (known.nunique() == 1).all()
    assert (known.size() == 2).all()


@pytest.mark.parametrize(
    ("stake", "from_few", "from_half"),
    [(0.0, 2.85, 2.85), (1.0, 1.13, 2.01), (2.0, 0.443, 1.84), (4.0, 0.067, 1.67), (8.0, 0.0015, 1.50)],
)
def test_the_critical_lines_are_those_of_the_header(stake, from_few, from_half):
    f = np.linspace(0.0, 1.0, 10_001)
    growth = CONTACT * willing(stake, f) * (1 - f)
    assert growth[0] == pytest.approx(from_few, rel=0.01)
    assert growth.max() == pytest.approx(from_half, rel=0.005)
    assert f[growth.argmax()] < 0.5


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.4, 0.8, 1.6])
def test_between_the_lines_of_the_header_it_matters_how_many_know_it_at_first(rate):
    few, half = (law(4.0, rate, 520)[first] @ np.arange(N + 1) / N for first in FIRST.values())
    assert few < 0.1
    assert half > 0.25


def test_the_sweep_is_of_what_the_header_says():
    sweep = load(NAME, {})
    assert sweep.factors[STAKE].levels() == (0.0, 1.0, 2.0, 4.0, 8.0)
    for point in sweep.points()[::7]:
        scenario = sweep.scenario_of(point, replicate=0)
        names = {process.name for process in scenario.processes}
        assert names == {"exchange", "forgetting"}
        assert scenario.process["exchange"].contact * (scenario.population.n_agents - 1) == pytest.approx(CONTACT)
