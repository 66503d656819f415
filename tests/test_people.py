"""People: Mesa agents and agent sets that are views of rows."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from society.model import Society
from society.people import Person, PersonSet
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


def test_a_person_reads_the_columns(model, person):
    model.population["age"][3] = 33.0
    assert person.age == 33.0


def test_a_person_writes_the_columns(model, person):
    person.age = 44.0
    person.traits = [1.0, -1.0]
    assert model.population["age"][3] == 44.0
    assert model.population["traits"][3].tolist() == [1.0, -1.0]


def test_writing_changes_nobody_else(model, person):
    before = model.population["age"].copy()
    person.age = 44.0
    assert (model.population["age"] != before).sum() == 1


def test_one_number_a_person_is_a_python_number(person):
    assert type(person.age) is float
    assert type(person.environment) is int


def test_a_column_by_option_gives_the_persons_entries(model, person):
    assert person.attention.tolist() == model.population["attention"][:, 3].tolist()
    assert person.attention.shape == (3,)


def test_a_persons_traits_are_a_view(model, person):
    person.traits[0] = 9.0
    assert model.population["traits"][3, 0] == 9.0


def test_a_view_follows_the_society(model, person):
    before = person.age
    stepped(model)
    assert person.age > before


def test_an_unknown_attribute_suggests_the_nearest(person):
    with pytest.raises(AttributeError, match=r"a person has no 'trait'; did you mean 'traits'\?"):
        person.trait  # noqa: B018


def test_an_unknown_attribute_cannot_be_written(person):
    with pytest.raises(AttributeError, match="a person has no 'mood'"):
        person.mood = 1.0


def test_scratch_is_no_attribute_of_a_person(person):
    with pytest.raises(AttributeError):
        person.trial  # noqa: B018


def test_a_column_without_people_is_no_attribute_of_a_person(person):
    with pytest.raises(AttributeError):
        person.well_centre  # noqa: B018


def test_two_views_of_one_person_are_equal(model, person):
    assert model.people[3] == person
    assert hash(model.people[3]) == hash(person)
    assert model.people[4] != person


def test_people_of_two_societies_are_not_equal(person):
    assert Society(Scenario.from_dict(everything())).people[3] != person


def test_a_person_is_a_mesa_agent(person):
    assert isinstance(person, mesa.Agent)
    assert repr(person) == "<Person 4>"


def test_people_cannot_be_removed(person):
    with pytest.raises(TypeError, match="people cannot be removed"):
        person.remove()


def test_people_cannot_be_created(model):
    with pytest.raises(TypeError, match=r"population\.n_agents"):
        Person.create_agents(model, 3)


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
