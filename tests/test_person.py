"""A person: a Mesa agent that is a view of a row."""

from __future__ import annotations

import pickle

import mesa
import pytest

from society.model import Society
from society.person import Person
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
    with pytest.raises(AttributeError, match="a person has no 'luck'"):
        person.luck = 1.0


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


def test_a_person_is_pickled_with_their_society(model, person):
    again = pickle.loads(pickle.dumps(person))
    assert again.unique_id == person.unique_id
    assert again.age == person.age
    assert again.model is not model


def test_a_society_that_holds_people_is_pickled(model, person):
    model.chosen = {person: "first"}
    again = pickle.loads(pickle.dumps(model))
    assert again.chosen[again.people[3]] == "first"


def test_people_cannot_be_read_from_a_data_frame(model):
    with pytest.raises(TypeError, match=r"population\.n_agents"):
        Person.from_dataframe(model, None)
