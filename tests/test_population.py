"""Population: columns, who owns them, and the hash of the state."""

from __future__ import annotations

import numpy as np
import pytest

from society.errors import InputError
from society.population import Column, Population, array_digest


@pytest.fixture
def population() -> Population:
    """Three people with age and, for two sources, a reward."""
    people = Population({"agent": 3, "source": ("home", "work"), "trait": ("openness",)})
    people.add(Column("age", "Age.", default=20.0), owner="ageing")
    people.add(Column("reward", "Reward.", "f8", ("source", "agent")), owner="society")
    people.add(Column("spare", "Ages to come.", is_scratch=True), owner="ageing")
    return people


def test_a_column_is_allocated_with_its_type_shape_and_default(population):
    assert population["age"].dtype == np.float32
    assert population["age"].tolist() == [20.0] * 3
    assert population["reward"].shape == (2, 3)


def test_a_column_is_the_array_itself(population):
    assert population["age"] is population["age"]
    population["age"][1] = 30.0
    assert population["age"].tolist() == [20.0, 30.0, 20.0]


def test_assignment_writes_into_the_array(population):
    array = population["age"]
    population["age"] = [1.0, 2.0, 3.0]
    assert population["age"] is array
    assert array.tolist() == [1.0, 2.0, 3.0]


def test_adding_in_place_adds_once(population):
    population["age"] += 1
    assert population["age"].tolist() == [21.0] * 3


def test_a_column_has_one_owner(population):
    with pytest.raises(InputError, match=r"process\.growth: column 'age' already belongs to 'ageing'"):
        population.add(Column("age", "Age."), owner="growth")


def test_owners_are_known(population):
    assert population.owners == {"age": "ageing", "reward": "society", "spare": "ageing"}


def test_an_unknown_column_suggests_the_nearest(population):
    with pytest.raises(KeyError, match=r"no column 'agee'; did you mean 'age'\?"):
        population["agee"]


def test_a_population_is_a_mapping_of_columns(population):
    assert [*population] == ["age", "reward", "spare"]
    assert len(population) == 3
    assert "age" in population
    assert "wealth" not in population
    assert population.get("wealth") is None


def test_dimensions_have_lengths_and_perhaps_labels(population):
    assert (population.size("agent"), population.size("source")) == (3, 2)
    assert (population.labels("agent"), population.labels("source")) == ((), ("home", "work"))


def test_swapping_exchanges_a_column_with_its_buffer(population):
    population["spare"][:] = 5.0
    population.swap("age", "spare")
    assert (population["age"][0], population["spare"][0]) == (5.0, 20.0)


def test_columns_with_a_row_a_person_are_those_that_last(population):
    assert [*population.per_agent] == ["age", "reward"]


def test_the_name_of_an_instance_stands_in_the_names_of_its_columns():
    column = Column("{name}_norm", "Mean.", unit="sd")
    assert column.of("peers") == Column("peers_norm", "Mean.", unit="sd")
    assert Column("age", "Age.").of("peers").name == "age"


def test_the_state_leaves_scratch_out(population):
    before = population.state()
    population["spare"][:] = 7.0
    assert population.state() == before


def test_the_state_has_a_part_for_each_source(population):
    assert {*population.state()} == {"age", "reward.home", "reward.work"}


def test_the_state_changes_with_the_least_bit(population):
    before = population.state()
    population["reward"][1, 2] = np.nextafter(0.0, 1.0)
    after = population.state()
    assert {name for name in before if before[name] != after[name]} == {"reward.work"}


def test_a_sources_part_of_the_state_does_not_depend_on_other_sources(population):
    more = Population({"agent": 3, "source": ("game", "home", "work"), "trait": ("openness",)})
    more.add(Column("reward", "Reward.", "f8", ("source", "agent")), owner="society")
    assert more.state()["reward.home"] == population.state()["reward.home"]


def test_there_is_one_zero_and_one_nan():
    other_nan = np.array([0x7FC00001], "u4").view("f4")
    assert array_digest("x", np.array([0.0])) == array_digest("x", np.array([-0.0]))
    assert array_digest("x", np.array([np.nan], "f4")) == array_digest("x", other_nan)


@pytest.mark.parametrize("other", [np.zeros(2, "f8"), np.zeros(1, "f4"), np.zeros((1, 1), "f8"), np.zeros(1, "i8")])
def test_a_digest_knows_type_and_shape(other):
    assert array_digest("x", np.zeros(1, "f8")) != array_digest("x", other)


def test_a_digest_knows_the_name():
    assert array_digest("x", np.zeros(1)) != array_digest("y", np.zeros(1))


def test_a_digest_does_not_depend_on_the_layout_in_memory():
    square = np.arange(4.0).reshape(2, 2)
    assert array_digest("x", square) == array_digest("x", np.asfortranarray(square))


def test_digesting_leaves_the_array_as_it_was():
    array = np.array([-0.0, np.nan])
    array_digest("x", array)
    assert np.signbit(array[0])
