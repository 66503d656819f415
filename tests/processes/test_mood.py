"""Mood: offsets of behaviour that come and go, and that are not mistaken for what was tried."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from society.processes import PROCESSES
from society.processes.order import order_problems
from society.scenario import Scenario
from tests.societies import (
    CONSTANT_RATE,
    CROWD,
    QUARTERLY,
    Raw,
    crowd,
    make_scenario,
    make_society,
    stepped,
    with_processes,
)
from tests.tolerance import SE, has_mean, has_share, has_variance

ETA, H, SD = 0.1, 0.25, 0.25
FLAT: Raw = {"home": {"kind": "quadratic", "curvature": 0.0}}


def moody(
    n_agents: int = 6, *traits: str, environment: Raw = FLAT, noise: float = 0.0, run: Raw = QUARTERLY, **mood: Any
) -> Society:
    """People who learn from a landscape at η = 0.1 in quarterly steps, without noise of judgement, in their moods."""
    return make_society(
        run=run,
        population=crowd(n_agents, *traits),
        graph=CROWD,
        environment=environment,
        process={
            "ageing": {},
            "exploration": {"sd": SD},
            "mood": mood,
            "landscape": {},
            "learning": {"age_curve": CONSTANT_RATE, "noise": noise},
        },
    )


def offsets(model: Society) -> Any:
    """What moods do to the first trait."""
    return model.population["mood_offset"][:, 0].copy()


class TestMoods:
    def test_all_are_alike_in_number(self) -> None:
        mood = stepped(moody(20_000, n_moods=4)).population["mood"]
        assert all(has_share(mood == number, 0.25) for number in range(4))

    def test_they_are_drawn_anew_at_their_rate(self) -> None:
        # after a quarter at the rate 2 a mood is the same if it was not drawn anew, or drawn again
        model = stepped(moody(20_000, n_moods=4, rate_switch=2.0))
        before = model.population["mood"].copy()
        kept = math.exp(-2.0 * H)
        assert has_share(stepped(model).population["mood"] == before, kept + (1.0 - kept) / 4)

    def test_at_rate_0_they_stay(self) -> None:
        model = stepped(moody(rate_switch=0.0))
        before, offset = model.population["mood"].copy(), offsets(model)
        stepped(model, 10)
        assert np.array_equal(model.population["mood"], before)
        assert np.array_equal(offsets(model), offset)

    def test_one_who_begins_in_a_mood_is_in_it(self) -> None:
        model = moody(n_moods=2, rate_switch=0.0, spread=0.0, offsets={"openness": [1.0, -1.0]})
        model.population["mood"] = [0, 0, 0, 1, 1, 1]
        assert offsets(stepped(model)).tolist() == [1.0] * 3 + [-1.0] * 3


class TestOffsets:
    def test_those_of_named_traits_count_from_their_mean(self) -> None:
        model = moody(200, "openness", "anger", n_moods=3, spread=0.0, offsets={"anger": [3.0, 0.0, 0.0]})
        population = stepped(model).population
        expected = np.array([2.0, -1.0, -1.0])[population["mood"]]
        assert population["mood_offset"][:, 1] == pytest.approx(expected)
        assert not population["mood_offset"][:, 0].any()

    @pytest.mark.parametrize("n_moods", [2, 5])
    def test_those_drawn_have_their_spread_whatever_the_number_of_moods(self, n_moods: int) -> None:
        offset = offsets(stepped(moody(20_000, n_moods=n_moods, spread=0.5)))
        assert has_mean(offset, 0.0)
        assert has_variance(offset, 0.25)

    def test_the_same_mood_does_the_same_to_a_person_again(self) -> None:
        model, seen = stepped(moody(n_moods=2, rate_switch=8.0)), {}
        for _ in range(40):
            population = stepped(model).population
            for person, (mood, offset) in enumerate(zip(population["mood"].tolist(), offsets(model), strict=True)):
                assert seen.setdefault((person, mood), offset) == offset
        assert len(seen) == 12

    def test_they_are_what_behaviour_differs_by(self) -> None:
        calm, moved = (stepped(moody(spread=spread)).population for spread in (0.0, 0.5))
        assert moved["trial"] - calm["trial"] == pytest.approx(moved["mood_offset"], abs=1e-6)

    def test_a_list_of_another_length_is_refused(self) -> None:
        table = {"n_moods": 3, "offsets": {"openness": [1.0, 2.0]}}
        with pytest.raises(InputError, match=r"process\.mood\.offsets\.openness: 2 numbers for 3 moods"):
            moody(**table)

    def test_a_trait_that_does_not_exist_is_refused_with_the_nearest(self) -> None:
        with pytest.raises(InputError, match=r"process\.mood\.offsets.*openess.*did you mean 'openness'"):
            moody(n_moods=2, offsets={"openess": [1.0, 2.0]})


class TestLearning:
    """Rewards judge what is done, and learning follows what was tried on purpose."""

    @staticmethod
    def movement(environment: Raw, at: float, **mood: Any) -> Any:
        """(n,) how far people at `at` move in a step, in η h; a step so short that the cap on it is not felt."""
        model = moody(100_000, environment=environment, run={"steps_per_year": 520}, **mood)
        model.population["traits"] = at
        stepped(model)  # the first reward teaches nothing
        assert (model.population["traits"] == np.float32(at)).all()
        return (stepped(model).population["traits"][:, 0].astype("f8") - at) / (ETA / 520)

    @pytest.mark.parametrize("spread", [0.0, 0.5])
    def test_on_a_quadratic_the_mean_movement_is_the_same_with_moods_as_without(self, spread: float) -> None:
        # learning from all of y − x would multiply it by 1 + .5²/.25² = 5
        moved = self.movement({"home": {"kind": "quadratic", "curvature": 1.0}}, 1.0, spread=spread)
        assert has_mean(moved, -1.0)
        assert moved.std() * SE / math.sqrt(len(moved)) < 0.1

    def test_on_a_double_well_it_is_the_slope_smoothed_by_moods_and_trial(self) -> None:
        # ∇R = x − x³ of y normal about x with variance σ² + spread²: x − x³ − 3 x (σ² + spread²)
        moved = self.movement({"home": {"kind": "double_well"}}, 0.5, spread=0.5)
        expected = 0.5 - 0.125 - 1.5 * (SD**2 + 0.5**2)
        assert has_mean(moved, expected)
        assert not has_mean(moved, 0.5 - 0.125 - 1.5 * SD**2)

    def test_moods_of_no_effect_change_no_common_part_of_the_state(self) -> None:
        without, null = (
            stepped(Society(Scenario.from_dict(with_processes({"mood": table}))), 20).state()
            for table in (None, {"spread": 0.0})
        )
        assert {name for name in without if without[name] != null[name]} == set()

    def test_moods_with_effect_change_traits(self) -> None:
        without, other = (
            stepped(Society(Scenario.from_dict(with_processes({"mood": table}))), 20).state() for table in (None, {})
        )
        assert without["traits"] != other["traits"]


class TestOrder:
    def table(self, *names: str) -> list[str]:
        processes = [PROCESSES[name](name=name) for name in names]
        return order_problems(processes, PROCESSES)

    def test_moods_come_after_exploration(self) -> None:
        said = self.table("ageing", "mood", "exploration", "learning")
        assert any(line.startswith("process.mood: must come after process.exploration") for line in said)

    def test_who_pays_for_behaviour_comes_after_moods(self) -> None:
        said = self.table("ageing", "exploration", "exchange", "income", "mood", "learning")
        assert any(line.startswith("process.income: must come after process.mood") for line in said)

    def test_moods_need_trial_behaviour(self) -> None:
        with pytest.raises(InputError, match=r"process\.mood: needs column 'trial'.*\[process\.exploration\] would"):
            make_scenario(process={"ageing": {}, "mood": {}, "learning": {"rule": "gradient"}})


class TestPredictions:
    """M23: moods are sub-basins, with a relaxation time of their own, far shorter than that of personality."""

    def test_offsets_are_forgotten_at_the_rate_of_switching(self) -> None:
        # a mood is the same one, or another with nothing in common: covariance spread² e^(−λt)
        model = stepped(moody(40_000, n_moods=3, rate_switch=2.0, spread=0.5))
        first = offsets(model)
        for quarters in (1, 2, 3):
            products = first * offsets(stepped(model))
            assert has_mean(products, 0.25 * math.exp(-2.0 * H * quarters))

    def test_behaviour_has_a_fast_relaxation_beside_that_of_personality(self) -> None:
        # people who are pulled home at ηk = .1 a year and whose moods last a month, about their means at home 0:
        # what they try a quarter later agrees by e^(−12/4) of the moods and e^(−.1/4) of personality
        home: Raw = {"home": {"kind": "quadratic", "curvature": 1.0}}
        model = moody(20_000, environment=home, run={"steps_per_year": 52}, rate_switch=12.0, spread=1.0)
        stepped(model)
        behaviour, traits, offset = self.parts(model)
        later, traits_later, offset_later = self.parts(stepped(model, 13))
        assert has_mean(offset * offset_later, math.exp(-12.0 / 4))
        slow, whole = (traits * traits_later).mean(), (behaviour * later).mean()
        assert slow == pytest.approx(traits.var() * math.exp(-0.1 / 4), rel=0.02)
        assert whole == pytest.approx(
            slow + math.exp(-12.0 / 4), abs=SE * (behaviour * later).std() / math.sqrt(20_000)
        )

    @staticmethod
    def parts(model: Society) -> tuple[Any, Any, Any]:
        """Behaviour, and what of it is personality and mood."""
        population = model.population
        behaviour, offset = population["trial"][:, 0].astype("f8"), offsets(model)
        return behaviour, population["traits"][:, 0].astype("f8"), offset

    def test_hops_between_moods_are_far_more_frequent_than_between_basins(self) -> None:
        # moods hop at λ (1 − 1/M) = 13 a year; over the barrier of a double well at a low temperature hardly anybody
        home: Raw = {"home": {"kind": "double_well", "depth": 4.0}}
        model = moody(400, environment=home, noise=0.5, run={"steps_per_year": 52}, n_moods=2, rate_switch=26.0)
        model.population["traits"][:, 0] = np.where(np.arange(400) % 2, 1.0, -1.0)
        mood, side, hops, crossings = None, model.population["traits"][:, 0] > 0, 0, 0
        for _ in range(10 * 52):
            population = stepped(model).population
            hops += 0 if mood is None else int((population["mood"] != mood).sum())
            crossings += int(((population["traits"][:, 0] > 0) != side).sum())
            mood, side = population["mood"].copy(), population["traits"][:, 0] > 0
        chance = 0.5 * (1.0 - math.exp(-26.0 / 52))
        n = 400 * (10 * 52 - 1)
        assert abs(hops - n * chance) < SE * math.sqrt(n * chance * (1.0 - chance))
        assert hops > 100 * crossings
