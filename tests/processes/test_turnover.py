"""Turnover: who dies when, who is born in their place, and what they have from whom."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.family import Family
from society.model import Society
from society.population import Array
from society.scenario import Scenario
from tests.societies import (
    COMPLETE,
    CROWD,
    RING,
    Raw,
    crowd,
    everything,
    knowers,
    make_scenario,
    make_society,
    stepped,
    teach,
    ties_file,
    with_processes,
)
from tests.tolerance import has_mean, has_share, has_variance

AT_ANY_AGE: Raw = {"senescence": 0.0, "parent": "nobody"}
"""A hazard of `rate` at any age."""


def mortal(n_agents: int, *, age: float = 0.0, steps_per_year: int = 4, **turnover: Any) -> Society:
    """People without ties who are of one age, grow older and die."""
    return make_society(
        run={"steps_per_year": steps_per_year},
        population=crowd(n_agents) | {"age_low": age, "age_high": age},
        graph=CROWD,
        process={"ageing": {}, "turnover": turnover},
    )


def survived(model: Society) -> Array:
    """(n_agents,) whether the person of the beginning still lives in that place."""
    return model.population["entered"] == 0


class TestDeath:
    def test_ages_tend_to_an_exponential_law_at_a_constant_hazard(self):
        """In steps: the ages of places are geometric, since a newborn of age 0 ends the step of each death."""
        model = stepped(mortal(20_000, rate=0.5, **AT_ANY_AGE), 80)
        stays, step = math.exp(-0.5 / 4), 1 / 4
        assert has_mean(model.population["age"], step * stays / (1 - stays))
        assert has_share(model.population["age"] >= 2.0, math.exp(-0.5 * 2.0))

    def test_the_age_of_entry_adds_to_every_age(self):
        model = stepped(mortal(20_000, age=15.0, rate=0.5, entry_age=15.0, **AT_ANY_AGE), 80)
        stays, step = math.exp(-0.5 / 4), 1 / 4
        assert model.population["age"].min() == 15.0
        assert has_mean(model.population["age"], 15.0 + step * stays / (1 - stays))

    @pytest.mark.parametrize("steps_per_year", [1, 4])
    @pytest.mark.parametrize("age", [60, 85])
    def test_the_share_that_reaches_an_age_is_that_of_gompertz_whatever_the_step(self, age, steps_per_year):
        model = mortal(20_000, steps_per_year=steps_per_year)
        hazard = math.exp(0.1 * (age - 85)) - math.exp(-0.1 * 85)
        assert has_share(survived(stepped(model, age * steps_per_year)), math.exp(-hazard))

    def test_a_constant_hazard_adds_to_that_of_age(self):
        model = stepped(mortal(20_000, age=50.0, rate=0.02, steps_per_year=1), 30)
        hazard = 30 * 0.02 + math.exp(0.1 * (80 - 85)) - math.exp(0.1 * (50 - 85))
        assert has_share(survived(model), math.exp(-hazard))

    def test_most_die_at_the_modal_age(self):
        """The density of the age at death, over years around each age, is higher at the modal age than beside it."""
        deaths = {age: np.count_nonzero(died_between(age - 5, age + 5)) for age in (65, 75, 85)}
        assert deaths[75] > deaths[65]
        assert deaths[75] > deaths[85]

    def test_nobody_survives_the_last_age(self):
        model = mortal(50, age=20.0, senescence=0.0, until=30.0)
        assert survived(stepped(model, 39)).all()
        assert not survived(stepped(model, 1)).any()

    def test_nobody_dies_without_a_hazard(self):
        model = stepped(mortal(200, age=90.0, **AT_ANY_AGE), 100)
        assert survived(model).all()
        assert model.n_born == 0

    def test_without_a_hazard_all_else_is_as_without_the_process(self):
        plain, mortal = (Society(Scenario.from_dict(raw)) for raw in (everything(), dying(rate=0.0, senescence=0.0)))
        without, beside = (stepped(model, 20).state() for model in (plain, mortal))
        assert {name: beside[name] for name in without} == without

    def test_who_dies_is_the_same_whatever_else_happens(self):
        worlds = [Society(Scenario.from_dict(raw)) for raw in (dying(), dying(platform={}, ageing={}))]
        one, other = (stepped(world, 20).population for world in worlds)
        assert one["uid"].tolist() == other["uid"].tolist()
        assert one["parent"].tolist() == other["parent"].tolist()
        assert not np.array_equal(one["traits"], other["traits"])


def died_between(low: float, high: float) -> Array:
    """Who of 20,000 people dies between two ages under a modal age of 75."""
    model = mortal(20_000, modal_age=75.0, steps_per_year=1)
    early = ~survived(stepped(model, int(low)))
    return ~survived(stepped(model, int(high - low))) & ~early


def dying(*, platform: Raw | None = None, **turnover: Any) -> Raw:
    """The tables of everything, where a third of people die in each year; without platforms if wanted."""
    turnover.pop("ageing", None)
    raw = with_processes({"turnover": {"rate": 0.4 * 52 / 10, "senescence": 0.0} | turnover})
    if platform is not None:
        del raw["process"]["capture"]
        raw["platform"] = platform
    return raw


class TestNumbers:
    def test_there_are_as_many_people_as_ever(self):
        model = stepped(Society(Scenario.from_dict(dying())), 30)
        assert model.n_born > 40
        assert model.n_agents == len(model.population["uid"]) == 40

    def test_nobodys_number_comes_back(self):
        model = Society(Scenario.from_dict(dying(rate=20.0)))
        everybody = {*range(40)}
        for _ in range(30):
            before = {*model.population["uid"].tolist()}
            new = {*stepped(model).population["uid"].tolist()} - before
            assert not new & everybody
            everybody |= new
        assert len(everybody) == 40 + model.n_born

    def test_a_death_changes_no_number_elsewhere(self):
        rare, often = (stepped(Society(Scenario.from_dict(dying(rate=rate))), 10) for rate in (1.0, 5.0))
        same = rare.population["entered"] == often.population["entered"]
        assert 0 < same.sum() < 40
        assert (rare.population["uid"][same] == often.population["uid"][same]).all()

    def test_numbers_that_would_pass_the_last_are_refused(self):
        model = mortal(2, rate=1e6, **AT_ANY_AGE)
        model.population["uid"][1] = 2**31 - 2
        with pytest.raises(InputError, match=r"step 1: more people were born than can be numbered, 2,147,483,648"):
            model.step()

    def test_births_a_year_are_the_hazard(self):
        from society.measures import MEASURES

        model = stepped(mortal(5_000, rate=0.1, **AT_ANY_AGE), 40)
        happened = model.n_born / (40 * 5_000)
        assert abs(happened - (1 - math.exp(-0.1 / 4))) < 4 * math.sqrt(happened / (40 * 5_000))
        assert MEASURES["births"](model) == {"births": pytest.approx(4 * happened)}


class TestNewborns:
    def test_newborns_start_as_people_of_the_beginning_do(self):
        """Everything that belongs to a person is at its default or drawn anew, but for environment and group."""
        model = Society(Scenario.from_dict(dying(rate=1e6, parent="nobody")))
        before = {name: model.population[name].copy() for name in ("environment", "endowment", "traits")}
        population = stepped(model, 5).population
        assert (population["environment"] == before["environment"]).all()
        for name in ("work", "world", "wealth", "knows", "is_user", "plasticity", "age"):
            assert not population[name].any(), name
        assert np.isnan(population["baseline"]).all()
        assert (population["attention"][0] == 1).all()
        assert (population["exploration_sd"] == 0.25).all()
        assert (population["entered"] == 5).all()
        assert (population["parent"] == -1).all()
        for name in ("endowment", "traits"):
            assert not (population[name] == before[name]).any(), name

    def test_newborns_draw_from_the_law_of_the_beginning(self):
        model = stepped(landscape(20_000, rate=1e6, **AT_ANY_AGE), 1)
        for name in ("endowment", "traits"):
            assert has_mean(model.population[name], 0.0)
            assert has_variance(model.population[name], 1.0)

    def test_a_person_of_python_is_set_up_when_born(self):
        raw = with_processes({"walking": {"kind": "people", "person": "Walker"}, "turnover": {"rate": 5.0}})
        model = Society(Scenario.from_dict(raw))
        keen = []
        for _ in range(30):
            stepped(model)
            born = model.population["entered"] == model.n_steps
            assert not model.population["walks"][born].any()
            keen += model.population["is_keen"][born].tolist()
        assert has_share(keen, 0.5)

    def test_what_the_dead_did_is_not_divided_by_the_years_of_the_living(self):
        """Wealth of one a year each: work a year is the same, however many died."""
        from society.measures.base import per_year

        model = mortal(1_000, rate=1.0, **AT_ANY_AGE)
        stepped(model, 40)
        lived = (model.n_steps - model.population["entered"]) * model.years_per_step
        assert per_year(model, {"x": 3.0 * lived}) == {"x": pytest.approx(3.0)}


def landscape(n_agents: int, *, graph: Raw = CROWD, **turnover: Any) -> Society:
    """People who are born with an endowment and a personality, and die."""
    return make_society(
        run={"steps_per_year": 4},
        population=crowd(n_agents) | {"groups": {"left": 1.0, "right": 1.0}},
        graph=graph,
        environment={"home": {"kind": "quadratic"}, "abroad": {"kind": "quadratic"}},
        meme_family={"song": {"kind": "invariant", "n_items": 70, "first_holders": 0}},
        process={
            "ageing": {},
            "landscape": {},
            "exchange": {"contact": 0.0},
            "forgetting": {"active_for": 10**6},
            "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": [[0.0, 1e-12]]},
            "turnover": turnover,
        },
    )


def families(model: Society) -> tuple[Array, Array]:
    """Rows of children born in the last step and of their parents, one child of each parent."""
    population = model.population
    row = {uid: place for place, uid in enumerate(population["uid"].tolist())}
    child = np.flatnonzero((population["entered"] == model.n_steps) & (population["parent"] >= 0))
    _, first = np.unique(population["parent"][child], return_index=True)
    child = child[first]
    return child, np.array([row[uid] for uid in population["parent"][child].tolist()], np.int64)


NEAR: Raw = {"kind": "networkx", "generator": "random_regular_graph", "arguments": {"d": 4}}


class TestInheritance:
    @pytest.mark.parametrize(("name", "share"), [("endowment", "heritability"), ("traits", "upbringing")])
    @pytest.mark.parametrize("of_variance", [0.0, 0.4, 1.0])
    def test_parent_and_child_correlate_by_the_root_of_the_share(self, name, share, of_variance):
        model = stepped(landscape(20_000, rate=1.0, senescence=0.0, parent="environment", **{share: of_variance}))
        child, parent = (model.population[name][rows, 0].astype(float) for rows in families(model))
        assert len(child) > 2_500
        assert has_mean(child * parent, math.sqrt(of_variance))
        assert has_variance(child, 1.0)

    def test_without_heritability_endowments_are_those_of_nobodys_children(self):
        worlds = (
            landscape(300, graph=NEAR, rate=1.0, senescence=0.0, heritability=0.0, parent=parent)
            for parent in ("neighbour", "nobody")
        )
        one, other = (stepped(world, 8).population["endowment"] for world in worlds)
        assert np.array_equal(one, other)

    def test_environment_and_group_are_the_parents(self):
        model = stepped(landscape(2_000, graph=NEAR, rate=1.0, senescence=0.0))
        child, parent = families(model)
        assert len(child) > 100
        for name in ("environment", "group"):
            assert (model.population[name][child] == model.population[name][parent]).all(), name

    def test_a_parent_among_neighbours_is_a_tie_away_and_survives(self):
        model = stepped(landscape(500, graph=NEAR, rate=1.0, senescence=0.0))
        child, parent = families(model)
        assert all(p in model.graph.neighbours(c) for c, p in zip(child, parent, strict=True))
        assert survived(model)[parent].all()

    def test_every_neighbour_is_as_likely_a_parent(self):
        model = stepped(landscape(40_000, graph=RING, rate=0.5, senescence=0.0))
        child, parent = families(model)
        alone = survived(model)[(child - 1) % 40_000] & survived(model)[(child + 1) % 40_000]
        assert alone.sum() > 3_000
        assert has_share(parent[alone] == (child[alone] + 1) % 40_000, 0.5)

    def test_a_parent_of_the_environment_lives_where_the_dead_lived(self):
        model = landscape(2_000, rate=1.0, senescence=0.0, parent="environment")
        before = model.population["environment"].copy()
        child, parent = families(stepped(model))
        assert (before[child] == before[parent]).all()
        assert np.array_equal(model.population["environment"], before)

    def test_everybody_of_the_environment_is_as_likely_a_parent(self):
        """Their mean row is that of the survivors."""
        model = landscape(5_000, rate=1.0, senescence=0.0, parent="environment")
        model.population["environment"][:] = 0
        stepped(model)
        row = {uid: place for place, uid in enumerate(model.population["uid"].tolist())}
        of_all = [row[uid] for uid in model.population["parent"].tolist() if uid >= 0]
        assert has_mean(of_all, np.flatnonzero(survived(model)).mean())

    def test_where_no_neighbour_survives_somebody_of_the_environment_is_the_parent(self):
        model = landscape(300, graph=CROWD, rate=1.0, senescence=0.0)
        before = model.population["environment"].copy()
        child, parent = families(stepped(model))
        assert len(child)
        assert (before[child] == before[parent]).all()
        assert (model.population["parent"][~survived(model)] >= 0).all()

    def test_where_nobody_survives_newborns_have_no_parent(self):
        model = stepped(landscape(30, graph=COMPLETE, rate=1e6, senescence=0.0, heritability=1.0))
        assert (model.population["parent"] == -1).all()

    @pytest.mark.parametrize(("taught", "share"), [(0.0, 0.0), (0.3, 0.3), (1.0, 1.0)])
    def test_newborns_are_taught_each_item_of_their_parent_with_a_probability(self, taught, share):
        model = landscape(2_000, graph=NEAR, rate=1.0, senescence=0.0, taught=taught)
        known = model.memes.names[0:70:3]
        for item in known:
            teach(model, item, range(2_000))
        child, _ = families(stepped(model))
        learnt = np.array([knowers(model, item)[child] for item in known])
        assert has_share(learnt, share) if 0 < share < 1 else (learnt == bool(share)).all()
        others = [name for name in model.memes.names if name and name not in known]
        assert not any(knowers(model, item).any() for item in others)
        slots = np.arange(0, 70, 3)
        assert ((model.population["learned_step"][np.ix_(child, slots)] == 0) == learnt.T).all()

    def test_bounds_of_traits_hold_for_the_born(self):
        raw = dying(rate=20.0, upbringing=0.5)
        raw["population"] |= {"trait_low": -0.5, "trait_high": 0.5}
        model = stepped(Society(Scenario.from_dict(raw)), 10)
        assert abs(model.population["traits"]).max() == 0.5

    def test_neutral_inheritance_favours_nobody(self):
        """Moran (1958): the share of a neutral type wanders, and its mean stays."""
        change = np.array([change_of_share(seed) for seed in range(1, 201)])
        assert change.std() > 0.1
        assert has_mean(change, 0.0)


def change_of_share(seed: int) -> float:
    """By how much the share of one of two groups changes among twelve people in some generations."""
    model = make_society(
        run={"steps_per_year": 4, "seed": seed},
        population=crowd(12) | {"groups": {"left": 1.0, "right": 1.0}},
        graph=CROWD,
        process={"ageing": {}, "turnover": {"rate": 1.0, "senescence": 0.0, "parent": "environment"}},
    )
    before = model.population["group"].mean()
    return float(stepped(model, 20).population["group"].mean() - before)


class TestTies:
    def test_in_the_place_of_the_dead_the_graph_stays(self):
        model = Society(Scenario.from_dict(dying()))
        before = model.graph
        assert stepped(model, 20).graph is before

    @pytest.mark.parametrize("graph", [NEAR, {"kind": "small_world"}, {"kind": "scale_free"}])
    def test_through_parents_the_graph_keeps_its_ties_and_its_hubs_for_generations(self, graph):
        """A few ties are lost where the friends of parent and place are the same people, and too few."""
        model = landscape(600, graph=graph, rate=0.4, senescence=0.0, ties="parent")
        before = model.graph
        after = stepped(model, 100).graph
        assert model.n_born > 5_000
        assert 0.9 * before.n_edges < after.n_edges < 1.1 * before.n_edges
        assert after.degree.max() < 3 * before.degree.max()
        assert (after.labels == before.labels).all()

    def test_nobody_is_born_without_ties(self):
        model = landscape(300, graph=NEAR, rate=0.4, senescence=0.0, ties="parent")
        for _ in range(40):
            born = stepped(model).population["entered"] == model.n_steps
            assert model.graph.degree[born].min(initial=1) >= 1

    def test_a_child_has_the_parent_and_the_parents_friends(self):
        """As many as the place had at the beginning, here four, with siblings of the place among them."""
        model = landscape(600, graph=NEAR, rate=0.1, senescence=0.0, ties="parent")
        before = model.graph
        child, parent = families(stepped(model))
        assert len(child) > 5
        is_new = model.population["entered"] == 1
        for c, p in zip(child.tolist(), parent.tolist(), strict=True):
            place, friends = ({*graph.neighbours(c).tolist()} for graph in (before, model.graph))
            siblings = {j for j in place if is_new[j]}
            of_parent = {p} | {j for j in before.neighbours(p).tolist() if not is_new[j]}
            n_wanted = 4 - len(siblings)
            assert siblings <= friends
            assert friends <= siblings | of_parent | place
            assert p in friends or not n_wanted
            assert len(friends & of_parent) >= min(n_wanted, len(of_parent))
            assert len(friends) == min(4, len(siblings | of_parent | place))

    def test_ties_between_others_stay(self):
        model = landscape(600, graph=NEAR, rate=0.1, senescence=0.0, ties="parent")
        before = model.graph
        stepped(model)
        old = survived(model)
        for i in np.flatnonzero(old)[:200].tolist():
            kept, was = ({j for j in g.neighbours(i).tolist() if old[j]} for g in (model.graph, before))
            assert kept == was

    def test_a_child_without_a_parent_keeps_the_ties_of_the_place(self):
        model = landscape(30, graph=RING, rate=1e6, senescence=0.0, ties="parent")
        before = model.graph.digest()
        assert stepped(model, 3).graph.digest() == before

    def test_a_child_in_a_place_without_ties_has_one_with_the_parent(self):
        model = stepped(landscape(50, rate=1.0, senescence=0.0, parent="environment", ties="parent"))
        child, parent = families(model)
        assert len(child)
        assert all(model.graph.neighbours(c).tolist() == [p] for c, p in zip(child, parent, strict=True))

    def test_ties_are_as_strong_as_those_of_the_parent(self, tmp_path):
        """A child of 1 in the place of 0: the tie to 1 as 1's strongest, to 2 as between 1 and 2."""
        graph = ties_file(tmp_path, [(0, 1, 9.0), (0, 3, 4.0), (1, 2, 5.0)])
        model = make_society(graph=graph, population={"n_agents": 4}, process={"ageing": {}, "turnover": IMMORTAL})
        succeed(model, 0, by=1)
        assert model.graph.neighbours(0).tolist() == [1, 2]
        assert model.graph.arc_weights[:2].tolist() == [9.0, 5.0]
        assert model.graph.neighbours(3).tolist() == []

    def test_arrows_come_and_go_by_themselves(self, tmp_path):
        """1, parent in the place of 0, hears 2 and is heard by 3; 0 heard 1 and 4, and was heard by 1."""
        graph = ties_file(tmp_path, [(1, 0, 1.0), (4, 0, 1.0), (0, 1, 1.0), (2, 1, 1.0), (1, 3, 1.0), (3, 4, 1.0)])
        graph |= {"directed": True}
        model = make_society(graph=graph, population={"n_agents": 5}, process={"ageing": {}, "turnover": IMMORTAL})
        succeed(model, 0, by=1)
        hears = [model.graph.neighbours(i).tolist() for i in range(5)]
        assert hears == [[1, 2], [0, 2], [], [1], [3]]
        assert model.graph.directed

    def test_processes_take_account_of_new_ties(self):
        raw = dying(rate=5.0, ties="parent")
        model = stepped(Society(Scenario.from_dict(raw)), 10)
        closest = model.graphs["peers"]
        for i in range(40):
            assert {*closest.neighbours(i).tolist()} <= {*model.graph.neighbours(i).tolist()}


