"""Loops of hysteresis against the branches of the double well, and people who live on under other parameters."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from society.basins import Loop, Surface, continued, sweep, sweep_flow
from society.errors import InputError
from society.model import Society
from society.scenario import Scenario
from tests.basins.surfaces import FOLD, double_well, gradient_society
from tests.societies import CROWD, VARIANTS, crowd, make_scenario, make_society, stepped

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


TEACHING = {"rule": "gradient", "age_curve": [[20.0, 0.1]]}
LEARNING = {"ageing": {}, "learning": TEACHING}
PULLED = {
    "population": {"groups": {"us": 1.0, "them": 1.0}},
    "environment": {"home": {"kind": "quadratic"}},
    "platform": {"feed": {"target": {"openness": 1.0}}},
    "meme": {"joke": {"kind": "invariant"}},
    "event": {"fall": {"at": 1.0, "kick": {"size": 1.0}}},
    "process": {"ageing": {}, "attention": {}, "landscape": {}, "capture": {}, "exchange": {}, "learning": TEACHING},
}


def moody() -> Society:
    """Six people in one of two moods, who try what differs a little from what they are."""
    mood = {"n_moods": 2, "spread": 0.0, "rate_switch": 0.0, "offsets": {"openness": [1.0, -1.0]}}
    learning = {"age_curve": [[20.0, 0.1]]}
    process = {"ageing": {}, "exploration": {}, "mood": mood, "landscape": {}, "learning": learning}
    return make_society(environment={"home": {"kind": "quadratic"}}, process=process)


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

    def test_the_breadth_of_trial_is_another_from_the_next_step_on(self) -> None:
        model = stepped(moody())
        after = stepped(continued(model, {"process.exploration.sd": 0.5, "process.mood.spread": 0.0}))
        assert (after.population["exploration_sd"] == 0.5).all()
        assert (stepped(continued(model, {})).population["exploration_sd"] == 0.25).all()

    def test_moods_do_something_else_from_the_next_step_on(self) -> None:
        after = continued(stepped(moody()), {"process.mood.offsets": {"openness": [5.0, -5.0]}})
        population = stepped(after).population
        assert population["mood_offset"][:, 0].tolist() == [5.0 - 10.0 * mood for mood in population["mood"]]

    def test_everybody_practises_where_the_share_becomes_one(self) -> None:
        model = stepped(make_society(process={"ageing": {}, "monitoring": {"practising": 0.0}, "learning": TEACHING}))
        after = stepped(continued(model, {"process.monitoring.practising": 1.0}))
        assert (model.population["practice"] == 0.0).all()
        assert (after.population["practice"] == 1.0).all()

    @pytest.mark.parametrize("old", [{"rate": 0.2}, {"rate": 5.0, "until": 0.5}, {"rate": 1.0, "at": 100.0}], ids=str)
    def test_clocks_go_at_the_rate_of_now_and_remember_nothing(self, old: dict) -> None:  # type: ignore[type-arg]
        """Of 20,000 that had run for 4 years, 1 − e^(−1) ring in the first quarter year at a rate of 4; within 4 SE."""
        event = {"kick": {"size": 0.0}}
        people = {"population": crowd(20_000), "graph": CROWD, "run": {"steps_per_year": 4}}
        learning = {"ageing": {}, "learning": {**TEACHING, "ledger": False}}
        model = stepped(make_society(**people, process=learning, event={"blow": {**event, **old}}), 16)
        before = model.population["event.blow.rings"].copy()
        after = stepped(continued(model, {"event.blow": {**event, "rate": 4.0}}))
        rung = after.population["event.blow.rings"] > before
        for some in (rung, rung[before == 0]):
            share = 1.0 - math.exp(-1.0)
            assert some.mean() == pytest.approx(share, abs=4.0 * math.sqrt(share * (1.0 - share) / max(len(some), 1)))

    def test_a_clock_that_stood_still_goes_on(self) -> None:
        model = stepped(make_society(process=LEARNING, event={"blow": {"rate": 1.0, "kick": {"size": 0.0}}}))
        still = stepped(continued(model, {"event.blow.rate": 0.0}))
        assert (still.population["event.blow.rings"] == model.population["event.blow.rings"]).all()
        again = continued(still, {"event.blow.rate": 1.0}).population["event.blow.due"]
        assert again == pytest.approx(model.population["event.blow.due"] + 1.0)

    def test_an_event_names_others(self) -> None:
        blow = {"at": 0.0, "kick": {"size": 0.0}, "who": {"ids": [1, 2]}}
        model = stepped(make_society(process=LEARNING, event={"blow": blow}))
        after = continued(model, {"event.blow.who.ids": [0, 5]})
        assert np.flatnonzero(after.population["event.blow.named"]).tolist() == [0, 5]

    def test_the_closest_are_fewer(self) -> None:
        peers = {"kind": "influence", "neighbours": "closest", "k": 2}
        model = stepped(make_society(process={"ageing": {}, "peers": peers, "learning": TEACHING}))
        assert continued(model, {"process.peers.k": 1}).graphs["peers"].n_arcs == 6

    def test_a_platform_has_its_new_power(self) -> None:
        model = make_society(**PULLED)
        model.platforms["feed"].power = 3.0
        assert continued(model, {}).platforms["feed"].power == 3.0
        assert continued(model, {"platform.feed.power": 2.0}).platforms["feed"].power == 2.0

    @pytest.mark.parametrize(
        ("values", "path"),
        [
            ({"run.steps_per_year": 12}, "run.steps_per_year"),
            ({"population.trait_sd": 2.0}, "population.trait_sd"),
            ({"population.age_high": 60.0}, "population.age_high"),
            ({"graph.generator": "complete_graph"}, "graph.generator"),
            ({"platform.feed.launch": 5}, "platform.feed.launch"),
            ({"environment.home.share": 2.0}, "environment.home.share"),
            ({"meme.joke.first_holders": 1}, "meme.joke.first_holders"),
        ],
        ids=str,
    )
    def test_what_says_how_a_society_begins_is_refused(self, values: dict, path: str) -> None:  # type: ignore[type-arg]
        with pytest.raises(InputError, match=rf"{re.escape(path)}: says how a society begins"):
            continued(make_society(**PULLED), values)

    def test_first_personality_may_change_where_people_are_born(self) -> None:
        model = make_society(process={**LEARNING, "turnover": {}})
        assert continued(model, {"population.trait_sd": 2.0}).scenario.population.trait_sd == 2.0

    @pytest.mark.parametrize(
        ("values", "what"),
        [
            ({"environment": {"away": {"kind": "quadratic"}}}, "environments"),
            ({"platform": {"show": {"target": {"openness": 1.0}}}}, "platforms"),
            ({"population.groups": {"us": 1.0, "others": 1.0}}, "groups"),
            ({"meme": {"song": {"kind": "invariant"}}}, "items"),
            ({"event": {"blow": {"at": 1.0, "kick": {"size": 1.0}}}}, "accounts"),
        ],
        ids=str,
    )
    def test_others_of_the_same_number_are_refused(self, values: dict, what: str) -> None:  # type: ignore[type-arg]
        path = next(iter(values))
        with pytest.raises(InputError, match=rf"{re.escape(path)}: another value makes a society of other {what}: "):
            continued(make_society(**PULLED), values)

    def test_who_died_in_the_last_step_is_missed_in_the_next(self) -> None:
        """Every other one on the ring dies in the first step, so that all who stay lose both their contacts."""
        model = make_society(
            run={"steps_per_year": 4},
            environment={"home": {"kind": "quadratic"}},
            process={
                "ageing": {}, "landscape": {}, "habit": {"social": 0.5, "reward_gain": 0.0}, "learning": TEACHING,
                "turnover": {"until": 20.5, "senescence": 0.0, "entry_age": 20.0},
            },
        )  # fmt: skip
        model.population["age"][::2] = 20.25
        stepped(model)
        assert model.n_born
        after = continued(model, {})
        assert after.state() == model.state()
        assert stepped(after).state() == stepped(model).state()
