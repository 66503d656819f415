"""Exploration: what is tried, near what one is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from tests.societies import CROWD, RING, Raw, crowd, make_scenario, make_society, stepped
from tests.tolerance import has_mean, has_variance

N = 20_000


def triers(n_agents: int = 6, *, sd: Any = 0.25, age: float = 20.0, graph: Raw = CROWD) -> Society:
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
    model.population["age"][:] = age
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


ANNEALING = [[10.0, 0.8], [60.0, 0.2]]


@pytest.mark.parametrize(("age", "sd"), [(10, 0.8), (35, 0.4), (60, 0.2)])
def test_the_breadth_of_trial_goes_with_age(age, sd):
    trial = triers(N, sd=ANNEALING, age=age).population["trial"]
    assert has_mean(trial[:, 0], 5.0)
    assert has_variance(trial[:, 0], sd**2)


def test_the_old_try_along_the_same_direction_as_the_young():
    young, old = (triers(sd=ANNEALING, age=age).population["trial"] - 5.0 for age in (10.0, 60.0))
    assert young == pytest.approx(4.0 * old, abs=1e-5)


def test_the_same_breadth_at_all_ages_is_the_same_to_the_last_bit_however_it_is_given():
    one, other = (triers(sd=sd).state() for sd in (0.25, [[10.0, 0.25], [60.0, 0.25]]))
    assert one["traits"] == other["traits"]


@pytest.mark.parametrize("sd", [0.25, ANNEALING], ids=["number", "curve"])
def test_the_breadth_of_trial_is_no_state(sd):
    assert "exploration_sd" not in triers(sd=sd).state()


@pytest.mark.parametrize("sd", [0, 1e-7, [[10.0, 0.5], [60.0, 1e-7]], {"kind": "exponential", "start": 0.5}], ids=str)
def test_nobody_tries_nothing_at_any_age(sd):
    with pytest.raises(InputError, match=r"process\.exploration\.sd: a breadth of .* is below 1e-06"):
        make_scenario(process={"ageing": {}, "exploration": {"sd": sd}, "learning": {}})


def test_a_breadth_that_goes_with_age_needs_ages():
    with pytest.raises(InputError, match=r"process\.exploration: needs column 'age'"):
        make_scenario(process={"exploration": {"sd": ANNEALING}, "learning": {}})
