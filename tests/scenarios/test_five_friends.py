"""What scenarios/five_friends.toml must show: variance and likeness of friends, from who looks to whom."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm, solve_continuous_lyapunov

from society.model import Society
from society.population import Array
from tests.scenarios.worlds import load, standard_error

SEEDS = range(1, 21)
N = 300
FRIENDS_ONLY = {
    "process.friends.scaled_by": "direct",
    "process.landscape.enabled": False,
    "process.learning.temperature": 0.0,
}

type Values = dict[str, Any]


def society(values: Values, steps: int) -> Society:
    model = Society(
        load("five_friends", {"population.n_agents": N, "process.learning.ledger": False, **values}), threads=1
    )
    for _ in range(steps):
        model.step()
    return model


def looks_to(model: Society) -> Array:
    """(n, n) W: weight of each person for each, without oneself."""
    graph = model.graphs["friends"]
    weights = np.zeros((model.n_agents, model.n_agents))
    for i in range(model.n_agents):
        weights[i, graph.neighbours(i)] = 1 / len(graph.neighbours(i))
    return weights


def moments(model: Society) -> Array:
    """Mean over people and traits of x² and of x times its mean over friends; traits have mean 0 in expectation."""
    traits = model.population["traits"].astype(float)
    return np.array([(traits**2).mean(), (traits * (looks_to(model) @ traits)).mean()])


def assert_as_expected(found: Array, expected: Array, slack: float = 0.0) -> None:
    """Means over seeds of a number each, or of several."""
    for column in np.atleast_2d((found - expected).T):
        assert abs(column.mean()) < 4 * standard_error(column) + slack


class TestFriendsOnly:
    @pytest.mark.parametrize("k", [1, 2, 5])
    def test_variance_falls_to_one_kth(self, k):
        found = [moments(society(FRIENDS_ONLY | {"process.friends.k": k, "run.seed": s}, 1))[0] for s in SEEDS]
        assert_as_expected(np.array(found), np.full(len(SEEDS), 1 / k))

    @pytest.mark.parametrize("weight", [1.0, 5.0])
    def test_counting_oneself(self, weight):
        values = FRIENDS_ONLY | {"process.friends.self_weight": weight}
        found = [moments(society(values | {"run.seed": s}, 1))[0] for s in SEEDS]
        assert_as_expected(np.array(found), np.full(len(SEEDS), (weight**2 + 5) / (weight + 5) ** 2))

    @pytest.mark.parametrize("steps", [1, 3, 10])
    def test_variance_and_likeness_after_some_steps(self, steps):
        """The covariance of Wᵗ x with x independent is Wᵗ Wᵗ′."""
        found, expected = [], []
        for seed in SEEDS:
            model = society(FRIENDS_ONLY | {"run.seed": seed}, steps)
            found.append(moments(model))
            w = looks_to(model)
            power = np.linalg.matrix_power(w, steps)
            covariance = power @ power.T
            expected.append([np.trace(covariance) / N, np.trace(w @ covariance) / N])
        assert_as_expected(np.array(found), np.array(expected))

    def test_friends_are_no_likelier_alike_at_first(self):
        found = [moments(society({"run.seed": s}, 0)) for s in SEEDS]
        assert_as_expected(np.array(found), np.array([[1.0, 0.0]] * len(SEEDS)))

    def in_common(self, seed: int, p_rewire: float) -> tuple[float, float]:
        """Correlation of friends after a step, and mean share of their five that they have in common."""
        model = society(FRIENDS_ONLY | {"run.seed": seed, "graph.p_rewire": p_rewire}, 1)
        w = looks_to(model)
        square, product = moments(model)
        shared = [np.count_nonzero(w[i] * w[j]) / 5 for i in range(N) for j in np.flatnonzero(w[i])]
        return product / square, float(np.mean(shared))

    def test_friends_are_alike_by_the_friends_they_share(self):
        """Of a ratio of means, whose bias of order 1/n is below .005."""
        found, expected = np.array([self.in_common(s, 0.1) for s in SEEDS]).T
        assert expected.mean() > 0.1
        assert_as_expected(found, expected, slack=0.005)

    def test_where_friends_are_anybody_they_share_next_to_nobody(self):
        found, expected = np.array([self.in_common(s, 1.0) for s in SEEDS]).T
        assert expected.mean() < 0.03
        assert_as_expected(found, expected, slack=0.005)


def learning(steps: int, first: int = 1) -> float:
    """∫η over steps, by number, of people who are 15 at the start."""
    ages = 15 + np.arange(first, steps + 1) / 52
    points = ((3.0, 0.175), (20.0, 0.092), (30.0, 0.067), (60.0, 0.045))
    at, rates = zip(*points, strict=True)
    return float(np.exp(np.interp(ages, at, np.log(rates))).sum() / 52)


def covariance(w: Array, strength: float, done: float) -> Array:
    """Σ of people after some learning from independence: dΣ/ds = −AΣ − ΣA′ + 2I."""
    a = (1 + strength) * np.eye(len(w)) - strength * w
    resting = solve_continuous_lyapunov(a, 2 * np.eye(len(w)))
    fading = expm(-done * a)
    result: Array = resting + fading @ (np.eye(len(w)) - resting) @ fading.T
    return result


class TestOwnLife:
    STEPS = 520

    @pytest.mark.parametrize("strength", [0.0, 1.0])
    def test_variance_and_likeness_are_those_of_the_linear_process(self, strength):
        """Of fewer people; .003 is for weekly steps, which add η h (1 + ρ)/2 of variance or so."""
        found, expected = [], []
        for seed in SEEDS:
            values = {"population.n_agents": 100, "process.friends.strength": strength, "run.seed": seed}
            model = society(values, self.STEPS)
            w = looks_to(model)
            sigma = covariance(w, strength, learning(self.STEPS))
            found.append(moments(model))
            expected.append([np.trace(sigma) / 100, np.trace(w @ sigma) / 100])
        assert_as_expected(np.array(found), np.array(expected), slack=0.003)
        alone_or_not = [1.0, 0.0] if strength == 0 else [0.54, 0.05]
        assert np.mean(expected, axis=0) == pytest.approx(alone_or_not, abs=0.01)


@cache
def fashion(strength: float, years: int) -> tuple[Society, Array, Array]:
    """Society, who followed the fashion, and how everybody's taste differs from their twin's."""
    values = {"process.friends.strength": strength}
    here, there = (society(values | {"event.fashion.enabled": each}, years * 52) for each in (True, False))
    struck = society(values | {"event.fashion.enabled": True}, 1).population["traits"][:, 0]
    struck = np.abs(struck - society(values, 1).population["traits"][:, 0]) > 1
    return here, struck, (here.population["traits"] - there.population["traits"].astype(float))[:, 0]


class TestFashion:
    @pytest.mark.parametrize("years", [1, 20])
    def test_everybody_is_moved_as_the_linear_process_says(self, years):
        """Person by person, chance being the same; .002 is for weekly steps. Learning begins after the first."""
        model, struck, moved = fashion(1.0, years)
        a = 2 * np.eye(N) - looks_to(model)
        expected = expm(-learning(years * 52, first=2) * a) @ (2.0 * struck)
        assert np.abs(moved - expected).max() < 0.002

    def test_the_more_of_ones_five_follow_it_the_more_one_is_moved(self):
        model, struck, moved = fashion(1.0, 1)
        friends = np.round(5 * looks_to(model) @ struck).astype(int)
        means = [moved[~struck & (friends == count)].mean() for count in (0, 1, 2)]
        assert means[0] < 0.01
        assert means[1] > 0.03
        assert means[2] == pytest.approx(2 * means[1], rel=0.15)

    def test_without_influence_it_moves_nobody_else(self):
        _, struck, moved = fashion(0.0, 20)
        assert 0 < struck.sum() < N
        assert (moved[~struck] == 0).all()


def left_of_oneself(seed: int, closest_by: str) -> float:
    """Regression of personality after a step on what it was, on a ring, where everybody has ten friends."""
    values = FRIENDS_ONLY | {"process.friends.closest_by": closest_by, "graph.p_rewire": 0.0, "run.seed": seed}
    before = society(values, 0).population["traits"].astype(float)
    after = society(values, 1).population["traits"]
    return float((before * after).sum() / (before**2).sum())


class TestClosest:
    def test_with_friends_by_lot_nothing_is_left_of_oneself(self):
        assert_as_expected(np.array([left_of_oneself(s, "tie") for s in SEEDS]), np.zeros(len(SEEDS)))

    def test_with_the_most_alike_much_is(self):
        """As of 100,000 people who each choose the nearest five of ten others."""
        rng = np.random.default_rng(7)
        oneself, others = rng.standard_normal((100_000, 1, 2)), rng.standard_normal((100_000, 10, 2))
        nearest = np.argsort(((others - oneself) ** 2).sum(axis=2), axis=1)[:, :5, None]
        mean = np.take_along_axis(others, nearest, axis=1).mean(axis=1)
        expected = float((mean * oneself[:, 0]).mean())
        assert expected > 0.3
        found = np.array([left_of_oneself(s, "traits") for s in SEEDS])
        assert_as_expected(found, np.full(len(SEEDS), expected), slack=0.005)

    def test_who_looks_to_more_friends_than_they_have_looks_to_all(self):
        one = society({"process.friends.k": 1000}, 100)
        other = society({"process.friends.neighbours": "all"}, 100)
        assert (one.population["traits"] == other.population["traits"]).all()
