"""The plain Mesa model of the benchmarks follows the same law as Society: what is compared is the same thing.

Both start from the same people, knowledge and ties, then draw their own random numbers for a year of quick changes.
What passes from friend to friend is correlated within a society, so whole societies are the independent sample: means
over people must differ by 0 on average within four standard errors. Means of what has long tails say little; so where
people of one model stand among those of both is compared as well, and how many of them stand at the ends.
"""

from functools import cache

import numpy as np
import pytest
from scipy.stats import rankdata

from society import Society
from tests.benchmarks.alike import knowledge, plain_twin
from tests.benchmarks.model import default_model
from tests.tolerance import has_mean

N_SOCIETIES, N_AGENTS, STEPS = 48, 40, 8
QUICK = {
    "run.steps_per_year": STEPS,
    "platform.feed.entry_age": 25.0,
    "platform.feed.rate_entry": 2.0,
    "platform.feed.monthly_exit": 0.3,
    "platform.feed.monthly_return": 0.3,
    "platform.chat.rate_entry": 4.0,
    "platform.chat.monthly_exit": 0.1,
    "platform.chat.monthly_return": 0.2,
    "platform.chat.quality": 1.0,
    "meme_family.tip.first_holders": 5,
    "process.attention.friends": 3.0,
    "process.attention.taste": 1.0,
    "process.exchange.contact": 3.0,
    "process.exchange.cost": 1.0,
    "process.forgetting.rate": 2.0,
    "process.forgetting.rediscovery": 0.1,
    "process.learning.noise": 0.4,
    "process.learning.age_curve": [[3.0, 0.6], [20.0, 0.4], [60.0, 0.1]],
    "process.peers.strength": 0.6,
    "process.peers.interest": 0.2,
    "process.income.strength": 0.1,
}
"""All rates high, so that much happens in eight steps; some are too young for the feed; the cap on learning bites."""

KINDS = ("invariant", "cooperative", "competitive")
OPTIONS = ("life", "chat", "feed")
ACCOUNTS = ("capture.chat", "capture.feed", "income", "landscape", "peers", "chance", "bounds")


def plain_readings(plain):
    people = plain.agents.to_list()
    knows = np.array([[item in person.knows for item in sorted(plain.everything)] for person in people])
    families = [family.kind for family in plain.items]
    return {
        **{f"known.{kind}": knows[:, [each == kind for each in families]].sum(axis=1) for kind in KINDS},
        **{f"attention.{name}": [person.attention.get(name, 0.0) for person in people] for name in OPTIONS},
        **{f"age_at_entry.{name}": [person.age_at_entry.get(name, -1.0) for person in people] for name in OPTIONS[1:]},
        **{f"work.{name}": [person.work[name] for person in people] for name in ACCOUNTS},
        **{f"drift_work.{name}": [person.drift_work[name] for person in people] for name in ACCOUNTS[:-2]},
        **{f"baseline.{name}": [person.expected.get(name, 0.0) for person in people] for name in ACCOUNTS[:-2]},
        **{f"traits.{d}": values for d, values in enumerate(np.array([person.traits for person in people]).T)},
        **{name: [getattr(person, name) for person in people] for name in ("age", "wealth", "world", "interest")},
    }


def society_readings(model):
    population, knows = model.population, knowledge(model)
    of_kind = {kind: model.memes.of_kind(kind) for kind in KINDS}
    labels = {"attention": "option", "age_at_entry": "platform", "work": "account"}
    labels |= dict.fromkeys(("drift_work", "baseline"), "source")
    nothing = {"age_at_entry": -1.0}
    return {
        **{f"known.{kind}": knows[:, of_kind[kind]].sum(axis=1) for kind in KINDS},
        **{
            f"{column}.{label}": np.nan_to_num(row, nan=nothing.get(column, 0.0))
            for column, dim in labels.items()
            for label, row in zip(population.labels(dim), population[column], strict=True)
        },
        **{f"traits.{d}": values for d, values in enumerate(population["traits"].T)},
        **{name: population[name] for name in ("age", "wealth", "world", "interest")},
    }


READINGS = (
    *(f"known.{kind}" for kind in KINDS),
    *(f"attention.{name}" for name in OPTIONS),
    *(f"age_at_entry.{name}" for name in OPTIONS[1:]),
    *(f"work.{name}" for name in ACCOUNTS),
    *(f"drift_work.{name}" for name in ACCOUNTS[:-2]),
    *(f"baseline.{name}" for name in ACCOUNTS[:-2]),
    *(f"traits.{d}" for d in range(8)),
    *("age", "wealth", "world", "interest"),
)


def society(seed):
    return Society(default_model(N_AGENTS, {**QUICK, "run.seed": seed}))


@cache
def pairs():
    """Readings of the plain model and of the society, for each society, a year after the same start."""
    done = []
    for seed in range(N_SOCIETIES):
        model = society(seed)
        plain = plain_twin(model, seed=seed)
        for _ in range(STEPS):
            plain.step()
            model.step()
        done.append((plain_readings(plain), society_readings(model)))
    return done


def mean_difference(one, other):
    return np.mean(one) - np.mean(other)


def places(one, other):
    """Where the ones stand among all, from −1 to 1."""
    ranks = rankdata([*one, *other]) - 0.5
    return 2.0 * ranks[: len(one)] / len(ranks) - 1.0


def mean_place(one, other):
    return np.mean(places(one, other))


def excess_of_extremes(one, other):
    return np.mean(np.abs(places(one, other))) - np.mean(np.abs(places(other, one)))


@pytest.mark.parametrize("comparison", [mean_difference, mean_place, excess_of_extremes])
@pytest.mark.parametrize("reading", READINGS)
def test_people_of_both_are_distributed_alike(reading, comparison):
    assert has_mean([comparison(plain[reading], society[reading]) for plain, society in pairs()], 0.0)


def test_twins_start_from_the_same_state():
    model = society(seed=1)
    plain, start = plain_readings(plain_twin(model, seed=1)), society_readings(model)
    for reading in READINGS:
        if reading != "interest":  # of which nothing is known before the first step
            assert np.allclose(plain[reading], start[reading], rtol=1e-6), reading


def test_everything_that_is_compared_has_changed_within_the_year():
    start, (_, after) = society_readings(society(seed=0)), pairs()[0]
    assert [reading for reading in READINGS if np.array_equal(start[reading], after[reading])] == []


def test_the_ledger_of_the_plain_model_closes():
    """What Gauss's two points miss of a weekly step is far below single precision."""
    plain = plain_twin(Society(default_model(N_AGENTS)), seed=1)
    plain.step()
    start = [person.interest - sum(person.work.values()) - person.world for person in plain.agents]
    for _ in range(4):
        plain.step()
    end = [person.interest - sum(person.work.values()) - person.world for person in plain.agents]
    assert np.allclose(start, end, atol=1e-6)
