"""DeGroot learning on the karate club: consensus and rate, known from the eigenvectors of its row-normalised A + I."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from society.model import Society
from society.population import Array
from tests.validation.evidence import Values, run, society

CONSENSUS = 6 / 190
SECOND_EIGENVALUE = 0.896142


def clubs() -> Array:
    """(34,) +1 for who joined Mr. Hi's club after the split, −1 for the officer's."""
    members = nx.karate_club_graph().nodes(data="club")
    return np.array([1.0 if club == "Mr. Hi" else -1.0 for _, club in members])


def karate_club(values: Values | None = None) -> Society:
    model = society("degroot_karate", values)
    model.population["traits"][:, 0] = clubs()
    return model


def spread(model: Society) -> float:
    """Distance from consensus, weighted by degree + 1: in this norm the eigenvectors are orthogonal."""
    weight = model.graph.degree + 1
    gap = model.population["traits"][:, 0] - CONSENSUS
    return float(np.sqrt(weight @ gap**2))


def test_the_club_agrees_on_the_mean_weighted_by_degree_and_oneself() -> None:
    """260 steps leave .896^260 < 1e-12 of the start; expected 6/190 = 0.0315789 to float32 rounding."""
    opinion = run(karate_club()).population["traits"]
    np.testing.assert_allclose(opinion, CONSENSUS, atol=1e-6)


def test_disagreement_shrinks_by_the_second_eigenvalue_a_step() -> None:
    """Expected |λ₂| = 0.896142, from distances after 40 and 60 steps.

    The third eigenvalue, .774, adds (.774/.896)^80 = 1e-5 to the squared distance by then, and so 2e-7 to the rate.
    Rounding of opinions near .03 to float32 (2e-9 a step) is 1e-5 of what is left after 60 steps, and 5e-7 of the rate.
    """
    model = run(karate_club(), 40)
    early = spread(model)
    late = spread(run(model, 20))
    assert (late / early) ** (1 / 20) == pytest.approx(SECOND_EIGENVALUE, abs=2e-6)


def test_without_ties_everybody_stays_where_they_are() -> None:
    model = karate_club({"graph.generator": "empty_graph", "population.n_agents": 34})
    np.testing.assert_array_equal(run(model, 20).population["traits"][:, 0], clubs())


def test_without_weight_on_oneself_the_consensus_is_weighted_by_degree_alone() -> None:
    """Negative control of A + I: both clubs have 17 members, so that A alone gives 6/156."""
    opinion = run(karate_club({"process.influence.self_weight": 0.0})).population["traits"]
    np.testing.assert_allclose(opinion, 6 / 156, atol=1e-6)
