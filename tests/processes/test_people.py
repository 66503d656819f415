"""People: rules in plain Python by subclassing Person."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from society.errors import InputError
from society.model import Society
from society.person import PERSONS, Person
from society.population import Column
from tests.rules import Counter, Follower, Walker
from tests.societies import CROWD, crowd, make_society, stepped
from tests.tolerance import has_mean


def living_by(rule: type[Person], **tables: Any) -> Society:
    """Six people on a ring who live by a rule."""
    return make_society(**{"process": {"rule": {"kind": "people", "person": rule.__name__}}} | tables)


def test_a_declared_attribute_starts_at_its_default():
    assert living_by(Counter).population["steps_lived"].tolist() == [3] * 6


def test_everybody_acts_once_a_step():
    assert stepped(living_by(Counter), 4).population["steps_lived"].tolist() == [7] * 6


def test_people_of_the_society_are_of_the_class():
    model = living_by(Counter)
    assert {type(person) for person in model.people} == {Counter}
    assert model.agent_types == [Counter]
    assert len(model.agents_by_type[Counter]) == 6
    assert repr(model.people[0]) == "<Counter 1>"


def test_who_comes_later_sees_what_others_did_before():
    """One update after another, so that ranks are those of the order: all different, from 1 on."""
    ranks = stepped(living_by(Follower)).population["rank"]
    assert sorted(ranks.tolist()) == [1, 2, 3, 4, 5, 6]


def test_the_order_of_a_step_is_random_and_another_in_each():
    model = living_by(Follower, population=crowd(50), graph=CROWD)
    first = stepped(model).population["rank"].copy()
    second = stepped(model).population["rank"] - 50
    assert first.tolist() != [*range(1, 51)]
    assert first.tolist() != second.tolist()
    assert sorted(second.tolist()) == [*range(1, 51)]


def test_everybody_is_as_likely_to_be_early_as_late():
    model = living_by(Follower, population=crowd(10), graph=CROWD)
    ranks = []
    for n_before in range(0, 4000, 10):
        ranks.append(stepped(model).population["rank"][0] - n_before)
    assert has_mean(np.array(ranks, float), 5.5)


def test_people_start_as_their_setup_says():
    keen = living_by(Walker, population=crowd(10_000), graph=CROWD).population["is_keen"]
    assert has_mean(keen.astype(float), 0.5)


def test_people_act_by_what_they_have_become():
    model = stepped(living_by(Walker, population=crowd(2_000), graph=CROWD), 10)
    keen, walks = model.population["is_keen"], model.population["walks"]
    assert (walks[keen] == 10).all()
    assert has_mean(walks[~keen].astype(float), 2.0)


def test_a_draw_is_a_function_of_decision_person_item_step_and_seed():
    model, other_seed = living_by(Counter), living_by(Counter, run={"seed": 2})
    person = model.people[2]
    first = person.draw("choice")
    others = [person.draw("other"), model.people[3].draw("choice"), person.draw("choice", 1)]
    others += [other_seed.people[2].draw("choice"), stepped(model).people[2].draw("choice")]
    assert living_by(Counter).people[2].draw("choice") == first
    assert len({first, *others}) == 6


def test_draws_are_uniform():
    model = living_by(Counter, population=crowd(20_000), graph=CROWD)
    assert has_mean(np.array([person.draw("choice") for person in model.people]), 0.5)


def test_another_attribute_is_refused_with_what_to_write():
    person = living_by(Counter).people[0]
    with pytest.raises(AttributeError, match=r'no \'mood\'; .* write mood = Column\("What it is\."\) in the body'):
        person.mood = 1.0


@pytest.mark.parametrize("name", ["row", "unique_id", "cell", "declared", "step", "pos", "model"])
def test_what_a_person_is_made_of_cannot_be_set(name):
    with pytest.raises(AttributeError, match=f"'{name}' of a person cannot be set"):
        setattr(living_by(Counter).people[0], name, 1)


def test_the_columns_belong_to_the_process():
    model = living_by(Counter)
    assert model.population.owners["steps_lived"] == "rule"
    assert model.population.columns["steps_lived"] == Column("steps_lived", "Steps lived through.", "i4", default=3)


def test_a_column_may_also_stand_with_its_name_first_as_in_a_process():
    class Named(Person):
        height = Column("height", "How tall one is.", unit="m")

    assert Named.declared == (Column("height", "How tall one is.", unit="m"),)


def test_a_subclass_of_a_rule_has_its_attributes_too():
    class Older(Counter):
        years = Column("Years lived.")

    assert [column.name for column in Older.declared] == ["steps_lived", "years"]
    assert stepped(living_by(Older), 2).population["steps_lived"].tolist() == [5] * 6


def test_a_rule_that_does_nothing_leaves_everything_alone():
    class Idle(Person):
        hands = Column("Hands in pockets.", default=2)

    model = living_by(Idle)
    before = model.population.state()
    assert stepped(model, 3).population.state() == before


@pytest.mark.parametrize("name", ["cell", "row", "model", "step", "random"])
def test_an_attribute_that_every_person_has_is_refused(name):
    with pytest.raises(TypeError, match=f"Clash.{name}: every person has"):
        type("Clash", (Person,), {name: Column("What it is.")})


@pytest.mark.parametrize("dtype", ["O", "U5", "M8[s]"])
def test_an_attribute_that_is_no_number_is_refused(dtype):
    with pytest.raises(TypeError, match="must be a number or a truth value"):
        type("Odd", (Person,), {"thing": Column("What it is.", dtype=dtype)})


@pytest.mark.parametrize("wrong", [{"dims": ("trait",)}, {"is_scratch": True}])
def test_an_attribute_that_is_not_of_a_person_or_does_not_last_is_refused(wrong):
    with pytest.raises(TypeError, match="an entry for each person that lasts"):
        type("Odd", (Person,), {"thing": Column("What it is.", **wrong)})


def test_a_class_defined_anew_replaces_the_old_one():
    for number in (1.0, 2.0):

        class Handy(Person):
            hands = Column("Hands.", default=number)

    assert PERSONS["Handy"].declared[0].default == 2.0


def test_two_classes_of_one_name_from_two_places_are_refused():
    with pytest.raises(TypeError, match=r"Counter: tests\.rules has a Person of that name"):
        type("Counter", (Person,), {})


def test_an_unknown_class_suggests_the_nearest():
    with pytest.raises(InputError, match=r"process\.people\.person: no class 'Countre' .* did you mean 'Counter'\?"):
        make_society(process={"people": {"person": "Countre"}})


def test_the_class_must_be_named():
    with pytest.raises(InputError, match=r"process\.people\.person: is required"):
        make_society(process={"people": {}})


def test_a_society_has_one_class_of_people():
    two = {"one": {"kind": "people", "person": "Counter"}, "two": {"kind": "people", "person": "Follower"}}
    with pytest.raises(InputError, match=r"process\.two: process\.one is of kind 'people' too"):
        make_society(process=two)


def test_an_attribute_that_another_process_owns_is_refused():
    class Aged(Person):
        age = Column("Age.")

    with pytest.raises(InputError, match=r"'age' already belongs to process\.ageing"):
        make_society(process={"ageing": {}, "people": {"person": "Aged"}})


def test_a_disabled_rule_leaves_ordinary_people():
    model = make_society(process={"people": {"person": "Counter", "enabled": False}})
    assert {type(person) for person in model.people} == {Person}


@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_society_with_a_rule_goes_on_from_a_copy(again):
    model = stepped(living_by(Walker), 3)
    copied = again(model)
    assert stepped(copied, 3).state() == stepped(model, 3).state()
    assert {type(person) for person in copied.people} == {Walker}
