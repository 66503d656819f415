"""Migration: who moves where, and what is known of it by theory."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.measures import MEASURES
from society.model import Society
from society.outlook import best_rewards, payoffs, rewards
from society.population import Array
from society.scenario import Scenario
from tests.societies import CROWD, PATH, Raw, crowd, everything, make_scenario, make_society, stepped, with_processes
from tests.tolerance import has_mean, has_share

AT_ONCE: Raw = {"rate": 1e6, "cost": 0.0, "friends": 0.0, "temperature": 0.0}
"""Everybody considers moving in each step, and goes where it is best."""

N = 20_000


def peaks(**optimum: float) -> Raw:
    """Environments with one optimum each, R = −½ (x − c)²."""
    return {name: {"kind": "quadratic", "optimum": place} for name, place in optimum.items()}


def land(environment: Raw, n_agents: int = 6, *traits: str, graph: Raw = CROWD, **migration: Any) -> Society:
    """People who do not learn, all of traits 0, in the first environment by name; they may move."""
    model = make_society(
        run={"steps_per_year": 4},
        population=crowd(n_agents, *traits),
        graph=graph,
        environment=environment,
        process={
            "ageing": {},
            "migration": AT_ONCE | migration,
            "landscape": {},
            "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": [[0.0, 1e-12]]},
        },
    )
    model.population["traits"][:] = 0.0
    model.population["environment"][:] = 0
    return model


def homes(model: Society) -> list[str]:
    """The name of everybody's environment."""
    names = [*model.environments]
    return [names[number] for number in model.population["environment"].tolist()]


def everybody(model: Society) -> Array:
    """All rows."""
    return np.arange(model.n_agents)


class TestPayoff:
    def test_the_reward_of_each_environment_for_what_one_is(self):
        model = land(peaks(cold=1.0, hot=-2.0))
        assert payoffs(model, everybody(model), 0.0).tolist() == [[-0.5] * 6, [-2.0] * 6]

    def test_the_reward_at_home_is_that_of_the_landscape(self):
        model = Society(Scenario.from_dict(everything()))
        landscape = next(process for process in model.processes if process.kind == "landscape")
        out, traits = np.empty(model.n_agents), model.population["traits"]
        landscape.reward(model, "landscape", slice(0, model.n_agents), traits.T.copy(), out)
        environment = model.population["environment"]
        there = np.array([rewards(model, everybody(model), number, traits) for number in range(2)])
        assert there[environment, everybody(model)].tolist() == out.tolist()

    def test_some_people_are_paid_as_all_are(self):
        model = Society(Scenario.from_dict(everything()))
        who = np.array([3, 17, 30])
        assert (payoffs(model, who, 0.5) == payoffs(model, everybody(model), 0.5)[:, who]).all()

    def test_an_optimum_pays_nothing_less_than_the_best_to_any_endowment(self):
        environment = {"home": {"kind": "quadratic", "optimum": 1.0, "endowment_weight": 2.0}}
        model = land(environment, 50)
        assert best_rewards(model, everybody(model), 0) == pytest.approx(np.zeros(50), abs=1e-10)

    @pytest.mark.parametrize(("field", "best"), [(0.0, 0.25), (6.0, 10.0), (-6.0, 10.0)])
    def test_a_double_well_pays_best_at_the_bottom_of_the_deeper(self, field, best):
        """x³ − x = 6 at 2, where −(4 − 2 − 12) = 10; without a field the bottoms are at ±1, where a quarter is paid."""
        model = land({"home": {"kind": "double_well", "field": field, "depth": 1.0}})
        assert best_rewards(model, everybody(model), 0) == pytest.approx(np.full(6, best))

    def test_wells_pay_best_at_the_best_centre(self):
        """Far apart, τ log π_b at centre b."""
        wells = {"kind": "wells", "centres": [[-9.0], [9.0]], "weights": [1.0, 3.0], "endowment_gain": 0.0}
        model = land({"home": wells | {"temperature": 2.0}})
        assert best_rewards(model, everybody(model), 0) == pytest.approx(np.full(6, 2.0 * math.log(0.75)))

    def test_foresight_is_the_share_of_the_way_to_the_best(self):
        model = land(peaks(cold=1.0, hot=-2.0))
        assert payoffs(model, everybody(model), 0.25)[:, 0].tolist() == pytest.approx([-0.375, -1.5])

    def test_what_bounds_of_traits_rule_out_is_not_hoped_for(self):
        raw = everything(environment=peaks(home=3.0))
        raw["population"] |= {"trait_low": -1.0, "trait_high": 1.0}
        model = Society(Scenario.from_dict(raw))
        assert best_rewards(model, everybody(model), 0) == pytest.approx(np.full(40, -4.0))


