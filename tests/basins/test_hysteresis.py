"""Loops of hysteresis against the branches of the double well, and people who live on under other parameters."""

from __future__ import annotations

import numpy as np
import pytest

from society.basins import Loop, Surface, continued, sweep, sweep_flow
from society.errors import InputError
from society.model import Society
from society.scenario import Scenario
from tests.basins.surfaces import FOLD, double_well, gradient_society
from tests.societies import VARIANTS, crowd, make_scenario, stepped

FIELDS = np.linspace(-0.6, 0.6, 241)


@pytest.fixture(scope="module")
def loop() -> Loop:
    return sweep_flow(double_well, FIELDS, start=[-1.0])


class TestWithoutChance:
    def test_the_state_jumps_at_the_folds(self, loop: Loop) -> None:
        assert loop.folds == pytest.approx((FOLD, -FOLD), abs=np.diff(FIELDS)[0])

    def test_the_area_is_one_and_a_half(self, loop: Loop) -> None:
        """∮ x df over x³ − x = f, each branch from 1/√3 to 2/√3: 2 [3x⁴/4 − x²/2] = 3/2; jumps cost a trapezoid."""
        assert loop.area == pytest.approx(1.5, abs=2 * np.diff(FIELDS)[0] * np.sqrt(3))

    def test_between_the_folds_it_is_on_the_lower_branch_going_up_and_the_upper_going_down(self, loop: Loop) -> None:
        middle = np.abs(FIELDS) < FOLD - 0.01
        for field, up, down in zip(FIELDS[middle], loop.up[middle], loop.down[middle], strict=True):
            roots = np.sort(np.roots([1, 0, -1, -field]).real)
            assert (up, down) == pytest.approx((roots[0], roots[2]), abs=1e-7)

    def test_one_basin_has_no_loop(self) -> None:
        def parabola(place: float) -> Surface:
            return Surface(lambda x: -((x[:, 0] - place) ** 2) / 2, lambda x: place - x, np.zeros((1, 1)))

        assert sweep_flow(parabola, FIELDS, start=[0.0]).area == pytest.approx(0.0, abs=1e-9)

    def test_a_value_without_attractor_is_refused(self) -> None:
        def slope(value: float) -> Surface:
            return Surface(lambda x: value * x[:, 0], lambda x: np.full_like(x, value), np.zeros((1, 1)))

        with pytest.raises(InputError, match=r"at 1\.0 the flow comes to no attractor"):
            sweep_flow(slope, [1.0, 2.0], start=[0.0])

    @pytest.mark.parametrize("values", [[1.0], [1.0, 1.0], [2.0, 1.0]])
    def test_values_that_do_not_rise_are_refused(self, values: list[float]) -> None:
        with pytest.raises(InputError, match="values: must be two or more rising numbers"):
            sweep_flow(double_well, values, start=[0.0])


def mean(model: Society) -> float:
    return float(model.population["traits"].mean(dtype="f8"))


def people(n_agents: int, temperature: float) -> Scenario:
    """People of a double well, η = 1, at 25 steps a year."""
    learning = {"rule": "gradient", "temperature": temperature, "age_curve": [[0.0, 1.0]], "ledger": False}
    return make_scenario(
        run={"steps_per_year": 25},
        population=crowd(n_agents) | {"trait_sd": 0.1},
        graph={"kind": "networkx", "generator": "empty_graph"},
        environment={"home": {"kind": "double_well"}},
        process={"ageing": {}, "landscape": {}, "learning": learning},
    )


COARSE = np.linspace(-0.6, 0.6, 25)


class TestSocieties:
    def test_people_without_chance_go_round_the_loop_of_the_flow(self) -> None:
        """Just above the fold, .015 at f = .4, it takes π/√(.015·√3) = 19 years to get past: 40 a value do."""
        found = sweep(people(4, 0.0), "environment.home.field", COARSE, observe=mean, steps=1000)
        expected = sweep_flow(double_well, COARSE, start=[-1.0])
        assert found.up == pytest.approx(expected.up, abs=1e-3)
        assert found.down == pytest.approx(expected.down, abs=1e-3)

    def test_chance_that_carries_people_over_in_time_leaves_no_loop(self) -> None:
        """At T = 1, four times the barrier, people lose the past within a year: the area is 0 within 4 SE.

        The mean of 400 people of variance at most 1.1 has an SE of .053 at each value; independent from value to value,
        16 years apart, and between both ways.
        """
        found = sweep(people(400, 1.0), "environment.home.field", COARSE, observe=mean, steps=400, settling=400)
        error = 0.053 * np.sqrt(2 * len(COARSE)) * np.diff(COARSE)[0]
        assert abs(found.area) < 4 * error

    def test_too_few_steps_are_refused(self) -> None:
        with pytest.raises(InputError, match="steps = 0"):
            sweep(people(4, 0.0), "environment.home.field", COARSE, observe=mean, steps=0)


class TestContinuing:
    @pytest.mark.parametrize("raw", VARIANTS.values(), ids=VARIANTS)
    def test_without_a_change_a_society_goes_on_as_it_would_have(self, raw: dict) -> None:  # type: ignore[type-arg]
        model = stepped(Society(Scenario.from_dict(raw)), 5)
        after = stepped(continued(model, {}), 5)
        assert after.state() == stepped(model, 5).state()

    def test_people_live_on_under_another_field(self) -> None:
        model = stepped(gradient_society({"kind": "double_well"}), 200)
        there = continued(model, {"environment.home.field": 1.0})
        assert np.array_equal(there.population["traits"], model.population["traits"])
        assert there.n_steps == 200
        assert stepped(there, 1000).population["traits"].min() > 1.3  # the root of x³ − x = 1 is 1.3247

    def test_the_society_itself_stays_as_it_was(self) -> None:
        model = stepped(gradient_society({"kind": "double_well"}), 5)
        before = model.state()
        stepped(continued(model, {"environment.home.field": 1.0}), 5)
        assert model.state() == before

    def test_a_change_of_columns_is_refused(self) -> None:
        model = gradient_society({"kind": "double_well"})
        with pytest.raises(
            InputError, match=r"process\.learning\.ledger: another value makes a society of other columns"
        ):
            continued(model, {"process.learning.ledger": True})
