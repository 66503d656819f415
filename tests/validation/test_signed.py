"""Signed influence on the karate club: two opposed camps if the graph is balanced, 0 if not, known by eigenvectors."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from society.graph import SocialGraph
from society.model import Society
from society.population import Array
from society.scenario import Scenario
from tests.validation.evidence import FOLDER, Values, run, society
from tests.validation.test_consensus import clubs

START = np.linspace(-1.0, 2.0, 34).astype(np.float32).astype(float)
WITHIN_A_CLUB = (0, 1)
"""Two of Mr. Hi's club, with friends in common."""


def signs(*disliked: tuple[int, int], between: float = -1.0) -> Array:
    """(34, 34) likes and dislikes: 1 within a club, `between` clubs, −1 for ties that are given."""
    matrix: Array = nx.to_numpy_array(nx.karate_club_graph(), weight=None)
    matrix *= np.where(np.outer(clubs(), clubs()) > 0, 1.0, between)
    for i, j in disliked:
        matrix[i, j] = matrix[j, i] = -1.0
    return matrix


def after(matrix: Array, steps: int) -> Array:
    """W^t x(0) from the eigenvectors of D^½ W D^−½, which is symmetric; everybody counts as one tie."""
    own = matrix + np.eye(34)
    root = np.sqrt(np.abs(own).sum(axis=1))
    value, vector = np.linalg.eigh(own / np.outer(root, root))
    return vector @ (value**steps * (vector.T @ (root * START))) / root


def hostile_clubs(values: Values | None = None) -> Society:
    """The clubs as groups, who dislike each other."""
    model = society("signed_karate", values)
    model.population["traits"][:, 0] = START
    model.population["group"][:] = clubs() < 0
    return model


def with_ties(matrix: Array) -> Society:
    """The same people with ties of given weights, and no further dislike between groups."""
    low, high = np.nonzero(np.triu(matrix))
    graph = SocialGraph.from_edges(low, high, weights=matrix[low, high], n_agents=34)
    scenario = Scenario.from_file(FOLDER / "signed_karate.toml").replace({"process.influence.between_groups": 1.0})
    model = Society(scenario, graph=graph)
    model.population["traits"][:, 0] = START
    return model


def opinion(model: Society, steps: int | None = None) -> Array:
    """(34,) opinions some steps later, at the end by default."""
    return run(model, steps).population["traits"][:, 0]


@pytest.mark.parametrize("steps", [1, 7, 40])
def test_opinions_follow_the_eigenvectors(steps: int) -> None:
    np.testing.assert_allclose(opinion(hostile_clubs(), steps), after(signs(), steps), atol=2e-6)


def test_clubs_that_hate_each_other_end_in_opposed_camps() -> None:
    """σ (σ · w x(0)) / Σ w: the gauge σ turns signed influence into DeGroot's."""
    weight = np.abs(signs()).sum(axis=1) + 1.0
    camp = (clubs() * weight) @ START / weight.sum()
    assert abs(camp) > 0.1
    np.testing.assert_allclose(opinion(hostile_clubs()), clubs() * camp, atol=2e-6)


def test_dislike_by_group_and_by_tie_are_the_same() -> None:
    np.testing.assert_allclose(opinion(with_ties(signs()), 9), opinion(hostile_clubs(), 9), atol=1e-6)


def test_an_unbalanced_graph_forgets_everything() -> None:
    """One dislike within a club opens circles with an odd number of them: the largest |λ| is below 1."""
    matrix = signs(WITHIN_A_CLUB)
    np.testing.assert_allclose(opinion(with_ties(matrix), 40), after(matrix, 40), atol=2e-6)
    np.testing.assert_allclose(opinion(with_ties(matrix), 1500), 0.0, atol=1e-6)


def test_without_dislike_all_agree() -> None:
    """Negative control: DeGroot's consensus, the mean weighted by degree and oneself."""
    weight = signs(between=1.0).sum(axis=1) + 1.0
    end = opinion(hostile_clubs({"process.influence.between_groups": 1.0}))
    np.testing.assert_allclose(end, weight @ START / weight.sum(), atol=2e-6)


def test_learnt_it_is_altafinis_equation_in_continuous_time() -> None:
    """ẋ = −η ρ (I − W) x; Euler steps of η ρ h = 1/2080 are within 4e-4 of it, of 1/4160 within 2e-4."""
    matrix = signs()
    walk = matrix / np.abs(matrix).sum(axis=1, keepdims=True)
    value, vector = np.linalg.eig(walk)
    exact = (vector @ np.diag(np.exp(-2.0 * (1.0 - value))) @ np.linalg.inv(vector) @ START).real
    learnt: Values = {
        "process.influence.scaled_by": "plasticity",
        "process.influence.self_weight": 0.0,
        "process.influence.strength": 1.0,
        "process.learning.age_curve": [[20.0, 0.2]],
    }
    for steps_per_year, error in ((52, 2e-3), (104, 1e-3)):
        model = hostile_clubs(learnt | {"run.steps_per_year": steps_per_year})
        assert np.abs(opinion(model, 10 * steps_per_year) - exact).max() < error
