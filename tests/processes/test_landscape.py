"""Landscape: rewards and gradients of each form by hand, endowments, and who lives where."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from tests.societies import CROWD, Raw, crowd, gradients, make_scenario, make_society, rewards, stepped
from tests.tolerance import has_mean, has_share, has_variance

N = 20_000


def home(n_agents: int = 1, **environment: Any) -> Society:
    """People of two traits in one environment."""
    return places(n_agents, home=environment)


def places(n_agents: int, **environments: Raw) -> Society:
    """People of two traits in several environments."""
    return make_society(
        population=crowd(n_agents, "openness", "anger"),
        graph=CROWD,
        environment=environments,
        process={"exploration": {}, "landscape": {}, "learning": {}, "ageing": {}},
    )


def reward(model: Society, *at: float) -> float:
    """Reward of the one person at a point."""
    return float(rewards(model, "landscape", [at])[0])


def gradient(model: Society, *at: float) -> list[float]:
    """Gradient for the one person at a point."""
    return gradients(model, "landscape", [at])[0].tolist()


def test_quadratic_reward_falls_with_the_squared_distance_from_the_optimum():
    # −½ · 2 · (2² + (−1)²)
    assert reward(home(kind="quadratic", curvature=2.0, optimum=1.0), 3.0, 0.0) == -5.0


def test_quadratic_gradient_points_to_the_optimum():
    assert gradient(home(kind="quadratic", curvature=2.0, optimum=1.0), 3.0, 0.0) == [-4.0, 2.0]


def test_the_endowment_shifts_ones_own_optimum():
    model = home(kind="quadratic", endowment_weight=0.5)
    model.population["endowment"][:] = [[2.0, -4.0]]
    assert reward(model, 1.0, -2.0) == 0.0
    assert gradient(model, 0.0, 0.0) == [1.0, -2.0]


def test_without_weight_the_endowment_makes_no_difference():
    model = home(2, kind="quadratic")
    model.population["endowment"][:] = [[2.0, -4.0], [0.0, 0.0]]
    assert np.ptp(rewards(model, "landscape", np.ones((2, 2)))) == 0.0


def test_double_well_reward_by_hand():
    # −2 (16/4 − 4/2 − ½ · 2) − ½ · 3 · 1²
    model = home(kind="double_well", depth=2.0, field=0.5, curvature=3.0)
    assert reward(model, 2.0, 1.0) == pytest.approx(-3.5)


def test_double_well_gradient_by_hand():
    # −2 (8 − 2 − ½) and −3 · 1
    model = home(kind="double_well", depth=2.0, field=0.5, curvature=3.0)
    assert gradient(model, 2.0, 1.0) == [-11.0, -3.0]


def test_the_barrier_of_a_double_well_is_a_quarter_of_its_depth():
    model = home(kind="double_well", depth=2.0)
    assert reward(model, 1.0, 0.0) - reward(model, 0.0, 0.0) == 0.5
    assert reward(model, -1.0, 0.0) - reward(model, 0.0, 0.0) == 0.5


def test_the_trait_with_two_wells_can_be_chosen():
    model = home(kind="double_well", trait="anger")
    assert reward(model, 0.0, 1.0) == 0.25
    assert reward(model, 1.0, 0.0) == -0.5


def wells(**values: Any) -> Society:
    """One person without endowment among given wells."""
    return home(kind="wells", endowment_gain=0.0, **values)


def test_one_well_is_a_quadratic_of_its_width_and_temperature():
    # −τ |x − c|² / 2w² = −0.5 · 5 / 8
    model = wells(centres=[[1.0, -1.0]], temperature=0.5, width=2.0)
    assert reward(model, 2.0, 1.0) == pytest.approx(-0.5 * 5.0 / 8.0)
    assert gradient(model, 2.0, 1.0) == pytest.approx([-0.5 / 4.0, -0.5 * 2.0 / 4.0])


def test_half_way_between_two_equal_wells_the_pulls_cancel():
    model = wells(centres=[[-1.0, 0.0], [1.0, 0.0]], temperature=1.0)
    assert reward(model, 0.0, 0.0) == pytest.approx(-0.5)
    assert gradient(model, 0.0, 0.0) == pytest.approx([0.0, 0.0], abs=1e-7)


def test_half_way_between_two_wells_the_heavier_pulls_more():
    # Σ p_b (c_b − x) with p = ¼, ¾
    model = wells(centres=[[-1.0, 0.0], [1.0, 0.0]], weights=[1.0, 3.0], temperature=1.0)
    assert gradient(model, 0.0, 0.0) == pytest.approx([0.5, 0.0], abs=1e-7)


def test_the_scale_of_weights_makes_no_difference():
    small, large = (wells(centres=[[-1.0, 0.0], [1.0, 0.0]], weights=[scale, 3 * scale]) for scale in (1.0, 10.0))
    assert reward(small, 0.3, 0.0) == pytest.approx(reward(large, 0.3, 0.0), rel=1e-6)


def test_far_out_rewards_of_wells_stay_finite():
    model = wells(centres=[[-1.0, 0.0], [1.0, 0.0]], temperature=1.0)
    assert reward(model, 1000.0, 0.0) == pytest.approx(-math.log(2.0) - 0.5 * 999.0**2, rel=1e-6)


def test_the_endowment_makes_wells_pay_differently_by_a_unit_vector_times_gain():
    # log π_b + k u·s_b with |s_b| = 1 has variance k² over standard normal endowments
    bonus = home(N, kind="wells", n_wells=2, endowment_gain=3.0).population["well_bonus"]
    for well in range(2):
        assert has_mean(bonus[:, well], math.log(0.5))
        assert has_variance(bonus[:, well], 9.0)


def test_without_gain_wells_pay_everybody_alike():
    bonus = home(100, kind="wells", n_wells=2, endowment_gain=0.0).population["well_bonus"]
    assert bonus == pytest.approx(np.full((100, 2), math.log(0.5)), rel=1e-6)


@pytest.mark.parametrize(
    "environment",
    [
        {"kind": "wells", "n_wells": 3, "width": 0.7},
        {"kind": "quadratic", "curvature": 2.0, "optimum": 0.4, "endowment_weight": 0.3},
        {"kind": "double_well", "depth": 1.5, "field": 0.2},
    ],
    ids=lambda environment: environment["kind"],
)
def test_the_gradient_is_the_slope_of_the_reward(environment):
    model = home(50, **environment)
    at, step = model.population["traits"], 2.0**-6
    slope = gradients(model, "landscape", at)
    for d in range(2):
        aside = step * np.eye(2)[d]
        rise = rewards(model, "landscape", at + aside) - rewards(model, "landscape", at - aside)
        # central differences err by step² |D³R|/6, D³R at most 36 (that of the double well, 9 |x|), and by rounding
        assert rise / (2 * step) == pytest.approx(slope[:, d], abs=6 * step**2 + 2e-4)


def test_endowments_are_standard_normal():
    endowment = home(N, kind="quadratic").population["endowment"]
    for d in range(2):
        assert has_mean(endowment[:, d], 0.0)
        assert has_variance(endowment[:, d], 1.0)


def test_endowments_are_fixed_for_life():
    model = home(6, kind="wells")
    before = model.population["endowment"].copy()
    assert np.array_equal(stepped(model, 5).population["endowment"], before)


def test_drawn_centres_have_the_given_spread():
    centres = home(1, kind="wells", n_wells=1000, spread=2.0).population["well_centre"][0].ravel()
    assert has_mean(centres, 0.0)
    assert has_variance(centres, 4.0)


def test_people_live_in_environments_by_their_shares():
    model = places(N, home={"kind": "quadratic", "share": 3.0}, away={"kind": "quadratic"})
    at_home = model.population["environment"] == [*model.environments].index("home")
    assert has_share(at_home, 0.75)


def test_nobody_lives_where_the_share_is_zero():
    model = places(1000, home={"kind": "quadratic"}, away={"kind": "quadratic", "share": 0.0})
    assert {model.population["environment"][i] for i in range(1000)} == {[*model.environments].index("home")}


def test_a_further_environment_moves_only_those_who_go_there():
    tables = {name: {"kind": "quadratic"} for name in ("home", "abroad", "nowhere")}
    two, three = places(2000, **dict([*tables.items()][:2])), places(2000, **tables)
    before, after = (np.array([*model.environments])[model.population["environment"]] for model in (two, three))
    assert (after == "nowhere").any()
    assert np.array_equal(before[after != "nowhere"], after[after != "nowhere"])


def test_everybody_is_rewarded_by_their_own_environment():
    model = places(6, home={"kind": "quadratic", "curvature": 1.0}, away={"kind": "quadratic", "curvature": 3.0})
    model.population["environment"][:] = [0, 1, 0, 1, 0, 1]  # away, home, … in order of names
    assert rewards(model, "landscape", np.ones((6, 2))).tolist() == [-3.0, -1.0] * 3


def test_another_environment_leaves_the_wells_of_the_first_as_they_were():
    alone = places(1, home={"kind": "wells"}).population["well_centre"]
    beside = places(1, home={"kind": "wells"}, away={"kind": "wells"}).population["well_centre"]
    assert np.array_equal(alone[0], beside[1])


def test_a_landscape_needs_an_environment():
    with pytest.raises(InputError, match=r"process\.landscape"):
        make_scenario(process={"exploration": {}, "landscape": {}, "learning": {}, "ageing": {}})


def test_centres_need_a_number_for_each_trait():
    with pytest.raises(InputError, match=r"environment\.home\.centres: 1 numbers in a centre for 2 traits"):
        home(kind="wells", centres=[[1.0]])


def test_weights_need_a_number_for_each_well():
    with pytest.raises(InputError, match=r"environment\.home\.weights: 1 weights for 4 wells"):
        home(kind="wells", weights=[1.0])