class TestChoice:
    def test_people_go_where_it_is_better(self):
        model = stepped(land(peaks(a=2.0, b=1.0, c=-3.0), foresight=0.0))
        assert homes(model) == ["b"] * 6
        assert model.population["moves"].tolist() == [1] * 6

    def test_they_stay_where_it_is_best(self):
        assert not stepped(land(peaks(a=0.5, b=1.0), foresight=0.0), 5).population["moves"].any()

    def test_they_stay_where_nothing_is_better(self):
        assert not stepped(land(peaks(a=1.0, b=-1.0), foresight=0.0), 5).population["moves"].any()

    @pytest.mark.parametrize(("cost", "moves"), [(1.4, 1), (1.6, 0)])
    def test_a_move_must_be_worth_its_cost(self, cost, moves):
        """Away at −½ instead of at home at −2."""
        model = stepped(land(peaks(a=2.0, b=1.0), foresight=0.0, cost=cost), 3)
        assert (model.population["moves"] == moves).all()

    @pytest.mark.parametrize(("exit_cost", "moves"), [(0.4, 1), (0.6, 0)])
    def test_what_it_costs_to_leave_home_adds_to_the_cost(self, exit_cost, moves):
        environment = peaks(a=2.0, b=1.0)
        environment["a"]["exit_cost"] = exit_cost
        environment["b"]["exit_cost"] = 100.0
        model = stepped(land(environment, foresight=0.0, cost=1.0), 3)
        assert (model.population["moves"] == moves).all()

    @pytest.mark.parametrize("cost", [0.0, 1.0])
    def test_choice_is_a_logit(self, cost):
        """Between −2 at home and −½ less the cost away, at temperature 0.7."""
        model = stepped(land(peaks(a=2.0, b=1.0), N, foresight=0.0, cost=cost, temperature=0.7))
        p = 1.0 / (1.0 + math.exp(-(1.5 - cost) / 0.7))
        assert has_share(model.population["environment"] == 1, p)

    def test_of_three_each_has_its_share_of_the_logit(self):
        model = stepped(land(peaks(a=2.0, b=1.0, c=0.0), N, foresight=0.0, temperature=1.0))
        weight = np.exp([-2.0, -0.5, 0.0])
        for number, share in enumerate(weight / weight.sum()):
            assert has_share(model.population["environment"] == number, share)

    def test_another_environment_moves_only_whom_it_attracts(self):
        worlds = [peaks(b=2.0, c=1.0), peaks(a=1.0, b=2.0, c=1.0), peaks(b=2.0, c=1.0, d=1.0)]
        two, before, behind = (land(world, 2_000, foresight=0.0, temperature=1.0) for world in worlds)
        before.population["environment"][:] = 1
        choice = homes(stepped(two))
        for other in (before, behind):
            chosen = homes(stepped(other))
            new = (set(other.environments) - {"b", "c"}).pop()
            assert 500 < chosen.count(new) < 1_500
            assert [one for one, each in zip(choice, chosen, strict=True) if each != new] == [
                each for each in chosen if each != new
            ]

    def test_people_consider_moving_at_a_rate(self):
        model = stepped(land(peaks(a=2.0, b=1.0), N, foresight=0.0, rate=0.3), 8)
        assert has_share(model.population["environment"] == 1, 1.0 - math.exp(-0.3 * 2.0))

    def test_nobody_moves_at_rate_0(self):
        raw = with_processes({"migration": {"rate": 0.0}})
        plain, beside = (stepped(Society(Scenario.from_dict(each)), 20).state() for each in (everything(), raw))
        assert {name: beside[name] for name in plain} == plain

    def test_nobody_moves_at_a_cost_beyond_measure(self):
        raw = with_processes({"migration": {"rate": 1e6, "cost": 1e9}})
        plain, beside = (stepped(Society(Scenario.from_dict(each)), 20).state() for each in (everything(), raw))
        assert {name: beside[name] for name in plain} == plain

    def test_nobody_moves_where_there_is_one_place(self):
        assert not stepped(land(peaks(a=2.0), temperature=1.0), 3).population["moves"].any()


