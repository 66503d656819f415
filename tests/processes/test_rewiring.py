"""Rewiring: which ties go, which come, and what stays the same."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import pytest

from society.model import Society
from tests.societies import COMPLETE, CROWD, RING, Raw, crowd, make_society, stepped
from tests.tolerance import SE, has_mean, has_share

LATTICE: Raw = {"kind": "networkx", "generator": "watts_strogatz_graph", "arguments": {"k": 10, "p": 0.0}}


def rewired(n_agents: int, *, graph: Raw = LATTICE, traits: Any = None, seed: int = 1, **rewiring: Any) -> Society:
    """People who do nothing but rewire their ties."""
    model = make_society(
        run={"seed": seed},
        population=crowd(n_agents),
        graph=graph,
        process={"ageing": {}, "rewiring": rewiring, "learning": {"rule": "gradient", "temperature": 0.0}},
    )
    if traits is not None:
        model.population["traits"][:, 0] = traits
    return model


def ties(model: Society) -> set[tuple[int, int]]:
    """The ties of a society."""
    rows = np.repeat(np.arange(model.n_agents), model.graph.degree).tolist()
    return {(i, j) for i, j in zip(rows, model.graph.indices.tolist(), strict=True) if i < j or model.graph.directed}


def distances(model: Society) -> Any:
    """(n_arcs,) distance in the one trait along each arc."""
    x = model.population["traits"][:, 0]
    return np.abs(np.repeat(x, model.graph.degree) - x[model.graph.indices])


@pytest.mark.parametrize("rewiring", [{}, {"homophily": 0.0}, {"closure": 1.0}, {"candidates": 1}], ids=str)
def test_the_number_of_ties_stays_what_it_is(rewiring):
    model = rewired(300, rate=20.0, **rewiring)
    before = ties(model)
    stepped(model, 20)
    assert len(ties(model)) == len(before) == model.graph.n_edges
    assert ties(model) != before


def test_the_graph_stays_well_formed():
    graph = stepped(rewired(300, rate=20.0), 20).graph
    rows = np.repeat(np.arange(300), graph.degree)
    assert not (rows == graph.indices).any(), "nobody is tied to themselves"
    assert graph.digest() == type(graph).from_networkx(graph.to_networkx()).digest(), "sorted, both ways, each once"


def test_weights_move_with_their_ties(weighted):
    graph = weighted(*((row, row + 1, 1.0 + row % 7) for row in range(200)))
    model = rewired(201, graph=graph, rate=20.0, homophily=0.0)
    before = np.sort(model.graph.weights)
    after = stepped(model, 10).graph
    np.testing.assert_array_equal(np.sort(after.weights), before)
    rebuilt = type(after).from_networkx(after.to_networkx(), weight="weight")
    assert rebuilt.digest() == after.digest(), "both arcs of a tie have its weight"


def test_ties_that_run_one_way_are_replaced_by_who_hears():
    one_way: Raw = {"kind": "networkx", "generator": "random_k_out_graph", "arguments": {"k": 4, "alpha": 1.0}}
    model = rewired(200, graph=one_way, rate=20.0)
    before, hears = ties(model), model.graph.degree.copy()
    stepped(model, 10)
    assert ties(model) != before
    np.testing.assert_array_equal(model.graph.degree, hears)


def test_ties_of_dislike_are_never_given_up(weighted):
    graph = weighted(*((row, row + 1, -1.0 if row % 2 else 1.0) for row in range(100)))
    model = rewired(101, graph=graph, rate=50.0, homophily=0.0)
    disliked = {(row, row + 1) for row in range(1, 100, 2)}
    assert disliked <= ties(stepped(model, 20))


def test_a_tie_between_people_one_apart_is_given_up_at_the_rate():
    model = rewired(4000, traits=np.arange(4000) % 2 * 1.0, rate=2.0, graph=RING, candidates=20)
    before = ties(model)
    still = ties(stepped(model, 13))
    assert has_share([tie in still for tie in before], math.exp(-0.5))


@pytest.mark.parametrize(("homophily", "distance", "rate"), [(1.0, 3.0, 3.0), (2.0, 3.0, 9.0), (2.0, 0.5, 0.25)])
def test_distant_friends_are_given_up_sooner(homophily, distance, rate):
    model = rewired(
        4000, traits=np.arange(4000) % 2 * distance, rate=0.5, homophily=homophily, graph=RING, candidates=20
    )
    before = ties(model)
    still = ties(stepped(model))
    assert has_share([tie in still for tie in before], math.exp(-0.5 * rate / 52.0))


def test_people_who_are_the_same_stay_friends():
    model = rewired(300, traits=np.zeros(300), rate=50.0)
    before = ties(model)
    assert ties(stepped(model, 20)) == before


def test_without_homophily_it_does_not_matter_what_people_are_like():
    alike, unlike = (rewired(300, traits=x, rate=5.0, homophily=0.0) for x in (np.zeros(300), np.arange(300.0)))
    assert ties(stepped(alike, 10)) == ties(stepped(unlike, 10))


def test_without_homophily_no_traits_are_needed():
    model = make_society(population=crowd(50), graph=RING, process={"rewiring": {"homophily": 0.0, "rate": 9.0}})
    before = ties(model)
    assert ties(stepped(model, 10)) != before


def test_at_rate_zero_the_graph_is_the_very_same():
    model = rewired(300, rate=0.0)
    graph = model.graph
    assert stepped(model, 10).graph is graph


@pytest.mark.parametrize("graph", [CROWD, COMPLETE])
def test_where_there_is_nobody_new_the_graph_is_the_very_same(graph):
    model = rewired(6, graph=graph, rate=1e6)
    before = model.graph
    assert stepped(model, 10).graph is before


def test_two_camps_part():
    """Ties within a camp last, those between are given up: in the end none is left between them."""
    model = rewired(200, traits=np.repeat([-1.0, 1.0], 100), rate=5.0, homophily=2.0, closure=0.3)
    assert distances(model).any()
    assert not distances(stepped(model, 400)).any()


def test_closure_makes_triangles():
    open_, closed = (
        nx.transitivity(stepped(rewired(300, rate=5.0, homophily=0.0, closure=each), 200).graph.to_networkx())
        for each in (0.0, 1.0)
    )
    assert open_ == pytest.approx(10 / 299, abs=0.015), "that of a random graph"
    assert closed > 2.0 * open_


def fugacity(distance: Any, homophily: float, n_ties: int) -> float:
    """z with Σ z d^−β / (1 + z d^−β) = number of ties."""
    weight, low, high = distance**-homophily, 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if (middle * weight / (1 + middle * weight)).sum() < n_ties else (low, middle)
    return low


@pytest.mark.parametrize("homophily", [0.0, 1.0])
def test_in_the_end_the_odds_of_a_tie_fall_with_distance(homophily):
    """With one candidate ties are a lattice gas: but for their number, pairs are tied independently with odds z d^−β.

    The mean over ties of 1 / (1 + d) in 30 runs is compared with that law. Ties move 0.4 · d times a year for 100
    years: 40 times at distance 1, 4 times at 0.1.
    """
    x = np.random.default_rng(1).permutation(np.linspace(0.0, 3.0, 100)).astype(np.float32)
    pair = np.abs(x[:, None] - x[None, :])[np.triu_indices(100, 1)].astype(float)
    tied = fugacity(pair, homophily, 300) * pair**-homophily
    tied /= 1.0 + tied
    found = []
    for seed in range(30):
        graph: Raw = {"kind": "networkx", "generator": "gnm_random_graph", "arguments": {"m": 300}}
        model = make_society(
            run={"seed": seed, "steps_per_year": 4},
            population=crowd(100),
            graph=graph,
            process={
                "ageing": {},
                "rewiring": {"rate": 0.4, "homophily": homophily, "closure": 0.0, "candidates": 1},
                "learning": {"rule": "gradient", "temperature": 0.0},
            },
        )
        model.population["traits"][:, 0] = x
        found.append((1.0 / (1.0 + distances(stepped(model, 400)))).mean())
    assert has_mean(found, (tied / (1.0 + pair)).sum() / tied.sum())


def test_rewired_whatever_people_are_like_a_ring_becomes_a_random_graph():
    """Degrees of G(n, M): those of a person are hypergeometric, with variance n̄ (1 − n̄/(n−1)) (1 − 2/n) or so."""
    model = rewired(2000, rate=5.0, homophily=0.0, closure=0.0)
    degree = stepped(model, 400).graph.degree
    expected, n = 10.0 * (1.0 - 10.0 / 1999.0), len(degree)
    error = expected * np.sqrt(2.0 / n + 1.0 / (expected * n))
    assert abs(degree.var() - expected) < SE * error


def test_two_steps_of_a_society_with_another_numbering_of_people_lose_the_same_ties():
    """Draws are keyed by uid: whose row is elsewhere loses the same ties."""
    model, moved = rewired(6, graph=COMPLETE, rate=20.0, homophily=0.0), rewired(6, graph=COMPLETE, rate=20.0)
    shift = np.roll(np.arange(6), 2)
    moved.population["uid"][:] = shift
    process = next(each for each in model.processes if each.name == "rewiring")
    no_traits = np.empty((0, 0), np.float32)
    lost = process._leaves(model, no_traits).reshape(6, 5)
    lost_moved = process._leaves(moved, no_traits).reshape(6, 5)
    by_uid = {(i, j) for i in range(6) for e, j in enumerate(model.graph.neighbours(i)) if lost[i, e]}
    by_row = {
        (int(shift[i]), int(shift[j]))
        for i in range(6)
        for e, j in enumerate(moved.graph.neighbours(i))
        if lost_moved[i, e]
    }
    assert by_uid == by_row
    assert by_uid
