"""Reinforcing: who is active, whom they hear, and how opinions move, on graphs of at most six people and by law."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from society.processes.reinforcing import Reinforcing
from tests.societies import COMPLETE, CROWD, PATH, RING, Raw, crowd, make_society, stepped
from tests.tolerance import has_mean, has_share

N = 4_000
ALL_THE_TIME: Raw = {"activity_low": 1.0}


def opinions(traits: Any, *, graph: Raw = PATH, steps_per_year: int = 52, **reinforcing: Any) -> Society:
    """People of given opinions whom nothing else moves."""
    model = make_society(
        run={"steps_per_year": steps_per_year},
        population=crowd(len(traits)),
        graph=graph,
        process={"ageing": {}, "reinforcing": reinforcing, "learning": {"rule": "gradient", "temperature": 0.0}},
    )
    model.population["traits"][:, 0] = traits
    return model


def after(model: Society, steps: int = 1) -> Any:
    """(n_agents,) opinions some steps later."""
    return stepped(model, steps).population["traits"][:, 0]


def heard(model: Society) -> Any:
    """Whom each hears in the present step."""
    process = next(each for each in model.processes if isinstance(each, Reinforcing))
    return process._heard(model)


def test_alone_opinions_fade():
    # e^(−1) after a year, with the error of fourth order of 52 steps
    assert after(opinions([1.0, -2.0], graph=CROWD), 52) == pytest.approx(np.exp(-1.0) * np.array([1.0, -2.0]))


def test_they_fade_within_the_time_of_memory():
    assert after(opinions([1.0], graph=CROWD, dur_memory=2.0), 52) == pytest.approx([math.exp(-0.5)])


def test_what_others_say_saturates():
    # ẋ = K tanh(50) − 0 at first
    model = opinions([0.0, 50.0], graph=PATH, steps_per_year=10_000, coupling=2.0, controversy=1.0, **ALL_THE_TIME)
    assert after(model)[0] == pytest.approx(2.0 / 10_000, rel=1e-3)


def test_a_step_is_of_fourth_order():
    """The error of a year in 4, 8 and 16 steps falls by 16 each time, to within 30 %."""
    start = [0.9, 0.4]
    exact = after(opinions(start, steps_per_year=2000, **ALL_THE_TIME), 2000).astype(float)
    error = [
        abs(after(opinions(start, steps_per_year=n, **ALL_THE_TIME), n).astype(float) - exact).max() for n in (4, 8, 16)
    ]
    assert error[0] / error[1] == pytest.approx(16.0, rel=0.3)
    assert error[1] / error[2] == pytest.approx(16.0, rel=0.3)


def test_traits_move_by_themselves():
    model = make_society(
        population=crowd(2, "one", "other"),
        graph=PATH,
        process={
            "ageing": {},
            "reinforcing": {"homophily": 0.0} | ALL_THE_TIME,
            "learning": {"rule": "gradient", "temperature": 0.0},
        },
    )
    model.population["traits"][:] = [[1.0, 0.0], [1.0, 0.0]]
    moved = stepped(model, 20).population["traits"]
    assert (moved[:, 0] > 1.0).all()
    assert (moved[:, 1] == 0.0).all()


def test_those_always_active_hear_all_their_friends():
    model = opinions(np.arange(6.0), graph=RING, **ALL_THE_TIME)
    assert heard(model).digest() == make_directed(model).digest()


def make_directed(model: Society) -> Any:
    """The ties of a society as arcs both ways."""
    listener = np.repeat(np.arange(model.n_agents), model.graph.degree)
    return type(model.graph).from_edges(model.graph.indices, listener, n_agents=model.n_agents, directed=True)


def test_the_active_hear_as_many_as_they_contact():
    model = opinions(np.arange(6.0), graph=COMPLETE, contacts=2, reciprocity=0.0, **ALL_THE_TIME)
    assert heard(model).degree.tolist() == [2] * 6


def test_among_everybody_strangers_are_heard():
    model = opinions(np.arange(6.0), graph=CROWD, among="everybody", contacts=9, **ALL_THE_TIME)
    assert heard(model).degree.tolist() == [5] * 6


def test_who_is_heard_hears_back_with_the_probability_of_reciprocity():
    # of 2,000 who contact one each, about one contacts who contacts them
    n = 2000
    model = opinions(np.zeros(n), graph=CROWD, among="everybody", contacts=1, reciprocity=0.3, **ALL_THE_TIME)
    n_back = heard(model).n_arcs - n
    assert has_share(np.arange(n) < n_back, 0.3)


@pytest.mark.parametrize(("homophily", "odds"), [(0.0, 1.0), (1.0, 3.0), (2.0, 9.0)])
def test_friends_are_chosen_by_distance(homophily, odds):
    """Of two friends at distances 1 and 3, the first is heard with odds 3^β."""
    traits = np.tile([1.0, 0.0, 3.0], 2000)  # paths of three, the middle of which has the choice
    graph: Raw = {"kind": "networkx", "generator": "random_regular_graph", "arguments": {"d": 0}}
    model = opinions(traits, graph=graph, contacts=1, homophily=homophily, reciprocity=0.0, **ALL_THE_TIME)
    middle = np.arange(1, 6000, 3)
    ends = np.concatenate([middle - 1, middle + 1])
    model.tie(type(model.graph).from_edges(np.tile(middle, 2), ends, n_agents=6000))
    network = heard(model)
    chosen = np.array([network.neighbours(row)[0] for row in middle])
    assert has_share(chosen == middle - 1, odds / (1.0 + odds))


def test_heavier_ties_are_contacted_more_often(weighted):
    graph = weighted(*(tie for row in range(0, 3000, 3) for tie in ((row, row + 1, 1.0), (row + 1, row + 2, 4.0))))
    model = opinions(np.zeros(3000), graph=graph, contacts=1, reciprocity=0.0, **ALL_THE_TIME)
    network = heard(model)
    chosen = np.array([network.neighbours(row)[0] for row in range(1, 3000, 3)])
    assert has_share(chosen == np.arange(2, 3000, 3), 0.8)


def test_who_is_disliked_is_not_heard(weighted):
    model = opinions([0.0, 1.0, 2.0], graph=weighted((0, 1, -1.0), (1, 2, 1.0)), **ALL_THE_TIME)
    assert heard(model).neighbours(1).tolist() == [2]


def mean_activity(low: float, exponent: float) -> float:
    """Mean of the density ∝ a^−γ on [ε, 1]."""
    norm = (1.0 - low ** (1.0 - exponent)) / (1.0 - exponent) if exponent != 1.0 else -math.log(low)
    return (1.0 - low ** (2.0 - exponent)) / (2.0 - exponent) / norm


@pytest.mark.parametrize(("low", "exponent"), [(0.01, 2.1), (0.1, 1.0), (0.2, 0.0)])
def test_activity_has_a_power_law(low, exponent):
    model = opinions(np.zeros(N), graph=CROWD, activity_low=low, activity_exponent=exponent)
    share = np.zeros(N)
    for _ in range(50):
        share += stepped(model).population["reinforcing_active"] / 50.0
    assert has_mean(share, mean_activity(low, exponent))


def test_how_active_one_is_one_is_for_good():
    # of activities even on [0, 1] the variance is 1/12, and so the covariance of two steps; 4 standard errors are .01
    model = opinions(np.zeros(N), graph=CROWD, activity_low=1e-6, activity_exponent=0.0)
    first = stepped(model).population["reinforcing_active"].copy()
    then = stepped(model, 7).population["reinforcing_active"]
    covariance = np.cov(first, then)[0, 1]
    assert abs(covariance - 1 / 12) < 0.01


def test_without_coupling_nobody_influences_anybody():
    start = np.array([1.0, -1.0, 2.0])
    assert after(opinions(start, coupling=0.0, **ALL_THE_TIME), 52) == pytest.approx(start * math.exp(-1.0))


def test_who_dislikes_nobody_and_says_nothing_stays_neutral():
    assert after(opinions([0.0] * 6, graph=COMPLETE, **ALL_THE_TIME), 20).tolist() == [0.0] * 6


def test_a_memory_shorter_than_a_step_is_refused():
    with pytest.raises(InputError, match=r"dur_memory = 0\.01: is shorter than a step of 1/52 year"):
        opinions([0.0, 1.0], dur_memory=0.01)
