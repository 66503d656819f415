"""People of whom some die: what Mesa's views, spaces and results say of the dead and of the born."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from society.mesa_model import FIRST_REGISTERED_ID
from society.model import Society
from society.people import PersonSet
from society.person import Person
from society.platforms import Platform
from society.recorder import Recorder
from society.runner import agents_frame
from society.scenario import Scenario
from tests.societies import Raw, everything, stepped, with_processes


@pytest.fixture
def model() -> Society:
    """Forty people of whom some have died, and two platforms."""
    return aged(ties="parent")


def aged(steps: int = 5, **turnover: Any) -> Society:
    """Forty people, of whom one in twelve dies in each step."""
    return stepped(Society(Scenario.from_dict(mortal(**turnover))), steps)


def mortal(**turnover: Any) -> Raw:
    """The tables of a society in which people die often."""
    return with_processes({"turnover": {"rate": 4.5, "senescence": 0.0} | turnover})


def died(model: Society, before: Any) -> Any:
    """(n_agents,) whether who had a uid before lives no more."""
    return model.population["uid"] != before


class TestViews:
    def test_a_newborn_has_a_number_of_their_own(self, model):
        uid = model.population["uid"]
        assert (uid >= 40).any()
        assert [person.unique_id for person in model.people] == (uid + 1).tolist()
        assert len({person.unique_id for person in model.agents}) == 42

    def test_numbers_of_people_stay_below_those_of_platforms(self, model):
        assert np.iinfo(model.population["uid"].dtype).max + 1 < FIRST_REGISTERED_ID

    def test_the_dead_have_nothing_and_the_born_are_others(self, model):
        people, before = [*model.people], model.population["uid"].copy()
        row = int(np.flatnonzero(died(stepped(model, 5), before))[0])
        dead, born = people[row], model.people[row]
        assert not dead.is_there
        assert born.is_there
        assert dead != born
        message = f"person {before[row] + 1} has left the society; another lives in row {row}"
        with pytest.raises(AttributeError, match=message):
            _ = dead.age
        with pytest.raises(AttributeError, match=message):
            dead.age = 3.0

    def test_the_living_stay_the_same(self, model):
        people, before = [*model.people], model.population["uid"].copy()
        alive = np.flatnonzero(~died(stepped(model, 5), before))
        assert len(alive) > 5
        assert all(people[row] == model.people[row] for row in alive.tolist())

    def test_a_person_is_the_same_after_pickling(self, model):
        person = model.people[3]
        again = pickle.loads(pickle.dumps(person))
        assert again.unique_id == person.unique_id
        assert again.is_there


class TestSets:
    def test_the_dead_leave_every_set(self, model):
        everybody, cohort = model.people, model.people.select(at_most=20)
        before = model.population["uid"].copy()
        is_dead = died(stepped(model, 5), before)
        assert 0 < is_dead.sum() < 40
        assert everybody.rows.tolist() == np.flatnonzero(~is_dead).tolist()
        assert len(cohort) == np.count_nonzero(~is_dead[:20])
        assert [person.unique_id for person in cohort] == (before[:20][~is_dead[:20]] + 1).tolist()
        assert len(cohort.get("age")) == len(cohort)

    def test_platforms_stay_in_sets(self, model):
        agents, before = model.agents, model.population["uid"].copy()
        is_dead = died(stepped(model, 5), before)
        assert len(agents) == 42 - is_dead.sum()
        assert [type(agent) for agent in agents[-2:]] == [Platform, Platform]
        assert len(agents.select(agent_type=Person)) == 40 - is_dead.sum()

    def test_the_dead_are_in_no_set_and_newborns_in_new_ones(self, model):
        people, old, before = [*model.people], model.people, model.population["uid"].copy()
        row = int(np.flatnonzero(died(stepped(model, 5), before))[0])
        assert people[row] not in model.people
        assert people[row] not in old
        assert model.people[row] in model.people
        assert model.people[row] not in old

    def test_a_set_of_whom_nobody_died_stays(self, model):
        before = model.people.rows
        assert model.people.rows.tolist() == before.tolist() == [*range(40)]

    def test_sets_join_without_the_dead(self, model):
        people, before = [*model.people], model.population["uid"].copy()
        is_dead = died(stepped(model, 5), before)
        joined = PersonSet(model, np.empty(0, np.int64))._update(people)
        assert joined.rows.tolist() == np.flatnonzero(~is_dead).tolist()

    def test_a_set_forgets_the_dead_after_pickling_too(self, model):
        again = pickle.loads(pickle.dumps(model.people))
        before = again.model.population["uid"].copy()
        is_dead = died(stepped(again.model, 5), before)
        assert len(again) == 40 - is_dead.sum() < 40


class TestSpace:
    def test_neighbours_are_those_of_the_present_ties(self, model):
        space, before = model.space, model.graph
        assert stepped(model, 5).graph is not before
        for row in range(40):
            rows = space[row].neighborhood.agents.rows
            assert sorted(rows.tolist()) == model.graph.neighbours(row).tolist()

    def test_the_networkx_copy_is_of_the_present_ties(self, model):
        first = model.space.G
        assert model.space.G is first
        stepped(model, 5)
        assert model.space.G is not first
        assert model.space.G.number_of_edges() == model.graph.n_edges

    def test_a_cell_has_who_lives_there_now(self, model):
        cell, before = model.space[0], model.population["uid"].copy()
        while not died(model, before)[0]:
            model.step()
        assert [person.unique_id for person in cell.agents] == [int(model.population["uid"][0]) + 1]


class TestResults:
    def test_people_are_kept_with_their_numbers_and_the_label_of_their_place(self, model):
        frame = agents_frame(model)
        assert frame["uid"].tolist() == model.population["uid"].tolist()
        assert frame["label"].tolist() == model.graph.labels.tolist()
        assert {"entered", "parent"} <= {*frame}

    def test_twins_are_born_and_die_alike(self):
        raw = mortal() | {"record": {"twins": ["platform.feed"], "every": 20}}
        model = Society(Scenario.from_dict(raw | {"run": {"steps": 20}}))
        recorder = Recorder(model)
        row = stepped(model, 20) and recorder.row()
        twin = model.twins["platform.feed"]
        for name in ("uid", "parent", "entered", "endowment", "environment"):
            assert np.array_equal(twin.population[name], model.population[name]), name
        assert row["capture.feed"] != 0.0

    def test_a_society_goes_on_after_pickling_as_without(self, model):
        again = pickle.loads(pickle.dumps(model))
        assert stepped(again, 5).state() == stepped(model, 5).state()

    def test_one_that_died_out_and_one_that_did_not_are_different_states(self):
        plain = stepped(Society(Scenario.from_dict(everything())), 5).state()
        mortal = aged().state()
        assert {"entered", "parent"} <= mortal.keys() - plain.keys()
        assert mortal["uid"] != plain["uid"]
