"""What platforms gain from people, by what they state to be after: by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from society.model import Society
from tests.societies import CROWD, QUARTERLY, crowd, make_society, stepped


def users(*, rule: str = "gradient", **feed: Any) -> Society:
    """Six users of a platform that wants openness 4 with power 2, with half of their attention, after one step."""
    trying = {} if rule == "gradient" else {"exploration": {}}
    learning = {"temperature": 0.0} if rule == "gradient" else {}
    return stepped(
        make_society(
            run=QUARTERLY,
            population=crowd(6, "openness", "labour") | {"trait_sd": 0.0},
            graph=CROWD,
            environment={"home": {"kind": "quadratic"}},
            platform={"feed": {"target": {"openness": 4.0}, "power": 2.0, "rate_entry": 1e9} | feed},
            process=trying
            | {"ageing": {}, "attention": {}, "landscape": {}, "capture": {}}
            | {"learning": {"rule": rule, "age_curve": [[20.0, 0.1]]} | learning},
        )
    )


def gain(model: Society) -> list[float]:
    return model.population["gain"][0].tolist()


def test_engagement_is_what_is_gained_unless_stated_otherwise():
    assert gain(users()) == [0.5 * 0.25] * 6


def test_engagement_comes_together_over_steps():
    assert gain(stepped(users(), 3)) == pytest.approx([4 * 0.5 * 0.25] * 6, rel=1e-6)


def test_engagement_that_does_no_harm_is_gained_all_the_same():
    assert gain(users(power=0.0)) == [0.5 * 0.25] * 6


@pytest.mark.parametrize("rule", ["gradient", "reinforce"])
def test_a_gain_by_traits_is_how_far_the_pull_moves_people_that_way(rule):
    # η h κ a (T − x) · w from x = 0, free of noise: 0.1 · ¼ · 2 · ½ · 4 · 3
    model = users(rule=rule, gain="traits", gain_towards={"openness": 3.0})
    assert gain(model) == pytest.approx([0.1 / 4 * 2.0 * 0.5 * 4.0 * 3.0] * 6, rel=1e-6)


def test_moving_people_another_way_is_a_loss():
    model = users(gain="traits", gain_towards={"openness": -1.0})
    assert max(gain(model)) < 0


def test_a_trait_that_the_pull_leaves_alone_gains_nothing():
    assert gain(users(gain="traits", gain_towards={"labour": 5.0})) == [0.0] * 6


def test_what_states_no_gain_has_none():
    assert gain(stepped(users(gain="nothing"), 5)) == [0.0] * 6


def test_what_is_stated_changes_nobody():
    states = [stepped(users(**stated), 5).population["traits"] for stated in ({}, {"gain": "nothing"})]
    assert np.array_equal(*states)


def test_without_a_ledger_no_gain_is_booked():
    model = make_society(
        platform={"feed": {"target": {"openness": 4.0}}},
        process={"ageing": {}, "attention": {}, "learning": {"rule": "gradient", "ledger": False}},
    )
    assert "gain" not in stepped(model).population


def test_whom_a_pull_brings_nearer_to_their_own_good_gains_with_the_platform():
    # U = −½ |x|² and a pull to 4: who stands below 0 gains with the platform, who stands above loses to it
    model = users(gain="traits", gain_towards={"openness": 1.0})
    drift = model.population["drift_work"][model.population.labels("source").index("capture.feed")]
    assert (drift == 0.0).all()  # at the optimum of U the slope is 0
    model.population["traits"][:] = [[-1.0, 0.0]] * 3 + [[1.0, 0.0]] * 3
    stepped(model)
    assert ((drift > 0) == [True] * 3 + [False] * 3).all()
    assert min(gain(model)) > 0


@pytest.mark.parametrize("steps_per_year", [4, 52])
def test_a_year_of_half_ones_attention_is_half_a_year_whatever_the_step(steps_per_year):
    model = make_society(
        run={"steps_per_year": steps_per_year},
        platform={"feed": {"target": {"openness": 4.0}, "rate_entry": 1e9}},
        process={"ageing": {}, "attention": {}, "learning": {"rule": "gradient"}},
    )
    assert gain(stepped(model, steps_per_year)) == pytest.approx([0.5] * 6, rel=1e-6)