class TestAwareness:
    def test_who_does_not_know_of_a_place_never_goes_there(self):
        model = land(peaks(a=2.0, b=1.0), N, foresight=0.0, awareness=0.3)
        first = stepped(model).population["environment"].copy()
        assert has_share(first == 1, 0.3)
        assert (stepped(model, 5).population["environment"] == first).all()

    def test_people_know_of_each_place_by_itself(self):
        """Nearer c is known to .3; of the others .3 know of b."""
        model = stepped(land(peaks(a=3.0, b=2.0, c=1.0), N, foresight=0.0, awareness=0.3))
        assert has_share(model.population["environment"] == 2, 0.3)
        assert has_share(model.population["environment"] == 1, 0.7 * 0.3)

    def test_people_know_where_they_have_lived_whoever_moved_them(self):
        """Nobody knows of any place but by living there; between equal places the choice is even."""
        model = stepped(land(peaks(a=0.0, b=0.0, c=0.0), N, awareness=0.0, temperature=1.0))
        model.population["environment"][:] = 1
        for _ in range(3):
            assert has_share(stepped(model).population["environment"] == 0, 0.5)
        assert not (model.population["environment"] == 2).any()
        assert has_mean(model.population["moves"], 1.5)

    def test_newborns_know_where_they_were_born_and_nothing_else(self):
        """Who was born at the end of a step knows nothing yet, who has lived through one their home."""
        raw = with_processes({"migration": {"rate": 0.0, "awareness": 0.5}, "turnover": {"rate": 20.0}})
        model = Society(Scenario.from_dict(raw))
        for _ in range(3):
            known = stepped(model).population["known_places"].sum(axis=1)
            is_new = model.population["entered"] == model.n_steps
            assert is_new.any()
            assert (known == ~is_new).all()

    def test_where_nobody_knows_anything_else_nobody_moves(self):
        model = stepped(land(peaks(a=2.0, b=1.0), 500, awareness=0.0, temperature=9.0), 5)
        assert not model.population["moves"].any()


class TestFriends:
    @pytest.mark.parametrize(("weight", "goes"), [(1.9, False), (2.1, True)])
    def test_a_friend_is_worth_a_loss_up_to_the_weight(self, weight, goes):
        """All whom 0 hears from live where it is worse by 2."""
        model = land(peaks(a=0.0, b=2.0), 3, graph=PATH, foresight=0.0, friends=weight)
        model.population["environment"][:] = [0, 1, 0]
        assert (stepped(model).population["environment"][0] == 1) == goes

    def test_friends_in_both_places_are_weighed_by_their_share(self):
        """1 has a friend here and a friend there, which is worse by ½: only a difference in shares would count."""
        model = land(peaks(a=0.0, b=1.0), 3, graph=PATH, foresight=0.0, friends=1e3)
        model.population["environment"][:] = [0, 0, 1]
        assert stepped(model).population["environment"][1] == 0

    def test_friends_one_does_not_like_repel(self):
        model = land(peaks(a=0.0, b=1.0), 2, graph=PATH, foresight=0.0, friends=-1.0)
        assert stepped(model).population["environment"].tolist() == [1, 1]

    def test_people_without_friends_choose_by_payoff(self):
        assert homes(stepped(land(peaks(a=2.0, b=1.0), foresight=0.0, friends=1e6))) == ["b"] * 6