IMMORTAL: Raw = {"senescence": 0.0, "ties": "parent"}


def succeed(model: Society, row: int, *, by: int) -> None:
    """Let a child of one person be born in the place of another."""
    family = Family(np.array([row]), np.array([by]), model.population["uid"])
    model.tie(family.befriended(model.graph, model.graph, np.uint64(1)))


def refused(**turnover: Any) -> str:
    """What is said of a turnover that cannot be."""
    with pytest.raises(InputError) as error:
        make_scenario(process={"ageing": {}, "turnover": turnover})
    return str(error.value)


class TestInput:
    def test_nobody_may_be_too_old_at_birth(self):
        assert "process.turnover.until = 10.0 is not above entry_age = 12.0" in refused(until=10.0, entry_age=12.0)

    def test_ties_of_the_parent_need_a_parent(self):
        said = refused(parent="nobody", ties="parent")
        assert "process.turnover.ties = 'parent': needs a parent; set parent to 'neighbour' or 'environment'" in said

    def test_it_comes_after_those_whose_columns_it_hands_on(self):
        with pytest.raises(InputError) as error:
            make_scenario(process={"turnover": {}, "ageing": {}})
        said = "process.turnover: must come after process.ageing, whose 'age' it changes for newborns"
        assert said in str(error.value)

    def test_ages_are_needed(self):
        with pytest.raises(InputError, match=r"needs column 'age', .*; \[process\.ageing\] would"):
            make_scenario(process={"turnover": {}})
