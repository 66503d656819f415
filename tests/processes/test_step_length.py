"""Halving the step leaves the law of every process alone: mean and variance at the same time of life.

Durations in files that are declared in steps (`active_for`, `launch`) are no part of this. Direct influence and the
draw of who is active in `reinforcing` are exempt, since as published they happen once a step whatever its length (shown
below); the law of `reinforcing` here is that of people who are always active.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from society.model import Society
from society.processes import PROCESSES
from tests.rules import Switch
from tests.societies import CONSTANT_RATE, CROWD, PAIRS, RING, Raw, crowd, make_society, stepped, teach
from tests.tolerance import has_mean, has_variance, same_law


@dataclass(frozen=True)
class Law:
    """A quantity of a society that must not depend on the length of a step."""

    quantity: str
    value: Callable[[Society], Any]
    start: Callable[[Society], None]
    tables: Raw


def law(
    quantity: str, value: Callable[[Society], Any], start: Callable[[Society], None] = lambda model: None, **tables: Any
) -> Law:
    """A law: what is read, with independent values, how the society starts, and what it consists of."""
    return Law(quantity, value, start, tables)


def _traits(model: Society) -> Any:
    return model.population["traits"][:, 0]


def _at_one(model: Society) -> None:
    model.population["traits"][:] = 1.0


def _newcomers_at_one(model: Society) -> None:
    _at_one(model)
    model.population["known_environment"][:] = 1  # while they live in the only one there is, 0


def _half_at_one(model: Society) -> None:
    model.population["traits"][: N // 2] = 1.0
    model.population["traits"][N // 2 :] = 0.0


def _one_of_each_pair_at_one(model: Society) -> None:
    model.population["traits"][:] = 0.0
    model.population["traits"][_first_of_pair(model)] = 1.0


def _first_of_pair(model: Society) -> Any:
    return np.flatnonzero(model.graph.indices > np.arange(model.n_agents))


def _difference_in_pairs(model: Society) -> Any:
    first = _first_of_pair(model)
    return _traits(model)[first] - _traits(model)[model.graph.indices[first]]


def _settle_in_one_place(model: Society) -> None:
    _at_one(model)
    model.population["environment"][:] = 0


def _teach_one_of_each_pair(model: Society) -> None:
    teach(model, "news", _first_of_pair(model))


def _other_of_pair_knows(model: Society) -> Any:
    return _knows(model)[model.graph.indices[_first_of_pair(model)]]


def _teach_all(model: Society) -> None:
    teach(model, "news", range(model.n_agents))


def _knows(model: Society) -> Any:
    return model.population["knows"][:, 0] > 0


def _forgetting(rate: float) -> Raw:
    return {
        "graph": CROWD,
        "meme": NEWS,
        "process": {"exchange": {}, "forgetting": {"rate": rate, "rediscovery": 0.5}},
    }


def _first_friend_is_still_one(model: Society) -> Any:
    rows = np.arange(0, model.n_agents - 1, 2)
    return [row + 1 in model.graph.neighbours(row) for row in rows.tolist()]


N = 3000
NEWS: Raw = {"news": {"kind": "invariant", "first_holders": 0, "content": {"openness": 1.0}}}
FEED: Raw = {"feed": {"target": {"openness": 2.0}}}
MOVING: Raw = {"graph": CROWD, "environment": {"home": {"kind": "quadratic"}}}
FAST = {"age_curve": CONSTANT_RATE, "noise": 0.2}
HABIT = {"depth": 2.0, "dur_depth": 0.2, "dur_habit": 0.5}
LEARNT: Raw = {"ageing": {}, "exploration": {}}
STILL: Raw = {"ageing": {}}
UNMOVED: Raw = {"rule": "gradient", "temperature": 0.0}

LAWS: dict[str, Law] = {
    "ageing": law("age after a year", lambda m: m.population["age"], graph=CROWD, process={"ageing": {}}),
    "exploration": law(
        "what is tried",
        lambda m: m.population["trial"][:, 0],
        _at_one,
        process=LEARNT | {"learning": FAST},
        graph=CROWD,
    ),
    "landscape": law("traits", _traits, _at_one, process=LEARNT | {"landscape": {}, "learning": FAST}, **MOVING),
    "learning": law(
        "traits",
        _traits,
        _at_one,
        process={"ageing": {}, "landscape": {}, "learning": {"rule": "gradient", "age_curve": CONSTANT_RATE}},
        **MOVING,
    ),
    "influence": law(
        "difference between friends",
        _difference_in_pairs,
        _one_of_each_pair_at_one,
        graph=PAIRS,
        process=LEARNT | {"influence": {"strength": 1.0}, "learning": FAST},
    ),
    "deffuant": law(
        "difference between friends",
        _difference_in_pairs,
        _one_of_each_pair_at_one,
        graph=PAIRS,
        process=STILL | {"deffuant": {"convergence": 0.3, "confidence": 2.0}, "learning": UNMOVED},
    ),
    "reinforcing": law(
        "opinions",
        _traits,
        _at_one,
        graph=PAIRS,
        process=STILL | {"reinforcing": {"activity_low": 1.0, "coupling": 2.0}, "learning": UNMOVED},
    ),
    "rewiring": law(
        "ties that are still there, by person",
        _first_friend_is_still_one,
        graph=RING,
        process={"rewiring": {"rate": 1.0, "homophily": 0.0}},
    ),
    "novelty": law(
        "traits of newcomers",
        _traits,
        _newcomers_at_one,
        process=LEARNT | {"novelty": {"jump": 5.0, "dur_novelty": 0.3}, "landscape": {}, "learning": FAST},
        **MOVING,
    ),
    "coupling": law(
        "traits of who begins at one",
        lambda m: _traits(m)[: N // 2],
        _half_at_one,
        graph=CROWD,
        process=LEARNT | {"coupling": {"strength": 1.0}, "learning": FAST},
    ),
    "capture": law(
        "traits of users",
        _traits,
        _at_one,
        graph=CROWD,
        platform=FEED,
        process=LEARNT | {"attention": {}, "capture": {}, "learning": FAST},
    ),
    "attention": law(
        "who uses the platform",
        lambda m: m.population["is_user"][0],
        graph=CROWD,
        platform={"feed": FEED["feed"] | {"monthly_exit": 0.1, "monthly_return": 0.1, "rate_entry": 1.0}},
        process={"ageing": {}, "attention": {}},
    ),
    "exchange": law(
        "who has heard",
        _other_of_pair_knows,
        _teach_one_of_each_pair,
        graph=PAIRS,
        meme=NEWS,
        process={"exchange": {"share": "sincere", "willingness": 0.5}},
    ),
    "forgetting": law("who still knows", _knows, _teach_all, **_forgetting(rate=1.0)),
    "habit": law(
        "traits",
        _traits,
        _at_one,
        process=LEARNT | {"landscape": {}, "habit": HABIT, "learning": FAST},
        **MOVING,
    ),
    "mood": law(
        "what is done",
        lambda m: m.population["trial"][:, 0],
        _at_one,
        process=LEARNT | {"mood": {"spread": 1.0, "rate_switch": 4.0}, "landscape": {}, "learning": FAST},
        **MOVING,
    ),
    "monitoring": law(
        "self-image",
        lambda m: m.population["self_image"][:, 0],
        _at_one,
        process=LEARNT | {"landscape": {}, "monitoring": {"practising": 0.5}, "learning": FAST},
        **MOVING,
    ),
    "income": law(
        "wealth",
        lambda m: m.population["wealth"],
        _teach_all,
        graph=CROWD,
        meme=NEWS,
        process=LEARNT | {"exchange": {}, "income": {"strength": 0.2}, "learning": FAST},
    ),
    "migration": law(
        "who has moved",
        lambda m: m.population["environment"],
        _settle_in_one_place,
        graph=CROWD,
        environment={"home": {"kind": "quadratic"}, "warm": {"kind": "quadratic", "optimum": 1.0}},
        process=LEARNT
        | {
            "migration": {"rate": 1.0, "cost": 0.0, "foresight": 0.0, "temperature": 0.0},
            "landscape": {},
            "learning": FAST,
        },
    ),
    "turnover": law(
        "age after a year",
        lambda m: m.population["age"],
        graph=CROWD,
        process={"ageing": {}, "turnover": {"rate": 1.0, "parent": "nobody"}},
    ),
    "people": law(
        "who is switched on",
        lambda m: m.population["is_on"],
        graph=CROWD,
        process={"people": {"person": Switch.__name__}},
    ),
}
"""Kind of process to the law it must keep."""


def after_a_year(law: Law, *, steps_per_year: int, seed: int) -> Any:
    """The law's quantity after a year in steps of some length."""
    model = make_society(run={"steps_per_year": steps_per_year, "seed": seed}, population=crowd(N), **law.tables)
    law.start(model)
    return law.value(stepped(model, steps_per_year))