class TestCapacity:
    def test_no_more_move_in_than_there_is_room_for(self):
        environment = peaks(a=2.0, b=1.0)
        environment["b"]["capacity"] = 70
        model = land(environment, 200, foresight=0.0)
        model.population["environment"][:20] = 1
        stepped(model)
        assert np.count_nonzero(model.population["environment"] == 1) == 70
        assert (model.population["environment"][:20] == 1).all()
        assert not stepped(model, 5).population["moves"][:20].any()
        assert np.count_nonzero(model.population["environment"] == 1) == 70

    def test_the_lot_decides_who_moves_in(self):
        environment = peaks(a=2.0, b=1.0)
        environment["b"]["capacity"] = 2_000
        inside = stepped(land(environment, 10_000, foresight=0.0)).population["environment"] == 1
        assert inside.sum() == 2_000
        assert has_mean(np.flatnonzero(inside), 9_999 / 2)

    def test_a_place_with_more_people_than_room_lets_nobody_in_and_nobody_go(self):
        environment = peaks(a=2.0, b=1.0)
        environment["b"]["capacity"] = 0
        model = land(environment, 50, foresight=0.0)
        model.population["environment"][:10] = 1
        assert np.count_nonzero(stepped(model, 3).population["environment"] == 1) == 10


OF_MAXIMUM = {1: 0.0, 2: 0.5641895835, 4: 1.0293753730, 8: 1.4236003060}
"""Expectation of the largest of n standard normal numbers (Harter 1961)."""


class TestClaims:
    @pytest.mark.parametrize("n", [1, 2, 4, 8])
    def test_the_best_of_n_places_pays_as_the_largest_of_n_normal_numbers(self, n):
        """With one well each, at the same centre but for other endowments: R* = k u_e, independent by place (M22)."""
        well = {"kind": "wells", "centres": [[0.0] * 8], "temperature": 1.0, "endowment_gain": 1.5}
        names = "abcdefgh"
        model = land({names[e]: well for e in range(n)}, N, *names, foresight=1.0)
        model.population["well_direction"][:, 0] = 1.5 * np.eye(8)[:n]
        stepped(model)
        at_home = payoffs(model, everybody(model), 1.0)[model.population["environment"], everybody(model)]
        assert has_mean(at_home, 1.5 * OF_MAXIMUM[n])
        assert OF_MAXIMUM[n] <= math.sqrt(2.0 * math.log(n))

    def test_who_knows_fewer_places_ends_up_with_less(self):
        """Of two places the other is known to a half: the largest of two for these, and 0 for those (M21, M22)."""
        well = {"kind": "wells", "centres": [[0.0, 0.0]], "temperature": 1.0}
        model = land({"a": well, "b": well}, N, "one", "other", foresight=1.0, awareness=0.5)
        model.population["well_direction"][:, 0] = np.eye(2)
        stepped(model)
        at_home = payoffs(model, everybody(model), 1.0)[model.population["environment"], everybody(model)]
        assert has_mean(at_home, 0.5 * OF_MAXIMUM[2])

    def test_one_endowment_ends_in_different_basins_in_different_environments(self):
        """Two wells at ±2, of which either environment pays the other for a given endowment (M2)."""
        wells = {"kind": "wells", "centres": [[-2.0], [2.0]], "width": 1.0, "endowment_gain": 2.0}
        model = make_society(
            population=crowd(200),
            graph=CROWD,
            environment={"a": wells, "b": wells},
            process={"ageing": {}, "landscape": {}, "learning": {"rule": "gradient", "age_curve": [[0.0, 1.0]]}},
        )
        model.population["well_direction"][:] = 2.0 * np.array([[[-1.0], [1.0]], [[1.0], [-1.0]]])
        model.population["endowment"][:] = 1.5
        model.population["traits"][:] = 0.0
        model.population["environment"][:] = np.arange(200) % 2
        traits = stepped(model, 52 * 6).population["traits"][:, 0]
        assert np.mean(traits[::2] > 0) > 0.9  # of N(2, 1), .977 lie above 0
        assert np.mean(traits[1::2] < 0) > 0.9

    def test_the_costlier_it_is_to_leave_the_longer_people_stay(self):
        """Equal places left at a rate of r / (1 + e^(c/T)): exponential stays (M57)."""
        for exit_cost in (0.0, 1.0):
            environment = peaks(a=0.0, b=0.0)
            environment["a"]["exit_cost"] = exit_cost
            model = land(environment, N, rate=0.5, temperature=1.0)
            stepped(model, 8)
            per_step = (1.0 - math.exp(-0.5 / 4)) / (1.0 + math.exp(exit_cost))
            assert has_share(model.population["moves"] == 0, (1.0 - per_step) ** 8)

    def test_foresight_tells_who_leaves_a_place_one_is_used_to(self):
        """Who is at the top of one hill sees only later that another, two away, is higher by a half (M21)."""
        wells = {name: {"kind": "wells", "centres": [[at]], "temperature": 1.0, "endowment_gain": 0.0}
                 for name, at in (("a", 0.0), ("b", 2.0))}  # fmt: skip
        short, far = (land(wells, foresight=foresight) for foresight in (0.2, 1.0))
        for model in (short, far):
            model.population["well_log_weight"][1] = 0.5
        assert homes(stepped(short)) == ["a"] * 6
        assert homes(stepped(far)) == ["b"] * 6


