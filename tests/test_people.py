"""Sets of people and platforms: Mesa agent sets that are selections of rows."""

from __future__ import annotations

import copy
import gc
import pickle

import mesa
import numpy as np
import pytest

from society.model import Society
from society.people import PersonSet
from society.person import Person
from society.platforms import Platform
from society.scenario import Scenario
from tests.societies import everything, stepped


@pytest.fixture
def model() -> Society:
    """Forty people and two platforms after a step."""
    return stepped(Society(Scenario.from_dict(everything())))


@pytest.fixture
def person(model: Society) -> Person:
    """The fourth person."""
    return model.people[3]


def ids(agents: PersonSet) -> list[int]:
    """Numbers of agents in order."""
    return [agent.unique_id for agent in agents]


@pytest.mark.parametrize("method", ["add", "remove", "discard"])
def test_a_set_of_people_is_closed(model, person, method):
    with pytest.raises(TypeError, match="the population is closed"):
        getattr(model.people, method)(person)


def test_agents_are_people_from_one_on_then_platforms_beyond_any_person(model):
    assert ids(model.agents) == [*range(1, 41), 2**32, 2**32 + 1]
    assert [type(agent) for agent in model.agents] == [Person] * 40 + [Platform] * 2
    assert [agent.name for agent in model.agents[40:]] == ["feed", "party"]


def test_people_are_agents_without_platforms(model):
    assert ids(model.people) == [*range(1, 41)]


def test_agents_can_be_picked_by_type(model):
    assert len(model.agents.select(agent_type=Platform)) == 2
    assert len(model.agents_by_type[Person]) == 40
    assert {*model.agent_types} == {Person, Platform}


def test_membership_of_a_set(model, person):
    assert person in model.agents
    assert model.platforms["feed"] in model.agents
    assert model.platforms["feed"] not in model.people
    assert person not in model.people.select(lambda each: each.unique_id > 10)
    assert "nobody" not in model.agents


def test_selecting_by_a_function(model):
    assert ids(model.people.select(lambda each: each.unique_id <= 3)) == [1, 2, 3]


def test_selecting_by_a_boolean_array(model):
    old = model.population["age"] > 30
    assert ids(model.people.select(old)) == (np.flatnonzero(old) + 1).tolist()


@pytest.mark.parametrize(("at_most", "n"), [(7, 7), (0.25, 10), (100, 40)])
def test_selecting_at_most_a_number_or_a_share(model, at_most, n):
    assert ids(model.people.select(at_most=at_most)) == [*range(1, n + 1)]


def test_selecting_leaves_the_set_as_it_was(model):
    people = model.people
    people.select(at_most=3)
    assert len(people) == 40
    people.select(at_most=3, inplace=True)
    assert len(people) == 3


def test_a_selection_outlives_the_views_it_was_made_from(model):
    selection = model.people.select(lambda each: each.unique_id < 5).select(lambda each: each.unique_id > 2)
    assert ids(selection) == [3, 4]


def test_sorting_by_an_attribute(model):
    ages = [person.age for person in model.people.sort("age", ascending=True)]
    assert ages == sorted(ages)
    assert [person.age for person in model.people.sort("age")] == ages[::-1]


def test_sorting_by_a_function(model):
    assert ids(model.people.sort(lambda each: each.unique_id))[:3] == [40, 39, 38]


def test_sorting_by_a_condition(model):
    assert ids(model.people.sort(lambda each: each.unique_id > 38))[:2] == [39, 40]


def test_shuffling_keeps_everybody(model):
    shuffled = ids(model.people.shuffle())
    assert shuffled != ids(model.people)
    assert sorted(shuffled) == ids(model.people)


def test_grouping_by_an_attribute(model):
    groups = dict(model.people.groupby("environment"))
    environment = model.population["environment"]
    assert {key: len(group) for key, group in groups.items()} == {
        value: int((environment == value).sum()) for value in np.unique(environment).tolist()
    }


def test_groups_are_sets_or_lists(model):
    sets, lists = (dict(model.people.groupby("environment", result_type=kind)) for kind in ("agentset", "list"))
    assert all(isinstance(group, PersonSet) for group in sets.values())
    assert {key: ids(group) for key, group in sets.items()} == {key: ids(group) for key, group in lists.items()}


def birthday(person: Person, years: float = 1.0) -> float:
    """Make somebody older."""
    person.age += years
    return person.age