def test_every_process_has_a_law_that_the_step_leaves_alone():
    assert {*LAWS} == {*PROCESSES}


@pytest.mark.parametrize("kind", PROCESSES)
def test_halving_the_step_leaves_the_law_alone(kind):
    whole, half = (after_a_year(LAWS[kind], steps_per_year=52 * each, seed=each) for each in (1, 2))
    assert same_law(whole, half), f"{LAWS[kind].quantity}: {np.mean(whole)}, {np.mean(half)}"


def test_direct_influence_is_exempt_because_it_is_applied_once_a_step():
    likeness = law(
        "difference between friends",
        _difference_in_pairs,
        _one_of_each_pair_at_one,
        graph=PAIRS,
        process={
            "ageing": {},
            "influence": {"scaled_by": "direct", "self_weight": 9.0},
            "learning": {"rule": "gradient", "temperature": 0.0},
        },
    )
    whole, half = (after_a_year(likeness, steps_per_year=each, seed=1) for each in (4, 8))
    assert np.allclose(whole, 0.8**4, rtol=1e-5)
    assert np.allclose(half, 0.8**8, rtol=1e-5)


@pytest.mark.parametrize("steps_per_year", [4, 8])
def test_who_is_active_is_exempt_because_it_is_drawn_once_a_step(steps_per_year):
    """Each h, x becomes e^(−h) x + (1 − e^(−h)) K with a probability a that is uniform among people, or e^(−h) x.

    After a year the variance of Ka (1 − e^(−1)) is left at any length, beside that of chance, K²a(1 − a) tanh(h/2)
    (1 − e^(−2)).
    """
    heard: Raw = {
        "activity_low": 1e-6,
        "activity_exponent": 0.0,
        "reciprocity": 0.0,
        "controversy": 1e6,
        "coupling": 2.0,
    }
    active = law("opinions", _traits, _at_one, graph=PAIRS, process=STILL | {"reinforcing": heard, "learning": UNMOVED})
    found = after_a_year(active, steps_per_year=steps_per_year, seed=1)
    mean = math.exp(-1) + (1 - math.exp(-1))
    by_person = 4 / 12 * (1 - math.exp(-1)) ** 2
    by_chance = 4 / 6 * math.tanh(0.5 / steps_per_year) * (1 - math.exp(-2))
    assert has_mean(found, mean)
    assert has_variance(found, by_person + by_chance)


def test_a_law_that_depends_on_the_step_would_be_found():
    forgetting = law("who still knows", _knows, _teach_all, **_forgetting(rate=1.0))
    faster = law("who still knows", _knows, _teach_all, **_forgetting(rate=2.0))
    assert not same_law(
        *(after_a_year(each, steps_per_year=52, seed=seed) for seed, each in [(1, forgetting), (2, faster)])
    )
