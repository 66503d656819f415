"""Exploration: what is tried, near what one is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from society.model import Society
from tests.societies import CROWD, RING, Raw, crowd, make_society, stepped
from tests.tolerance import has_mean, has_variance

N = 20_000


def triers(n_agents: int = 6, *, sd: float = 0.25, graph: Raw = CROWD) -> Society:
    """People at 5 who try and learn, without noise, from a landscape and their peers."""
    model = make_society(
        population=crowd(n_agents, *"abcde"),
        graph=graph,
        environment={"home": {"kind": "quadratic", "curvature": 1.0}},
        process={
            "exploration": {"sd": sd},
            "landscape": {},
            "peers": {"kind": "influence", "strength": 1.0},
            "learning": {"noise": 0.0},
            "ageing": {},
        },
    )
    model.population["traits"][:] = 5.0
    return stepped(model)  # the first reward teaches nothing, so that everybody still stands at 5


def test_trials_are_normal_about_personality_with_the_given_breadth():
    trial = triers(N, sd=0.5).population["trial"]
    for d in range(5):
        assert has_mean(trial[:, d], 5.0)
        assert has_variance(trial[:, d], 0.25)


def test_trials_of_traits_are_independent():
    correlations = np.corrcoef(triers(N).population["trial"].T)[np.triu_indices(5, 1)]
    assert np.abs(correlations).max() < 4 / math.sqrt(N)


def test_trials_of_steps_are_independent():
    model = triers(N, sd=1e-3)
    first = model.population["trial"][:, 0] - model.population["traits"][:, 0]
    second = stepped(model).population["trial"][:, 0] - 5.0
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / math.sqrt(N)


def test_with_next_to_no_breadth_people_try_what_they_are():
    assert triers(sd=1e-6).population["trial"] == pytest.approx(np.full((6, 5), 5.0), abs=1e-5)


def test_all_sources_judge_the_same_trial():
    population = (model := triers(graph=RING)).population
    trial = population["trial"].astype("f8")
    landscape, peers = (population["reward"][0, model.sources[name]] for name in ("landscape", "peers"))
    assert landscape == pytest.approx(-0.5 * (trial**2).sum(axis=1), rel=1e-6)
    assert peers == pytest.approx(-0.5 * ((trial - 5.0) ** 2).sum(axis=1), rel=1e-6)