def test_doing_something_with_everybody_returns_the_set(model):
    before = model.population["age"].copy()
    people = model.people
    assert people.do(birthday, years=2.0) is people
    assert model.population["age"] == pytest.approx(before + 2.0)


def test_shuffled_doing_reaches_everybody_once(model):
    before = model.population["age"].copy()
    model.people.shuffle_do(birthday)
    assert model.population["age"] == pytest.approx(before + 1.0)


def test_mapping_returns_what_everybody_returns(model):
    assert model.people.map(lambda each: each.unique_id) == ids(model.people)
    assert model.agents.select(agent_type=Platform).map("__repr__") == ["<Platform feed>", "<Platform party>"]


def test_getting_attributes(model):
    assert model.people.get("age") == model.population["age"].tolist()
    assert model.people.get(["unique_id", "age"])[0] == [1, model.people[0].age]


def test_setting_an_attribute_of_everybody(model):
    model.people.select(at_most=2).set("age", 50.0)
    assert (model.population["age"] == 50.0).tolist() == [True] * 2 + [False] * 38


def test_aggregating_an_attribute(model):
    assert model.people.agg("age", max) == model.population["age"].max()


def test_a_set_as_a_list(model):
    assert ids(model.people.to_list()) == ids(model.people)
    assert ids(model.people[1:3]) == [2, 3]


def test_a_copy_is_another_set_of_the_same_people(model):
    people = model.people
    copy = people.copy()
    copy.select(at_most=1, inplace=True)
    assert (len(copy), len(people)) == (1, 40)


def test_without_platforms_agents_are_people():
    model = Society(Scenario.from_dict(everything(platform={})))
    assert ids(model.agents) == ids(model.people)


def test_agents_without_the_attribute_are_an_error_by_default(model):
    with pytest.raises(AttributeError, match="'Platform' object has no attribute 'age'"):
        model.agents.get("age")
    with pytest.raises(AttributeError, match="a person has no 'power'"):
        model.agents.get("power")


def test_agents_without_the_attribute_have_the_default_if_one_is_asked_for(model):
    ages = model.agents.get("age", handle_missing="default", default_value=-1.0)
    assert ages == [*model.population["age"].tolist(), -1.0, -1.0]
    assert model.agents.get("power", handle_missing="default") == [None] * 40 + [1.0, 1.0]


def test_getting_several_attributes_of_a_mixed_set(model):
    rows = model.agents.get(["unique_id", "age", "power"], handle_missing="default", default_value=0.0)
    assert rows[2] == [3, model.people[2].age, 0.0]
    assert rows[40] == [2**32, 0.0, 1.0]


def test_an_unknown_way_with_the_missing_is_refused(model):
    with pytest.raises(ValueError, match="handle_missing = 'ignore'"):
        model.people.get("age", handle_missing="ignore")


def test_an_attribute_that_nobody_has_suggests_the_nearest(model):
    with pytest.raises(AttributeError, match=r"a person has no 'agee'; did you mean 'age'\?"):
        model.people.get("agee")


def test_getting_a_column_by_option_gives_each_persons_entries(model):
    one, other = model.people.select(at_most=2).get("attention")
    assert one.tolist() == model.population["attention"][:, 0].tolist()
    assert other.tolist() == model.people[1].attention.tolist()


def test_getting_follows_the_order_of_the_set(model):
    shuffled = model.agents.shuffle()
    assert shuffled.get("unique_id") == ids(shuffled)


def test_getting_of_platforms_only(model):
    platforms = model.agents.select(agent_type=Platform)
    assert platforms.get("name") == ["feed", "party"]
    assert platforms.get(["is_open", "engagement"])[1] == [False, 0.0]


def test_setting_a_column_by_option_writes_everybodys_entries(model):
    model.people.select(at_most=2).set("attention", [0.5, 0.25, 0.25])
    assert model.population["attention"][:, :2].tolist() == [[0.5, 0.5], [0.25, 0.25], [0.25, 0.25]]


def test_setting_an_attribute_of_platforms(model):
    model.agents.select(agent_type=Platform).set("power", 3.0)
    assert [platform.power for platform in model.platforms.values()] == [3.0, 3.0]


def test_setting_an_attribute_that_people_do_not_have_is_refused(model):
    with pytest.raises(AttributeError, match="a person has no 'power'"):
        model.agents.set("power", 3.0)