class TestMeasures:
    def test_where_people_live(self):
        model = land(peaks(a=2.0, b=1.0), 4)
        model.population["environment"][:] = [0, 1, 1, 1]
        assert MEASURES["living"](model) == {"living.a": 0.25, "living.b": 0.75}

    def test_moves_a_year(self):
        model = stepped(land(peaks(a=2.0, b=1.0), foresight=0.0), 8)
        assert MEASURES["moves"](model) == {"moves": 0.5}

    def test_they_are_for_societies_in_which_people_move(self):
        model = Society(Scenario.from_dict(everything()))
        assert not MEASURES["living"].applies_to(model)


def test_a_move_is_booked_as_a_change_of_the_world():
    """From −2 to −½ with personality held, since personality stays."""
    model = stepped(land(peaks(a=2.0, b=1.0), foresight=0.0, rate=0.0))
    model.population["environment"][:] = 1
    stepped(model)
    assert model.population["world"] == pytest.approx(np.full(6, 1.5))


def test_twins_move_alike_for_all_else():
    raw = with_processes({"migration": {"rate": 20.0, "cost": 0.0}})
    other = with_processes({"migration": {"rate": 20.0, "cost": 0.0}})
    other["platform"].pop("party")
    one, twin = (stepped(Society(Scenario.from_dict(each))).population["environment"] for each in (raw, other))
    assert one.tolist() == twin.tolist()


@pytest.mark.parametrize(
    ("order", "good"),
    [
        (["ageing", "migration", "landscape", "learning"], True),
        (["ageing", "landscape", "migration", "learning"], False),
        (["ageing", "landscape", "learning", "migration"], True),
    ],
)
def test_it_comes_before_the_landscape_or_after_learning(order, good):
    process = {name: {} for name in order} | {"learning": {"rule": "gradient"}}
    tables: Raw = {"environment": peaks(home=0.0), "process": process, "run": {"order": order}}
    if good:
        make_scenario(**tables)
        return
    with pytest.raises(
        InputError, match=r"process\.migration: must come before process\.landscape; change their order"
    ):
        make_scenario(**tables)


def test_an_order_that_forgets_it_says_so_and_no_more():
    with pytest.raises(InputError, match=r"run\.order: does not say where process 'migration' comes"):
        make_scenario(
            environment=peaks(home=0.0),
            run={"order": ["landscape"]},
            process={"landscape": {}, "migration": {}},
        )
