"""What scenarios/sweeps/default_model_sobol.toml must show: what cannot matter does not, exactly, and what dominates.

Total indices are those of Jansen (1999), E(f(A) − f(AB_i))²/2V; on the same points linear theory must have the same.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from tests.scenarios.sweeps.studies import done, load
from tests.scenarios.test_formative_years import rate
from tests.scenarios.worlds import per_step, share_of_users

NAME, PER_YEAR = "default_model_sobol", 52
POWER, EXIT, NOISE = "platform.feed.power", "platform.feed.monthly_exit", "process.learning.noise"
CONTACT, STAKE, FORGETTING = "process.exchange.contact", "process.exchange.stake", "process.forgetting.rate"
DUMMY = "process.learning.temperature"
KNOWN = {
    "known.invariant": {CONTACT, FORGETTING},
    "known.cooperative": {CONTACT, FORGETTING, STAKE},
    "known.competitive": {CONTACT, FORGETTING, STAKE},
}
FACTORS = [*load(NAME, {"sweep.samples": 2}).factors]
MINDS = ("ageing", "exploration", "attention", "landscape", "peers", "capture", "income", "learning")
KNOWLEDGE = {f"set.process.{name}.enabled": False for name in MINDS} | {
    "set.record.twins": [],
    "set.record.measures": ["known"],
}
SIZES = {
    "small": {
        "sweep.seed": 2001,
        "sweep.samples": 8,
        "set.run.steps": 52,
        "set.record.every": 52,
        "set.population.n_agents": 100,
    },
    "whole": {"sweep.seed": 3001},
} | {f"knowledge-{seed}": {"sweep.seed": seed, **KNOWLEDGE} for seed in range(9001, 9009)}
"""Of knowledge alone there are several designs: indices from 128 points differ by some tenths between them."""


@cache
def runs(size: str) -> pd.DataFrame:
    return done(NAME, SIZES[size])[0].sort_values("row")


def totals(values) -> dict[str, float]:
    """Total index of each factor, from the outcomes in the order of rows: A, each AB_i, B, for each point in turn."""
    outcome = np.asarray(values).reshape(-1, len(FACTORS) + 2)
    a, mixed, b = outcome[:, :1], outcome[:, 1:-1], outcome[:, -1]
    variance = np.concatenate([a[:, 0], b]).var()
    return dict(zip(FACTORS, ((a - mixed) ** 2).mean(axis=0) / (2 * variance), strict=True))


def captured(power, monthly_exit, steps):
    """(n,) capture in linear theory, mean over ages from 10 to 40; users come back with .05 a month."""
    power, ages, c = np.asarray(power)[:, np.newaxis], np.linspace(10.0, 40.0, 61), 0.0
    for step in range(1, steps + 1):
        share = np.array([share_of_users(each, 0.05, step) for each in monthly_exit])
        pull = power / 2 * share[:, np.newaxis]
        c = c + rate(ages + step / PER_YEAR) / PER_YEAR * (pull - (1 + pull) * c)
    return c.mean(axis=1)


def theory(size):
    r = runs(size)
    return captured(r[POWER], r[EXIT], int(r["steps_done"].iloc[0]))


def test_a_parameter_of_another_rule_has_no_influence_on_anything_at_all():
    r = runs("small")
    outcomes = [name for name in r.columns if name.split(".")[0] in ("capture", "interest_lost", "known", "trait_mean")]
    assert len(outcomes) >= 10
    assert {totals(r[name])[DUMMY] for name in outcomes} == {0.0}


@pytest.mark.parametrize("outcome", KNOWN)
def test_knowledge_goes_by_telling_and_forgetting_alone(outcome):
    found = totals(runs("small")[outcome])
    assert {path for path, total in found.items() if total > 0} == KNOWN[outcome]


def test_capture_goes_by_power_most_and_by_exit_next():
    found = totals(runs("small")["capture.feed"])
    assert sorted(found, key=found.__getitem__)[-2:] == [EXIT, POWER]


def test_the_total_indices_that_the_header_says_are_those_of_linear_theory():
    """1 − V(E(f | the other))/V, on the midpoints of 24 × 24 cells."""
    middle = (np.arange(24) + 0.5) / 24
    power, leaving = (each.ravel() for each in np.meshgrid(2.4 * middle, 0.1 * middle, indexing="ij"))
    f = captured(power, leaving, 260).reshape(24, 24)
    assert 1 - f.mean(axis=0).var() / f.var() == pytest.approx(0.84, abs=0.005)
    assert 1 - f.mean(axis=1).var() / f.var() == pytest.approx(0.21, abs=0.005)


def test_linear_theory_has_the_law_of_users():
    assert share_of_users(0.0, 0.05, 100) == 1.0
    assert 1 - share_of_users(0.1, 0.05, 2) == pytest.approx(per_step(0.1))


@pytest.mark.slow
def test_capture_has_the_indices_of_linear_theory_at_the_same_points():
    found, expected = totals(runs("whole")["capture.feed"]), totals(theory("whole"))
    assert np.corrcoef(runs("whole")["capture.feed"], theory("whole"))[0, 1] > 0.99
    for path in (POWER, EXIT):
        assert found[path] == pytest.approx(expected[path], abs=0.05)
    assert found[POWER] == pytest.approx(0.84, abs=0.2)
    assert found[EXIT] == pytest.approx(0.21, abs=0.2)
    assert sum(total for path, total in found.items() if path not in (POWER, EXIT)) < 0.05


def knowledge(outcome):
    """One row a design, one column a factor: total indices of what is known."""
    return pd.DataFrame([totals(runs(size)[outcome]) for size in SIZES if size.startswith("knowledge")])


def assert_above(values, least):
    """The mean over designs is above a number (Student's t, one-sided, 1 %)."""
    assert ttest_1samp(values, least, alternative="greater").pvalue < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("outcome", ["known.invariant", "known.cooperative"])
def test_contact_dominates_where_value_rises_or_stays(outcome):
    found = knowledge(outcome)
    for other in KNOWN[outcome] - {CONTACT}:
        assert_above(found[CONTACT] - found[other], 0.0)


@pytest.mark.slow
def test_what_loses_value_is_known_by_contact_and_stake_together():
    """Total indices make 1 together where effects add up."""
    found = knowledge("known.competitive")
    for path in (CONTACT, STAKE):
        assert_above(found[path] - found[FORGETTING], 0.0)
    assert_above(found.sum(axis="columns"), 1.0)


@pytest.mark.slow
def test_own_interest_goes_by_power_most_and_is_won_at_first():
    r = runs("whole")
    found = totals(r["interest_lost.feed"])
    assert sorted(found, key=found.__getitem__)[-1] == POWER
    assert {*sorted(found, key=found.__getitem__)[-3:]} == {POWER, EXIT, NOISE}
    assert (r["interest_lost.feed"] < 0).mean() > 0.95