def test_aggregating_by_several_functions(model):
    ages = model.population["age"]
    assert model.people.agg("age", [min, max]) == [ages.min(), ages.max()]


def test_groups_can_be_counted_aggregated_and_mapped(model):
    environment, age = model.population["environment"], model.population["age"]
    groups = model.people.groupby("environment")
    assert groups.count() == {value: int((environment == value).sum()) for value in (0, 1)}
    assert groups.agg("age", max) == {value: age[environment == value].max() for value in (0, 1)}
    assert groups.map(len) == groups.count()
    assert groups.map("agg", "age", max) == groups.agg("age", max)
    assert groups.do("set", "age", 7.0) is groups
    assert (age == 7.0).all()


def test_groups_stand_in_order_of_first_appearance_whatever_the_key(model):
    groups = model.agents.groupby(lambda agent: (type(agent).__name__, agent.unique_id % 2))
    assert [*groups.groups] == [("Person", 1), ("Person", 0), ("Platform", 0), ("Platform", 1)]


def test_selecting_by_a_type_that_has_both(model):
    assert len(model.agents.select(agent_type=mesa.Agent)) == 42
    assert len(model.agents.select(agent_type=Person)) == 40
    assert len(model.people.select(agent_type=Platform)) == 0


@pytest.mark.parametrize("wrong", [np.array([1, 2]), np.ones(3, bool), np.ones(40)])
def test_selecting_by_an_array_that_does_not_fit_is_refused(model, wrong):
    with pytest.raises(ValueError, match="must be boolean, with one entry for each of 40 agents"):
        model.people.select(wrong)


def test_sets_can_be_combined(model):
    young, even = (model.people.select(lambda p, k=k: p.unique_id % k == 0) for k in (2, 3))
    assert ids(young & even) == [6, 12, 18, 24, 30, 36]
    assert len(young | even) == 20 + 13 - 6
    assert ids(even - young) == [3, 9, 15, 21, 27, 33, 39]
    assert ids(model.agents - model.people) == [2**32, 2**32 + 1]


def test_a_shuffle_or_sort_in_place_is_of_the_set_itself(model):
    people = model.people
    assert people.sort(lambda person: -person.unique_id, ascending=True, inplace=True) is people
    assert ids(people)[0] == 40
    assert people.shuffle(inplace=True) is people
    assert ids(people) != [*range(40, 0, -1)]


def test_shuffled_doing_returns_the_set_as_it_was(model):
    people = model.people
    assert people.shuffle_do(birthday) is people
    assert ids(people) == [*range(1, 41)]


def test_derived_sets_keep_agents_that_nobody_else_holds(model):
    """Mesa's derived sets hold agents weakly, so that agents made when asked for would vanish from them."""
    derived = [
        model.agents.select(lambda agent: True),
        model.agents.shuffle(),
        model.agents.sort("unique_id"),
        model.agents.copy(),
        copy.copy(model.agents),
        model.agents.groupby(type, result_type="agentset").groups[Person],
    ]
    gc.collect()
    assert [len(list(agents)) for agents in derived] == [42] * 5 + [40]


def test_a_set_is_pickled_with_its_society(model):
    chosen = pickle.loads(pickle.dumps(model.agents.select(lambda agent: agent.unique_id % 20 == 0)))
    assert ids(chosen) == [20, 40]
    assert chosen[0].age == model.people[19].age


def test_a_set_of_platforms_is_pickled_with_its_society(model):
    platforms = pickle.loads(pickle.dumps(model.agents.select(agent_type=Platform)))
    assert platforms.get("name") == ["feed", "party"]
    assert platforms[0] is platforms.model.platforms["feed"]


def test_a_set_says_how_many_it_holds(model):
    assert repr(model.agents) == "<PersonSet of 42>"


def test_mesas_collector_reports_on_people_and_platforms(model):
    reporters = {Person: {"age": "age"}, Platform: {"power": "power"}}
    collector = mesa.DataCollector(agent_reporters={"id": "unique_id"}, agenttype_reporters=reporters)
    collector.collect(model)
    assert collector.get_agent_vars_dataframe()["id"].tolist() == ids(model.agents)
    assert collector.get_agenttype_vars_dataframe(Person)["age"].tolist() == model.population["age"].tolist()
    assert collector.get_agenttype_vars_dataframe(Platform)["power"].tolist() == [1.0, 1.0]
