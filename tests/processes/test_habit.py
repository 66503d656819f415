"""Habit: the pull back to what one used to do, its depth, and what follows from it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from society.errors import InputError
from society.graph import SocialGraph
from society.model import Society
from society.scenario import Scenario
from tests.societies import (
    CROWD,
    RING,
    Raw,
    crowd,
    gradients,
    make_scenario,
    make_society,
    rewards,
    stepped,
    with_processes,
)
from tests.tolerance import SE, has_mean

FIXED: Raw = {"depth": 1.0, "reward_gain": 0.0, "reach": 100.0}
"""A habit whose depth tends to 1, wherever one is."""
NONE: Raw = {"depth": 0.0, "reward_gain": 0.0}


def creatures(
    n_agents: int = 6,
    *,
    rule: str = "gradient",
    steps_per_year: int = 52,
    rate: float = 0.1,
    temperature: float = 0.0,
    environment: Raw | None = None,
    graph: Raw = CROWD,
    **habit: Any,
) -> Society:
    """People with one trait, nothing to learn from but habit and a landscape if there is one, and no chance."""
    learning = {"temperature": temperature} if rule == "gradient" else {"noise": 0.0}
    homes = {"environment": environment} if environment else {}
    return make_society(
        run={"steps_per_year": steps_per_year},
        population=crowd(n_agents),
        graph=graph,
        process=({"exploration": {}} if rule == "reinforce" else {})
        | {"ageing": {}}
        | ({"landscape": {}} if environment else {})
        | {"habit": habit, "learning": {"rule": rule, "age_curve": [[20.0, rate]], **learning}},
        **homes,
    )


def used_to(model: Society, *, habit: Any, now: Any, depth: float) -> Society:
    """The same society with habits of some depth elsewhere than people are."""
    model.population["habit"][:, 0] = habit
    model.population["traits"][:, 0] = now
    model.population["habit_depth"][:] = depth
    return model


class TestTheHabit:
    def test_one_begins_with_the_habits_of_what_one_is(self) -> None:
        population = stepped(creatures()).population
        assert np.array_equal(population["habit"], population["traits"])

    def test_it_follows_with_its_time_constant(self) -> None:
        model = used_to(creatures(dur_habit=2.0, **NONE), habit=0.0, now=1.0, depth=0.0)
        assert stepped(model, 52).population["habit"] == pytest.approx(1.0 - math.exp(-0.5), rel=1e-5)

    def test_what_was_done_is_rewarded_by_nearness(self) -> None:
        model = used_to(creatures(), habit=1.0, now=1.0, depth=3.0)
        assert rewards(model, "habit", [[3.0]] * 6).tolist() == [-0.5 * 3.0 * 4.0] * 6
        assert gradients(model, "habit", [[3.0]] * 6).tolist() == [[3.0 * -2.0]] * 6

    def test_it_does_not_reach_who_has_none_yet(self) -> None:
        model = creatures()
        assert np.isnan(rewards(model, "habit", [[3.0]] * 6)).all()
        assert not gradients(model, "habit", [[3.0]] * 6).any()

    def test_it_is_no_own_interest(self) -> None:
        model = used_to(creatures(rule="reinforce"), habit=1.0, now=0.0, depth=1.0)
        assert not stepped(model, 5).population["interest"].any()

    def test_a_habit_without_depth_changes_no_common_part_of_the_state(self) -> None:
        without, null = (
            stepped(Society(Scenario.from_dict(with_processes({"habit": table}))), 20).state() for table in (None, NONE)
        )
        assert {name for name in without if without[name] != null[name]} == set()

    def test_a_habit_with_depth_changes_traits(self) -> None:
        without, other = (
            stepped(Society(Scenario.from_dict(with_processes({"habit": table}))), 20).state() for table in (None, {})
        )
        assert without["traits"] != other["traits"]


class TestItsDepth:
    def test_it_grows_with_tenure_towards_its_limit(self) -> None:
        population = stepped(creatures(depth=0.8, reward_gain=0.0, dur_depth=2.0), 3 * 52).population
        assert population["habit_depth"] == pytest.approx(0.8 * (1.0 - math.exp(-3.0 / 2.0)), rel=1e-5)
        assert population["habit_tenure"] == pytest.approx(3.0, rel=1e-5)

    def test_it_exceeds_no_bound(self) -> None:
        model = creatures(depth=0.8, reward_gain=0.0, max_depth=0.9)
        model.population["habit_depth"] = 5.0
        assert (stepped(model).population["habit_depth"] == np.float32(0.9)).all()

    def test_a_depth_above_the_bound_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"process\.habit\.depth = 3\.0: is above max_depth = 2\.0"):
            make_scenario(process={"ageing": {}, "habit": {"depth": 3.0}, "learning": {"rule": "gradient"}})

    def test_away_from_its_place_it_fades_and_tenure_begins_anew(self) -> None:
        table = {"reach": 1.0, "dur_habit": 1e6, "dur_depth": 2.0, "reward_gain": 0.0}
        model = used_to(creatures(rate=1e-9, **table), habit=0.0, now=1.5, depth=1.0)
        model.population["habit_tenure"] = 7.0
        population = stepped(model, 52).population
        assert population["habit_depth"] == pytest.approx(math.exp(-1.0 / 2.0), rel=1e-5)
        assert not population["habit_tenure"].any()

    def test_another_environment_takes_it(self) -> None:
        homes: Raw = {"here": {"kind": "quadratic"}, "there": {"kind": "quadratic", "share": 0.0}}
        model = stepped(creatures(environment=homes, **FIXED), 52)
        model.population["environment"][:3] = 1
        population = stepped(model).population
        assert (population["habit_depth"] > 0).tolist() == [False] * 3 + [True] * 3
        assert (population["habit_tenure"] > 0).tolist() == [False] * 3 + [True] * 3

    def test_in_another_environment_one_begins_with_the_habits_of_what_one_is(self) -> None:
        homes: Raw = {"here": {"kind": "quadratic"}, "there": {"kind": "quadratic", "share": 0.0}}
        model = stepped(creatures(environment=homes, rate=1e-12, dur_habit=1e6, **FIXED))
        used_to(model, habit=0.0, now=1.5, depth=1.0)
        model.population["environment"][:3] = 1
        assert stepped(model).population["habit"][:, 0] == pytest.approx([1.5] * 3 + [0.0] * 3, abs=1e-4)

    def test_who_begins_with_a_depth_keeps_it(self) -> None:
        model = creatures(**FIXED)
        model.population["habit_depth"] = 1.0
        assert stepped(model).population["habit_depth"] == pytest.approx(1.0)


class TestRewards:
    @staticmethod
    def pinned(dose: float, n_agents: int = 6, **habit: Any) -> Society:
        """People who do not move from 100, on a slope of 100 times the dose, which the breadth of trial makes felt."""
        return stepped(
            used_to(
                creatures(
                    n_agents,
                    rule="reinforce",
                    rate=1e-12,
                    environment={"home": {"kind": "quadratic", "curvature": dose}},
                    depth=0.0,
                    max_depth=1000.0,
                    **habit,
                ),
                habit=100.0,
                now=100.0,
                depth=0.0,
            ),
            104,
        )

    def test_depth_is_proportional_to_the_dose(self) -> None:
        single, double = (self.pinned(dose).population["habit_depth"] for dose in (1.0, 2.0))
        assert (single > 0).all()
        assert double == pytest.approx(2.0 * single, rel=1e-4)

    def test_the_size_of_reward_is_how_far_it_was_from_expectation(self) -> None:
        # r − b is normal: slope 100, σ = .25, and b a mean of past rewards with weights ρ (1 − ρ)^k
        renewal = 1.0 - math.exp(-1.0 / 52 / 0.25)
        sd = 100.0 * 0.25 * math.sqrt(2.0 / (2.0 - renewal))
        surprise = self.pinned(1.0, 10_000).population["surprise"]
        assert has_mean(surprise, sd * math.sqrt(2.0 / math.pi))

    def test_a_constant_added_to_reward_makes_no_habit(self) -> None:
        # a quadratic without curvature pays the same for everything
        assert not self.pinned(0.0).population["habit_depth"].any()

    def test_the_pull_of_the_habit_itself_does_not_count(self) -> None:
        model = used_to(creatures(rule="reinforce", **FIXED | {"reward_gain": 5.0}), habit=1.0, now=0.0, depth=1.0)
        assert stepped(model, 20).population["habit_depth"] == pytest.approx(1.0)

    def test_under_the_gradient_rule_only_time_deepens_habits(self) -> None:
        homes: Raw = {"home": {"kind": "quadratic", "curvature": 5.0}}
        model = stepped(creatures(environment=homes, depth=0.5, reward_gain=9.0, reach=100.0, dur_depth=1.0), 52)
        assert model.population["habit_depth"] == pytest.approx(0.5 * (1.0 - math.exp(-1.0)), rel=1e-5)


class TestContacts:
    """Six people on a ring; the other ring ties everybody to two others."""

    @staticmethod
    def ring(*steps: int) -> SocialGraph:
        """Everybody tied to those so many places on."""
        edges = [(i, (i + step) % 6) for i in range(6) for step in steps]
        return SocialGraph.from_edges(*np.array(edges).T, n_agents=6)

    def held(self, *, social: float = 0.6) -> Society:
        return used_to(creatures(graph=RING, social=social, **FIXED), habit=0.0, now=0.0, depth=1.0)

    def depth_after(self, graph: SocialGraph, **table: Any) -> Any:
        model = self.held(**table)
        model.tie(graph)
        return model.population["habit_depth"]

    def test_the_part_they_hold_goes_with_all_of_them(self) -> None:
        assert self.depth_after(self.ring(2)) == pytest.approx(0.4)

    def test_the_same_contacts_hold_it(self) -> None:
        assert self.depth_after(self.ring(1)).tolist() == [1.0] * 6

    def test_more_contacts_take_nothing(self) -> None:
        assert self.depth_after(self.ring(1, 2)).tolist() == [1.0] * 6

    def test_half_of_them_take_half_of_it(self) -> None:
        pairs = SocialGraph.from_edges(np.array([0, 2, 4]), np.array([1, 3, 5]), n_agents=6)
        assert self.depth_after(pairs) == pytest.approx(0.7)

    def test_somebody_else_in_the_place_of_a_contact_is_another_contact(self) -> None:
        model = self.held()
        model.population["uid"][0] = 99
        model.tie(self.ring(1))
        assert model.population["habit_depth"][1:] == pytest.approx([0.7, 1.0, 1.0, 1.0, 0.7])

    def test_that_is_seen_though_ties_stay_where_they_are(self) -> None:
        model = stepped(self.held())
        model.population["uid"][0] = 99
        assert stepped(model).population["habit_depth"][1:] == pytest.approx([0.7, 1.0, 1.0, 1.0, 0.7], rel=1e-2)

    def test_without_a_social_part_contacts_may_come_and_go(self) -> None:
        assert self.depth_after(self.ring(2), social=0.0).tolist() == [1.0] * 6

    def test_contacts_lost_one_by_one_are_got_over_as_those_lost_at_once_are_not(self) -> None:
        # M30: after one of two, and again after the other, the depth has years to come back
        at_once, gradual = self.held(), self.held()
        at_once.tie(self.ring(2))
        gradual.tie(SocialGraph.from_edges(np.array([0, 2, 4]), np.array([1, 3, 5]), n_agents=6))
        stepped(gradual, 10 * 52)
        gradual.tie(SocialGraph.from_edges(np.array([0, 1, 2]), np.array([3, 4, 5]), n_agents=6))
        least = 1.0 - 0.3 * math.exp(-10.0 / 2.0)
        assert gradual.population["habit_depth"] == pytest.approx(least * 0.4, rel=1e-3)
        assert at_once.population["habit_depth"] == pytest.approx(0.4)


class TestPredictions:
    def test_what_was_done_before_is_done_again_without_reward(self) -> None:
        # M25. With z = x − h, dz = −(ηκ + 1/τ) z dt and dx = −ηκ z dt: who did ±1 and is at 0 returns part of the way
        former = np.where(np.arange(6) % 2, 1.0, -1.0)
        model = used_to(creatures(dur_habit=5.0, **FIXED), habit=former, now=0.0, depth=1.0)
        back = stepped(model, 8 * 52).population["traits"][:, 0] * former
        speed = 0.1 + 1.0 / 5.0
        assert back == pytest.approx(np.full(6, 0.1 / speed * (1.0 - math.exp(-speed * 8))), rel=5e-3)

    def test_what_is_tried_agrees_with_what_was_done_before_without_reward(self) -> None:
        # the same step by step, since the error of many people is less than that of a step; the first teaches nothing
        n, x, h = 4000, 0.0, 1.0
        former = np.where(np.arange(n) % 2, 1.0, -1.0)
        model = used_to(creatures(n, rule="reinforce", dur_habit=5.0, **FIXED), habit=former, now=0.0, depth=1.0)
        for step in range(4 * 52):
            h += (1.0 - math.exp(-1.0 / 52 / 5.0)) * (x - h)
            x += 0.1 / 52 * (h - x) * (step > 0)
        stepped(model, 4 * 52 + 1)
        assert has_mean(model.population["trial"][:, 0] * former, x)
        assert x > 0.2

    def test_without_a_habit_nothing_is_done_again(self) -> None:
        model = used_to(creatures(**NONE), habit=1.0, now=0.0, depth=0.0)
        assert not stepped(model, 8 * 52).population["traits"].any()

    @pytest.mark.parametrize("years", [5, 20])
    def test_a_habit_outlives_a_change_of_what_is_valued(self, years: int) -> None:
        # M25: what pays is now 1; dx = η((1 − x) + κ(h − x)) dt and dh = (x − h) dt/τ lags behind 1 − e^(−ηt)
        homes: Raw = {"home": {"kind": "quadratic", "optimum": 1.0}}
        model = creatures(environment=homes, dur_habit=5.0, depth=2.0, reward_gain=0.0, reach=100.0)
        used_to(model, habit=0.0, now=0.0, depth=2.0)

        def law(_: float, state: Any) -> list[float]:
            x, h = state
            return [0.1 * ((1.0 - x) + 2.0 * (h - x)), (x - h) / 5.0]

        expected = solve_ivp(law, (0.0, years), [0.0, 0.0], rtol=1e-8).y[0, -1]
        assert expected < 0.75 * (1.0 - math.exp(-0.1 * years))
        assert stepped(model, years * 52).population["traits"] == pytest.approx(np.full((6, 1), expected), rel=5e-3)

    @staticmethod
    def leaving(n: int, years: float, *, steps_per_year: int = 52, full: bool, **habit: Any) -> Any:
        """(n,) time at which people who diffuse at T = 1 and η = 1 first leave their habits at 0 by more than 1."""
        table = {"dur_habit": 1e9, "reward_gain": 0.0, "max_depth": 100.0} | habit
        model = creatures(n, steps_per_year=steps_per_year, rate=1.0, temperature=1.0, **table)
        used_to(model, habit=0.0, now=0.0, depth=habit["depth"] if full else 0.0)
        time = np.full(n, np.inf)
        for step in range(round(years * steps_per_year)):
            stepped(model)
            # `tenure` is set from traits before they move: it tells of the step before
            has_left = model.population["habit_tenure"] == 0.0
            time[has_left & np.isinf(time)] = step / steps_per_year
            if np.isfinite(time).all():
                break
        return time

    @staticmethod
    def hazard(time: Any, start: float) -> tuple[float, float]:
        """Share of those still there at `start` who leave within a year, and its variance."""
        at_risk = time[time > start]
        share = float((at_risk <= start + 1.0).mean())
        return share, share * (1.0 - share) / len(at_risk)

    @pytest.mark.parametrize("full", [False, True])
    def test_leaving_becomes_rarer_with_tenure_unless_depth_was_there_from_the_start(self, full: bool) -> None:
        # M6: with a constant depth first-passage times are exponential once initial conditions are forgotten
        time = self.leaving(6000, 5.0, full=full, depth=5.0, dur_depth=2.0)
        (early, early_variance), (late, late_variance) = self.hazard(time, 1.0), self.hazard(time, 4.0)
        error = math.sqrt(early_variance + late_variance)
        assert abs(early - late) < SE * error if full else early - late > SE * error

    @pytest.mark.parametrize("depth", [2.0, 4.0, 6.0])
    def test_the_time_to_leave_is_the_first_passage_time_of_its_depth(self, depth: float) -> None:
        # M14: ∫₀ᵃ e^(κy²/2) ∫₀ʸ e^(−κz²/2) dz dy, whose logarithm tends to κa²/2 + …, a line in depth and so in dose.
        # Looking once a step is as a barrier farther off by .5826 standard deviations of a step (Broadie, Glasserman &
        # Kou 1997, Mathematical Finance 7, 325–349).
        steps_per_year = 208
        barrier = 1.0 + 0.5826 * math.sqrt(2.0 / steps_per_year)
        expected, _ = quad(
            lambda y: math.exp(depth * y * y / 2) * quad(lambda z: math.exp(-depth * z * z / 2), 0.0, y)[0],
            0.0,
            barrier,
        )
        time = self.leaving(1000, 30.0 * expected, steps_per_year=steps_per_year, full=True, depth=depth)
        assert np.isfinite(time).all()
        assert has_mean(time, expected)

    @pytest.mark.parametrize("depth", [0.0, 3.0])
    def test_who_meets_a_platform_young_is_ahead_as_the_equations_say(self, depth: float) -> None:
        assert heads_start(depth) == pytest.approx(expected_heads_start(depth), rel=3e-2)

    def test_the_head_start_of_who_met_a_platform_young_lasts_longer_where_there_are_habits(self) -> None:
        # without habits it fades, since where one ends does not depend on how fast one learns
        (free, free_later), (bound, bound_later) = heads_start(0.0), heads_start(3.0)
        assert bound_later / bound > 2.0 * free_later / free


def heads_start(depth: float) -> list[float]:
    """How much further somebody is who met a platform at 12 than who met it at 30 with habits, 5 and 40 years later."""
    model = make_society(
        population=crowd(2),
        graph=CROWD,
        environment={"home": {"kind": "quadratic"}},
        platform={"feed": {"target": {"openness": 2.0}, "power": 0.6, "appeal": 60.0, "rate_entry": 1e9}},
        process={
            "ageing": {},
            "attention": {},
            "landscape": {},
            "capture": {},
            "habit": {"depth": depth, "reward_gain": 0.0, "max_depth": 3.0, "reach": 100.0},
            "learning": {"rule": "gradient", "temperature": 0.0},
        },
    )
    model.population["age"][:] = [12.0, 30.0]
    model.population["traits"] = 0.0
    model.population["habit_depth"][:] = [0.0, depth]
    young, old = zip(
        *(stepped(model, 52 * years).population["traits"][:, 0].tolist() for years in (5, 35)), strict=True
    )
    return [ahead - behind for ahead, behind in zip(young, old, strict=True)]


def expected_heads_start(depth: float) -> list[float]:
    """The same from dx = η(age) (.6 (2 − x) − x + κ (h − x)) dt, dh = (x − h) dt/10 and dκ = (depth − κ) dt/2."""
    ages, rates = zip((3.0, 0.175), (20.0, 0.092), (30.0, 0.067), (60.0, 0.045), strict=True)

    def captured(age: float, depth_at_first: float) -> Any:
        def law(t: float, state: Any) -> list[float]:
            x, h, kappa = state
            eta = math.exp(np.interp(age + t, ages, np.log(rates)))
            return [eta * (0.6 * (2.0 - x) - x + kappa * (h - x)), (x - h) / 10.0, (depth - kappa) / 2.0]

        return solve_ivp(law, (0.0, 40.0), [0.0, 0.0, depth_at_first], t_eval=[5.0, 40.0], rtol=1e-8).y[0]

    return [float(gap) for gap in captured(12.0, 0.0) - captured(30.0, depth)]
