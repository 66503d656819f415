"""What scenarios/small_world.toml must show."""

import math
from functools import cache

import numpy as np
import pytest

from society import graph_measures
from society.model import Society
from tests.scenarios.worlds import load, standard_error

SEEDS = range(1, 21)
RING_CLUSTERING = 3 * (10 - 2) / (4 * (10 - 1))


@cache
def known_after(p_rewire, seed):
    """Share of people who know the rumour after each step."""
    model = Society(load("small_world", {"graph.p_rewire": p_rewire, "run.seed": seed}))
    shares = []
    for _ in range(model.scenario.run.steps + 1):
        shares.append(float((model.population["knows"][:, 0] & np.uint64(1)).mean()))
        model.step()
    return np.array(shares)


def steps_to(share, p_rewire, seed):
    return int(np.argmax(known_after(p_rewire, seed) >= share))


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_on_the_ring_ten_more_people_know_with_every_step(seed):
    expected = np.minimum(1 + 10 * np.arange(101), 1001) / 1001
    np.testing.assert_allclose(known_after(0.0, seed), expected, rtol=1e-12)


def test_a_hundredth_of_ties_moved_halves_the_time_to_half_the_people():
    assert max(steps_to(0.5, 0.01, seed) for seed in SEEDS) < 25


def test_a_tenth_of_ties_moved_tells_everybody_in_a_tenth_of_the_time():
    """Distances grow as log n / log k = 3 steps; the last to hear are a little further away than most."""
    steps = [steps_to(1.0, 0.1, seed) for seed in SEEDS]
    assert math.log(1001) / math.log(10) < min(steps)
    assert max(steps) <= 10


def test_without_contact_nobody_hears():
    model = Society(load("small_world", {"process.exchange.contact": 0.0}))
    for _ in range(10):
        model.step()
    assert np.bitwise_count(model.population["knows"]).sum() == 1


def clustering(p_rewire):
    graphs = (load("small_world", {"graph.p_rewire": p_rewire, "run.seed": seed}).build_graph() for seed in SEEDS)
    return np.array([graph_measures.clustering(graph)[1] for graph in graphs])


def test_friends_of_friends_stay_friends():
    """(1 − p)³ of the ring's clustering, up to O(1/n); Barrat and Weigt (2000)."""
    found = clustering(0.01)
    assert found.mean() == pytest.approx(RING_CLUSTERING * 0.99**3, abs=4 * standard_error(found) + 1 / 1001)


def test_the_ring_has_the_clustering_of_a_ring():
    assert clustering(0.0) == pytest.approx(RING_CLUSTERING)
