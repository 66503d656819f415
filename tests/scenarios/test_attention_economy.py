"""What scenarios/attention_economy.toml must show: who wins attention, and why."""

from functools import cache

import numpy as np
import pytest

from society.model import Society
from society.recorder import Recorder
from tests.scenarios.worlds import load, run, share_of_users, standard_error

SEEDS = range(1, 11)
PLATFORMS = ("academy", "feed")
STEPS = 260
CHURN = {"feed": (0.01, 0.05), "academy": (0.05, 0.03)}
ALIKE = {"appeal": 0.4, "monthly_exit": 0.02, "monthly_return": 0.05}


@cache
def ended(seed, changes=()):
    """The society at the end, with attention and age alone."""
    return run(load("attention_economy", {"run.seed": seed, **dict(changes)}, only=("ageing", "attention")))


def attention(platform, changes=()):
    """Mean attention to a platform of those old enough from the start, by seed."""
    return np.array([_of_adults(model, platform) for model in (ended(seed, changes) for seed in SEEDS)])


def _of_adults(model, platform):
    row = model.population["attention"][model.options[platform]]
    return float(row[adults(model)].mean(dtype="f8"))


def adults(model):
    return model.population["age"] >= 13 + STEPS / 52


def users(model, platform):
    return model.population["is_user"][[*model.platforms].index(platform)][adults(model)]


def assert_within_errors(values, expected):
    assert abs(values.mean() - expected) < 4 * standard_error(values)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_as_many_use_a_platform_as_its_churn_says(platform):
    found = np.array([users(ended(seed), platform).mean() for seed in SEEDS])
    assert_within_errors(found, share_of_users(*CHURN[platform], STEPS))


def test_people_fall_to_different_products():
    """Who uses at least one: memberships are independent, so a longer menu captures more."""
    found = np.array([np.any([users(ended(seed), each) for each in PLATFORMS], axis=0).mean() for seed in SEEDS])
    escaped = [1 - share_of_users(*CHURN[each], STEPS) for each in PLATFORMS]
    assert_within_errors(found, 1 - escaped[0] * escaped[1])


def logit_over_tastes(platform, n=1_000_000):
    """Mean attention where friends do not count: the logit over tastes and membership, by simulation of its own."""
    rng = np.random.default_rng(7)
    weight = {"life": np.ones(n)}
    for name, appeal in (("academy", 0.0), ("feed", 1.0)):
        uses = rng.random(n) < share_of_users(*CHURN[name], STEPS)
        weight[name] = np.where(uses, np.exp(appeal + 0.5 * rng.gumbel(size=n)), 0.0)
    share = weight[platform] / sum(weight.values())
    return share.mean(), share.std() / np.sqrt(n)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_without_friends_attention_is_the_logit_over_tastes(platform):
    found = attention(platform, (("process.attention.friends", 0.0),))
    expected, error = logit_over_tastes(platform)
    assert abs(found.mean() - expected) < 4 * np.hypot(standard_error(found), error)


def test_friends_draw_attention_to_where_they_are():
    for_life = [
        1 - sum(attention(platform, changes) for platform in PLATFORMS)
        for changes in ((), (("process.attention.friends", 0.0),))
    ]
    assert (for_life[0] < for_life[1]).all()


def test_attention_goes_to_the_more_attractive():
    assert (attention("feed") > 2 * attention("academy")).all()


def test_alike_in_appeal_and_churn_platforms_share_alike_however_good_they_are():
    changes = tuple((f"platform.{name}.{key}", value) for name in PLATFORMS for key, value in ALIKE.items())
    gap = attention("feed", changes) - attention("academy", changes)
    assert_within_errors(gap, 0.0)


def head_start(seed, changes=()):
    """Capture by the feed of who met it under 18 less that of who met it at 25 or over, among 5,000 people."""
    values = {"run.seed": seed, "population.n_agents": 5000, "record.twins": ["platform.feed"], **dict(changes)}
    model = Society(load("attention_economy", values), threads=1)
    recorder = Recorder(model)
    for _ in range(130):
        model.step()
    row = recorder.row()
    return row["capture.feed.under_18"] - row["capture.feed.from_25"]


@pytest.mark.slow
def test_the_young_are_captured_further():
    """By 4 standard errors over five seeds, and not at a constant learning rate."""
    constant = (("process.learning.age_curve", [[20.0, 0.092]]),)
    gaps = np.array([head_start(seed) for seed in SEEDS[:5]])
    nulls = np.array([head_start(seed, constant) for seed in SEEDS[:5]])
    assert gaps.mean() > 4 * standard_error(gaps)
    assert gaps.mean() - nulls.mean() > 4 * np.hypot(standard_error(gaps), standard_error(nulls))
