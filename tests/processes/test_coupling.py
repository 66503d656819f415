"""Coupling: the pull to the mean of society or of one's group, by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from tests.societies import CROWD, QUARTERLY, Raw, crowd, gradients, make_scenario, make_society, rewards, stepped
from tests.tolerance import has_mean

GROUPS: Raw = {"groups": {"north": 1.0, "south": 1.0}}
TRAITS = np.array([[0.0, 1.0], [3.0, 1.0], [9.0, 1.0], [2.0, 5.0], [4.0, 5.0], [6.0, 11.0]])
AT = np.array([[1.0, 2.0]] * 6)


def coupled(rule: str = "gradient", *, population: Raw | None = None, **coupling: Any) -> Society:
    """Six people, the first three of whom are of the north, in quarterly steps without chance at η = 0.1."""
    trying: Raw = {"exploration": {}} if rule == "reinforce" else {}
    model = make_society(
        run=QUARTERLY,
        population=crowd(6, "openness", "anger") | (population or GROUPS),
        graph=CROWD,
        process=trying
        | {
            "ageing": {},
            "coupling": coupling,
            "learning": {"rule": rule, "temperature": 0.0, "noise": 0.0, "age_curve": 0.1},
        },
    )
    model.population["traits"][:] = TRAITS
    if "group" in model.population:
        model.population["group"][:] = [0, 0, 0, 1, 1, 1]
    return model


def test_the_mean_of_society_is_that_of_all_people():
    assert stepped(coupled()).population["coupling_mean"].tolist() == [4.0, 4.0]


def test_the_mean_of_a_group_is_that_of_its_people():
    assert stepped(coupled(of="group")).population["coupling_mean"].tolist() == [[4.0, 1.0], [4.0, 7.0]]


def test_distance_from_the_mean_of_society_costs():
    # −½ · 0.5 · (3² + 2²)
    assert rewards(stepped(coupled(strength=0.5)), "coupling", AT).tolist() == [-3.25] * 6


def test_distance_from_the_mean_of_ones_group_costs():
    # −½ · 2 · (3² + 1²) and −½ · 2 · (3² + 5²)
    assert rewards(stepped(coupled(of="group", strength=2.0)), "coupling", AT).tolist() == [-10.0] * 3 + [-34.0] * 3


def test_the_pull_is_to_the_mean():
    slope = gradients(stepped(coupled(of="group", strength=2.0)), "coupling", AT)
    assert slope.tolist() == [[6.0, -2.0]] * 3 + [[6.0, 10.0]] * 3


def test_traits_that_are_not_named_are_left_alone():
    model = stepped(coupled(traits=["anger"], strength=2.0))
    assert rewards(model, "coupling", AT).tolist() == [-4.0] * 6
    assert gradients(model, "coupling", AT).tolist() == [[0.0, 4.0]] * 6
    assert np.array_equal(model.population["traits"][:, 0], TRAITS[:, 0])


def test_it_works_through_learning():
    # x' = x + η h κ (m − x) = x + 0.1 · 0.25 · 2 (4 − x)
    expected = TRAITS + 0.05 * (4.0 - TRAITS)
    assert stepped(coupled(strength=2.0)).population["traits"] == pytest.approx(expected, rel=1e-6)


def test_the_mean_of_society_stays_where_it_is():
    model = stepped(coupled(strength=2.0), 50)
    assert model.population["traits"].mean(axis=0) == pytest.approx([4.0, 4.0], rel=1e-5)
    assert model.population["traits"].std(axis=0) == pytest.approx(0.95**50 * TRAITS.std(axis=0), rel=1e-4)


def test_one_group_does_not_feel_the_other():
    model = stepped(coupled(of="group", strength=2.0), 20)
    model_too = coupled(of="group", strength=2.0)
    model_too.population["traits"][3:] += 100.0
    assert np.array_equal(model.population["traits"][:3], stepped(model_too, 20).population["traits"][:3])


def test_the_only_one_of_a_group_is_their_own_mean():
    model = coupled(of="group", strength=2.0)
    model.population["group"][:] = [0, 1, 1, 1, 1, 1]
    assert stepped(model).population["traits"][0].tolist() == [0.0, 1.0]


def test_a_group_without_people_pulls_nobody():
    model = coupled(of="group", strength=2.0)
    model.population["group"][:] = 0
    assert np.isfinite(stepped(model).population["traits"]).all()


def test_who_changes_group_is_pulled_to_the_other_mean():
    model = stepped(coupled(of="group"))
    model.population["group"][0] = 1
    model.population["traits"][:] = TRAITS
    assert stepped(model).population["coupling_mean"].tolist() == [[6.0, 1.0], [3.0, 5.5]]


@pytest.mark.parametrize("of", ["society", "group"])
@pytest.mark.parametrize("rule", ["gradient", "reinforce"])
def test_without_strength_nobody_is_pulled(rule, of):
    assert np.array_equal(stepped(coupled(rule, of=of, strength=0.0), 5).population["traits"], TRAITS.astype("f4"))


def test_by_trial_people_come_together_as_fast_as_by_the_gradient():
    # one trait, half at −1 and half at 1: the mean distance from 0 shrinks by 1 − (1 − η h κ)^n
    model = make_society(
        population=crowd(4000),
        graph=CROWD,
        process={
            "ageing": {},
            "exploration": {},
            "coupling": {"strength": 2.0},
            "learning": {"noise": 0.0, "age_curve": 0.5},
        },
    )
    side = np.where(np.arange(4000) % 2, 1.0, -1.0)
    model.population["traits"][:, 0] = side
    stepped(model, 53)  # the first reward teaches nothing
    assert has_mean(model.population["traits"][:, 0] * side, (1.0 - 0.5 * 2.0 / 52.0) ** 52)


def test_being_as_one_does_is_no_own_interest_by_default():
    assert not stepped(coupled("reinforce"), 5).population["interest"].any()


def test_being_as_one_does_can_be_declared_ones_own_interest():
    model = stepped(coupled(strength=2.0, interest=1.0))
    expected = -((TRAITS + 0.05 * (4.0 - TRAITS) - 4.0) ** 2).sum(axis=1)
    assert model.population["interest"] == pytest.approx(expected, rel=1e-5)


def test_threads_do_not_matter_to_the_last_bit_of_a_mean(threads):
    def mean() -> list[float]:
        model = make_society(
            population=crowd(20_000) | {"trait_sd": 1 / 3},
            graph=CROWD,
            process={"ageing": {}, "exploration": {}, "coupling": {}, "learning": {}},
        )
        return stepped(model, 2).population["coupling_mean"].tolist()

    threads(1)
    one = mean()
    threads(2)
    assert mean() == one
    assert abs(one[0]) < 4.0 / 3.0 / math.sqrt(20_000)


@pytest.mark.parametrize(
    ("coupling", "problem"),
    [
        ({"of": "group"}, r"process\.coupling\.of = 'group': there are no groups; add population\.groups"),
        ({"traits": ["opennes"]}, r"process\.coupling\.traits: no trait 'opennes'; did you mean 'openness'\?"),
        ({"strength": -1.0}, r"process\.coupling\.strength = -1\.0: must be at least 0"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(coupling, problem):
    with pytest.raises(InputError, match=problem):
        make_scenario(process={"ageing": {}, "exploration": {}, "coupling": coupling, "learning": {}})
