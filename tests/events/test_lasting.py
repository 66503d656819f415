"""What lasts: windows of raised plasticity, and fields that rise, hold and fall."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from society.model import Society
from tests.events.lives import STILL, happening, lived
from tests.societies import Raw, rewards, stepped
from tests.tolerance import has_mean, has_variance

ETA = 0.1
PUSH: Raw = {"push": {"at": 0.0, "field": {"traits": {"calm": 2.0}}}}
"""A constant input: without any window, everybody moves by 0.2 a year."""
DAY = 1 / 365.25


def after(years: float, *, steps_per_year: int = 52, **events: Any) -> float:
    """Where people who started at the origin are by then."""
    traits = lived(years, happening(event=events, steps_per_year=steps_per_year)).population["traits"][:, 0]
    assert (traits == traits[0]).all()
    return float(traits[0])


class TestWindow:
    @pytest.mark.parametrize("steps_per_year", [4, 52, 400])
    @pytest.mark.parametrize("days", [2, 14, 21, 28])
    def test_displacement_is_proportional_to_the_length_of_the_window(self, days: int, steps_per_year: int) -> None:
        # from ketamine to ibogaine: x = η a (t + g τ), however long a step is
        dose = {"at": 0.25, "window": {"gain": 5.0, "dur": days * DAY}}
        moved = after(1, steps_per_year=steps_per_year, dose=dose, **PUSH)
        assert moved == pytest.approx(ETA * 2.0 * (1 + 5.0 * days * DAY), rel=1e-5)

    def test_before_and_after_the_window_nobody_moves_faster(self) -> None:
        dose = {"at": 0.25, "window": {"gain": 5.0, "dur": 0.1}}
        with_dose, without = (happening(event=PUSH | dose) for dose in ({"dose": dose}, {}))
        speeds = []
        for _ in range(4):
            before = [model.population["traits"].copy() for model in (with_dose, without)]
            stepped(with_dose), stepped(without)
            moved = [model.population["traits"] - x for model, x in zip((with_dose, without), before, strict=True)]
            speeds.append(moved[0][0, 0] / moved[1][0, 0])
        assert speeds == pytest.approx([1.0, 1.0 + 5.0 * 0.4, 1.0, 1.0], rel=1e-5)

    def test_the_window_raises_the_learning_rate_by_its_gain(self) -> None:
        model = stepped(happening(event={"dose": {"at": 0.0, "window": {"gain": 3.0, "dur": 1.0}}}))
        assert model.population["plasticity"].tolist() == pytest.approx([0.4] * 6)

    def test_a_further_dose_keeps_the_window_open_and_does_not_open_another(self) -> None:
        dose = {"times": [0.1, 0.2, 0.21, 0.6], "window": {"gain": 1.0, "dur": 0.3}}
        # open from .1 to .51 and from .6 to .9
        assert after(1, dose=dose, **PUSH) == pytest.approx(ETA * 2.0 * (1 + 0.41 + 0.3), rel=1e-5)

    def test_windows_of_two_events_multiply(self) -> None:
        one, other = ({"at": 0.0, "window": {"gain": gain, "dur": 1.0}} for gain in (1.0, 2.0))
        assert after(1, one=one, other=other, **PUSH) == pytest.approx(ETA * 2.0 * 6.0, rel=1e-5)

    def test_a_window_can_shut_learning_off(self) -> None:
        assert after(1, shut={"at": 0.5, "window": {"gain": -1.0, "dur": 9.0}}, **PUSH) == pytest.approx(0.1, rel=1e-5)

    def test_doses_at_a_rate_open_the_same_windows_whatever_the_step(self) -> None:
        dose = {"rate": 3.0, "window": {"gain": 2.0, "dur": 0.2}}
        one, other = (
            lived(2, happening(100, event={"dose": dose} | PUSH, steps_per_year=n)).population["traits"]
            for n in (2, 50)
        )
        assert one == pytest.approx(other, rel=1e-5)
        assert np.unique(one).size > 50

    @pytest.mark.parametrize("steps_per_year", [2, 400])
    @pytest.mark.parametrize("gain", [10.0, -1.0])
    def test_chance_of_those_who_reinforce_does_not_depend_on_the_length_of_a_step(
        self, gain: float, steps_per_year: int
    ) -> None:
        # Var = ∫η² s²/σ² = .01 (1 + τ ((1 + g)² − 1)) s²/σ² after a year
        learning = STILL["learning"] | {"rule": "reinforce", "noise": 1.0}
        processes = {"ageing": {}, "exploration": {"sd": 0.5}, "learning": learning}
        dose = {"at": 0.1, "window": {"gain": gain, "dur": 0.1}}
        model = happening(20_000, event={"dose": dose}, process=processes, steps_per_year=steps_per_year)
        found = lived(1, model).population["traits"][:, 0]
        assert has_variance(found, 0.01 * (1.0 + 0.1 * ((1.0 + gain) ** 2 - 1.0)) / 0.25)

    def test_learning_that_is_shut_off_all_step_has_no_spread(self) -> None:
        dose = {"at": 0.0, "window": {"gain": -1.0, "dur": 0.5}}
        model = stepped(happening(event={"dose": dose}))
        assert model.population["plasticity_rms"].tolist() == [1.0] * 6
        assert model.population["plasticity"].tolist() == [0.0] * 6

    def test_of_a_window_without_gain_no_bit_is_seen(self) -> None:
        dose = {"rate": 3.0, "window": {"gain": 0.0, "dur": 0.2}}
        one, other = (lived(2, happening(50, event=each)).state() for each in (PUSH, PUSH | {"dose": dose}))
        assert {name for name in one.keys() & other.keys() if one[name] != other[name]} == set()


def strengths(years: float = 2.0, *, steps_per_year: int = 4, when: Raw | None = None, **field: Any) -> list[float]:
    """The mean of a field over each step."""
    event = {"war": {"at": 0.5, "field": {"traits": {"calm": 1.0}} | field} | (when or {})}
    if when and "times" in when:
        del event["war"]["at"]
    model = happening(event=event, steps_per_year=steps_per_year)
    return [float(stepped(model).population["event.war.strength"][0]) for _ in range(round(years * steps_per_year))]


class TestField:
    def test_it_holds_for_good_unless_told_otherwise(self) -> None:
        assert strengths() == [0, 0, 1, 1, 1, 1, 1, 1]

    def test_a_pulse_is_on_and_then_off(self) -> None:
        assert strengths(dur=0.6) == pytest.approx([0, 0, 1, 1, 0.4, 0, 0, 0])

    def test_a_ramp_rises_and_then_holds(self) -> None:
        assert strengths(rise=1.0) == pytest.approx([0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1])

    def test_a_taper_falls_to_nothing(self) -> None:
        assert strengths(dur=0.5, fall=0.5) == pytest.approx([0, 0, 1, 1, 0.75, 0.25, 0, 0])

    def test_within_a_step_its_mean_counts(self) -> None:
        # a triangle of height 1 and length 1 from .5 on
        assert strengths(2, steps_per_year=1, rise=0.5, dur=0.5, fall=0.5) == pytest.approx([0.25, 0.25])

    def test_a_further_event_while_it_holds_makes_it_hold_longer(self) -> None:
        assert strengths(dur=0.5, when={"times": [0.5, 0.75]}) == pytest.approx([0, 0, 1, 1, 1, 0, 0, 0])
        assert strengths(rise=0.5, dur=0.5, when={"times": [0.5, 0.875]}) == pytest.approx(
            [0, 0, 0.25, 0.75, 1, 0.5, 0, 0]
        )

    def test_a_further_event_after_it_begins_anew(self) -> None:
        assert strengths(dur=0.25, when={"times": [0.5, 1.25]}) == pytest.approx([0, 0, 1, 0, 0, 1, 0, 0])

    @pytest.mark.parametrize("steps_per_year", [1, 4, 52])
    def test_people_move_by_its_integral(self, steps_per_year: int) -> None:
        # η a ∫f = .1 · 2 · (.15 + .4 + .1)
        war = {"at": 0.7, "field": {"traits": {"calm": 2.0}, "rise": 0.3, "dur": 0.7, "fall": 0.2}}
        assert after(2, steps_per_year=steps_per_year, war=war) == pytest.approx(ETA * 2.0 * 0.65, rel=1e-5)

    def test_its_reward_is_linear_in_behaviour(self) -> None:
        event = {"war": {"at": 0.0, "field": {"traits": {"calm": 2.0, "anger": -1.0}, "rise": 0.5}}}
        model = stepped(happening(traits=("anger", "calm"), event=event))
        assert rewards(model, "event.war.field", [[1.0, 3.0]] * 6) == pytest.approx([0.25 * 5.0] * 6)

    def test_whom_it_does_not_reach_it_does_not_reward(self) -> None:
        event = {"war": {"at": 0.0, "who": {"ids": [2]}, "field": {"traits": {"calm": 1.0}}}}
        model = stepped(happening(event=event))
        assert np.isnan(rewards(model, "event.war.field", [[1.0]] * 6)).tolist() == [True] * 2 + [False] + [True] * 3

    def test_those_who_reinforce_learn_from_it_too(self) -> None:
        processes = {
            "ageing": {},
            "exploration": {},
            "learning": STILL["learning"] | {"rule": "reinforce", "noise": 0.0},
        }
        event = {"war": {"at": 0.0, "field": {"traits": {"calm": 2.0}}}}
        model = lived(2, happening(3000, event=event, process=processes, steps_per_year=52))
        # after the first step, on which the baseline starts, the mean gradient is a
        assert has_mean(model.population["traits"][:, 0], ETA * 2.0 * (2 - 1 / 52))

    def test_its_interest_is_what_its_weight_says(self) -> None:
        def interest(weight: float) -> float:
            field = {"traits": {"calm": 2.0}}
            event = {"war": {"at": 0.0, "interest": weight, "field": field}, "blow": {"at": 0.0, "kick": ALONG}}
            return float(stepped(happening(event=event)).population["interest"][0])

        assert interest(0.0) == 0.0
        assert interest(0.5) == pytest.approx(0.5 * 2.0 * (1.0 + ETA * 2.0 * 0.25))


ALONG: Raw = {"along": {"calm": 1.0}}


def test_what_lasts_is_pickled_and_goes_on() -> None:
    events = PUSH | {"dose": {"rate": 2.0, "window": {"gain": 2.0, "dur": 0.4}, "kick": {"law": "normal"}}}
    whole, half = (happening(20, event=events) for _ in range(2))
    again: Society = pickle.loads(pickle.dumps(stepped(half, 5)))
    assert stepped(again, 5).state() == stepped(whole, 10).state()
