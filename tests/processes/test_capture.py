"""Capture: the pull of platforms on their users, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from society.model import Society
from tests.societies import CROWD, QUARTERLY, Raw, crowd, gradients, make_society, rewards, stepped

AT = [[1.0, 5.0]] * 6


def users(*, platforms: Raw | None = None, rule: str = "gradient", **capture: Any) -> Society:
    """Six users, after a step, of a platform that wants anger 3 with power 2; half of their attention is on life."""
    feed = {"feed": {"target": {"anger": 3.0}, "power": 2.0, "rate_entry": 1e9}}
    learning = {"temperature": 0.0} if rule == "gradient" else {"noise": 0.0}
    trying = {} if rule == "gradient" else {"exploration": {}}
    model = make_society(
        run=QUARTERLY,
        population=crowd(6, "openness", "anger"),
        graph=CROWD,
        platform=feed | (platforms or {}),
        process=trying | {"ageing": {}, "attention": {}, "capture": capture, "learning": {"rule": rule} | learning},
    )
    return stepped(model)


def test_the_pull_falls_with_the_squared_distance_on_the_traits_that_the_target_names():
    # −½ · 2 · ½ · (5 − 3)²; openness is not named
    assert rewards(users(), "capture.feed", AT).tolist() == [-2.0] * 6


def test_the_pull_points_to_the_target_on_the_traits_it_names():
    assert gradients(users(), "capture.feed", AT).tolist() == [[0.0, -2.0]] * 6


def test_power_multiplies_the_power_of_every_platform():
    assert rewards(users(power=1.5), "capture.feed", AT).tolist() == [-3.0] * 6


def test_the_pull_grows_with_attention():
    model = users()
    model.population["attention"][model.options["feed"]] = [0.0625, 0.125, 0.25, 0.5, 0.75, 1.0]
    assert rewards(model, "capture.feed", AT).tolist() == [-0.25, -0.5, -1.0, -2.0, -3.0, -4.0]


def test_a_platform_does_not_reach_those_who_give_it_no_attention():
    model = users()
    model.population["attention"][model.options["feed"], :2] = 0.0
    assert np.isnan(rewards(model, "capture.feed", AT)).tolist() == [True, True, False, False, False, False]
    assert gradients(model, "capture.feed", AT)[:2].tolist() == [[0.0, 0.0]] * 2


def test_every_platform_has_a_row_of_its_own():
    model = users(platforms={"work": {"target": {"openness": 0.0}, "rate_entry": 1e9}})
    # a third of attention each: −½ · ⅓ · 1² and −½ · 2 · ⅓ · 2²
    assert tuple(model.sources) == ("capture.feed", "capture.work")
    assert rewards(model, "capture.work", AT) == pytest.approx([-1 / 6] * 6, rel=1e-6)
    assert rewards(model, "capture.feed", AT) == pytest.approx([-4 / 3] * 6, rel=1e-6)


def test_users_move_towards_the_target():
    # x' = x + η h κ a (T − x) = 1 + η · ¼ · 2 · ½ · 2
    model = users()
    model.population["traits"][:] = [0.5, 1.0]
    stepped(model)
    eta = model.population["plasticity"]
    assert model.population["traits"][:, 0].tolist() == [0.5] * 6
    assert model.population["traits"][:, 1] == pytest.approx(1.0 + eta * 0.5, rel=1e-6)


@pytest.mark.parametrize("rule", ["gradient", "reinforce"])
def test_without_power_nobody_is_moved(rule):
    model = users(rule=rule, power=0.0)
    before = model.population["traits"].copy()
    assert np.array_equal(stepped(model, 5).population["traits"], before)


def test_the_pull_is_no_own_interest():
    assert not stepped(users(rule="reinforce"), 5).population["interest"].any()
