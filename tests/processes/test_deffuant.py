"""Deffuant: who meets whom and how often, and what a meeting does, on graphs of at most six people and by law."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from tests.societies import COMPLETE, CROWD, PAIRS, PATH, Raw, crowd, make_society, stepped
from tests.tolerance import has_share

N = 4_000
ALWAYS = 1e6
"""A rate of contact at which all who are tied would meet in every step."""


def pairs(traits: Any, *, graph: Raw = PATH, contact: float = ALWAYS, **deffuant: Any) -> Society:
    """People of given traits who meet by pairs, and whom nothing else moves."""
    model = make_society(
        population=crowd(len(traits)),
        graph=graph,
        process={
            "ageing": {},
            "deffuant": {"contact": contact, "confidence": 100.0} | deffuant,
            "learning": {"rule": "gradient", "temperature": 0.0},
        },
    )
    model.population["traits"][:, 0] = traits
    return model


def after(model: Society, steps: int = 1) -> Any:
    """(n_agents,) traits some steps later."""
    return stepped(model, steps).population["traits"][:, 0]


def test_both_of_a_pair_move_by_a_share_of_their_distance():
    assert after(pairs([0.0, 4.0], convergence=0.25)).tolist() == [1.0, 3.0]


def test_at_one_half_they_agree():
    assert after(pairs([0.0, 4.0])).tolist() == [2.0, 2.0]


@pytest.mark.parametrize(("confidence", "moved"), [(4.0, [0.0, 4.0]), (4.001, [2.0, 2.0])])
def test_who_is_as_far_away_as_the_confidence_is_not_heard(confidence, moved):
    assert after(pairs([0.0, 4.0], confidence=confidence)).tolist() == moved


def test_the_distance_is_over_all_traits():
    model = make_society(
        population=crowd(2, "one", "other"),
        graph=PATH,
        process={
            "ageing": {},
            "deffuant": {"contact": ALWAYS, "confidence": 4.9},
            "learning": {"rule": "gradient", "temperature": 0.0},
        },
    )
    model.population["traits"][:] = [[0.0, 0.0], [3.0, 4.0]]
    assert stepped(model).population["traits"].tolist() == [[0.0, 0.0], [3.0, 4.0]]


@pytest.mark.parametrize("graph", [PATH, COMPLETE])
def test_everybody_meets_one_person_at_most_in_a_step(graph):
    # of 2^i the sums of pairs tell who met
    start = 2.0 ** np.arange(6)
    for seed in range(20):
        model = pairs(start, graph=graph)
        model.n_steps = seed
        moved = after(model)
        met = {float(value) for value in 2.0 * moved[moved != start]}
        assert met <= {a + b for a in start for b in start if a < b}
        assert all(np.count_nonzero(2.0 * moved == pair) == 2 for pair in met)
        assert met, "with a meeting due on every tie somebody is first"


def test_the_mean_stays_what_it_is():
    start = np.random.default_rng(1).normal(size=300)
    moved = after(pairs(start, graph=COMPLETE, convergence=0.3), 50)
    assert moved.mean() == pytest.approx(start.mean(), abs=1e-5)
    assert moved.std() < 0.1


def test_friends_meet_at_the_rate_of_contact():
    model = pairs(np.arange(N) * 1.0, graph=PAIRS, contact=2.0, confidence=1e6)
    moved = after(model)
    assert has_share((moved != np.arange(N))[model.graph.indices > np.arange(N)], 1.0 - math.exp(-2.0 / 52.0))


def test_heavier_ties_meet_more_often(weighted):
    graph = weighted(*((2 * row, 2 * row + 1, 3.0) for row in range(N // 2)))
    model = pairs(np.arange(N) * 1.0, graph=graph, contact=2.0)
    assert has_share(after(model)[::2] != np.arange(N)[::2], 1.0 - math.exp(-6.0 / 52.0))


def test_people_do_not_meet_whom_they_dislike(weighted):
    assert after(pairs([0.0, 4.0, 8.0], graph=weighted((0, 1, -1.0), (1, 2, 1.0)))).tolist() == [0.0, 6.0, 6.0]


@pytest.mark.parametrize(
    "null", [{"contact": 0.0}, {"convergence": 0.0}, {"confidence": 0.0}, {"graph": CROWD}], ids=lambda null: min(null)
)
def test_without_contact_convergence_confidence_or_ties_nobody_moves(null):
    start = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert after(pairs(start, **{"graph": COMPLETE} | null), 20).tolist() == start


def test_a_graph_of_ties_that_run_one_way_is_refused():
    one_way: Raw = {"kind": "networkx", "generator": "gn_graph"}
    with pytest.raises(InputError, match=r"process\.deffuant: needs a graph whose ties run both ways"):
        pairs([0.0, 1.0, 2.0], graph=one_way)


def test_it_rewards_nothing():
    model = pairs([0.0, 1.0])
    assert (tuple(model.sources), tuple(model.directs)) == ((), ("deffuant",))
    with pytest.raises(InputError, match=r"process\.deffuant\.interest: unknown key"):
        pairs([0.0, 1.0], interest=1.0)
