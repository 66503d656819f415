"""Friedkin–Johnsen influence on the karate club: where people end who hold on to what they were, by linear algebra."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from society.model import Society
from society.population import Array
from tests.validation.evidence import Values, run, society
from tests.validation.test_consensus import clubs

PUBLISHED = {0.8: 0.005586, 0.5: 0.017688, 0.2: 0.034179}
"""Mean opinion by stubbornness, which is 1 less the susceptibility of Friedkin and Johnsen."""


def karate_club(values: Values | None = None) -> Society:
    model = society("friedkin_johnsen_karate", values)
    model.population["traits"][:, 0] = clubs()
    return model


def opinion(model: Society) -> Array:
    """(34,) opinions at the end."""
    return run(model).population["traits"][:, 0]


def expected(stubbornness: float) -> Array:
    """θ (I − (1 − θ) W)⁻¹ x(0)."""
    matrix = nx.to_numpy_array(nx.karate_club_graph(), weight=None)
    walk = matrix / matrix.sum(axis=1, keepdims=True)
    return stubbornness * np.linalg.solve(np.eye(34) - (1.0 - stubbornness) * walk, clubs())


@pytest.mark.parametrize("stubbornness", PUBLISHED)
def test_the_mean_opinion_is_the_published_one(stubbornness: float) -> None:
    """.8^120 = 2e-12 of the start is left at θ = .2; expected to the last published digit."""
    end = opinion(karate_club({"process.influence.stubbornness": stubbornness}))
    assert end.mean() == pytest.approx(PUBLISHED[stubbornness], abs=6e-7)


@pytest.mark.parametrize("stubbornness", PUBLISHED)
def test_everybody_ends_where_the_equation_says(stubbornness: float) -> None:
    end = opinion(karate_club({"process.influence.stubbornness": stubbornness}))
    np.testing.assert_allclose(end, expected(stubbornness), atol=1e-6)


def test_the_wholly_stubborn_do_not_move() -> None:
    np.testing.assert_array_equal(opinion(karate_club({"process.influence.stubbornness": 1.0})), clubs())


def test_without_stubbornness_all_agree_as_with_degroot() -> None:
    """Negative control: 6/156 for everybody, the mean weighted by degree."""
    end = opinion(karate_club({"process.influence.stubbornness": 0.0}))
    np.testing.assert_allclose(end, 6 / 156, atol=1e-5)
