"""A society as a Mesa model: time, events, registered agents, pickles, and what it costs not to be."""

from __future__ import annotations

import ast
import copy
import gc
import pickle
import tomllib
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.time import Schedule

import society
from society.mesa_model import FIRST_REGISTERED_ID
from society.model import Society
from society.person import Person
from society.platforms import Platform
from society.scenario import Scenario
from tests.files import python
from tests.societies import everything, make_society, stepped


@pytest.fixture
def scenario() -> Scenario:
    """Forty people, two platforms, every process, ten steps."""
    return Scenario.from_dict(everything())


@pytest.fixture
def model(scenario: Scenario) -> Society:
    """The society of the scenario."""
    return Society(scenario)


class Regulator(mesa.Agent):
    """Weakens platforms."""

    def step(self) -> None:
        """Halve every platform's power."""
        for platform in self.model.platforms.values():
            platform.power /= 2


def test_a_society_is_a_mesa_model(model):
    assert isinstance(model, mesa.Model)


def test_time_and_steps_of_mesa_are_those_of_the_society(model):
    for expected in range(4):
        assert (model.n_steps, model.steps, model.time) == (expected, expected, expected)
        model.step()


def test_running_for_a_while_makes_steps(model, scenario):
    model.run_for(5)
    assert (model.n_steps, model.time) == (5, 5.0)
    assert model.state() == stepped(Society(scenario), 5).state()


def test_running_until_a_time_makes_steps(model):
    model.run_until(3)
    model.run_until(7)
    assert model.n_steps == 7


def test_a_step_happens_at_a_whole_time(model):
    model.run_for(2.5)
    assert (model.n_steps, model.time) == (2, 2.5)
    model.run_for(0.5)
    assert (model.n_steps, model.time) == (3, 3.0)


def test_running_the_model_ends_at_the_last_step(model):
    model.run_model()
    assert (model.n_steps, model.running) == (10, False)


def test_a_society_of_no_steps_does_not_run():
    model = make_society(run={"steps": 0})
    model.run_model()
    assert (model.n_steps, model.running) == (0, False)


def test_an_event_happens_after_the_step_of_its_time(model):
    seen: list[int] = []

    def note() -> None:
        seen.append(model.n_steps)

    model.schedule_event(note, at=4)
    model.run_for(3)
    model.schedule_event(note, after=5)
    model.run_for(6)
    assert seen == [4, 8]


def test_an_event_can_change_the_society(model, scenario):
    def ban() -> None:
        model.platforms["feed"].power = 0.0

    model.schedule_event(ban, at=5)
    unchanged = Society(scenario)
    model.run_for(5)
    unchanged.run_for(5)
    assert model.population.state() == unchanged.population.state()
    model.run_for(2)
    unchanged.run_for(2)
    assert model.population.state()["traits"] != unchanged.population.state()["traits"]


def test_an_event_can_recur(model):
    regulator = Regulator(model)
    model.schedule_recurring(regulator.step, Schedule(interval=2, start=2, count=3))
    model.run_for(10)
    assert model.platforms["feed"].power == 1 / 8


def test_an_agent_of_ones_own_takes_part_in_agents(model):
    regulator = Regulator(model)
    assert regulator in model.agents
    assert regulator not in model.people
    assert list(model.agents.select(agent_type=Regulator)) == [regulator]
    assert model.agent_types == [Person, Platform, Regulator]
    model.agents.select(agent_type=Regulator).do("step")
    assert model.platforms["feed"].power == 0.5


def test_an_agent_of_ones_own_can_leave(model):
    regulator = Regulator(model)
    before = model.agents
    regulator.remove()
    assert regulator not in model.agents
    assert list(before)[-1] is regulator


def test_agents_of_ones_own_can_be_created_together(model):
    assert len(Regulator.create_agents(model, 3)) == 3
    assert len(model.agents) == 45


def test_no_person_can_ever_have_the_number_of_a_registered_agent(model):
    """Numbers of people are those of their uid, from 1, which is an int32."""
    largest = np.iinfo(model.population["uid"].dtype).max + 1
    assert largest < FIRST_REGISTERED_ID == model.platforms["feed"].unique_id
    assert [person.unique_id for person in model.people] == [*range(1, 41)]


def test_people_are_not_registered_with_mesa(model):
    with pytest.raises(TypeError, match=r"population\.n_agents"):
        model.register_agent(model.people[0])


def test_people_and_platforms_are_not_deregistered(model):
    for agent in (model.people[0], model.platforms["feed"]):
        with pytest.raises(TypeError):
            model.deregister_agent(agent)


def test_all_agents_cannot_be_removed(model):
    with pytest.raises(TypeError, match="people and platforms belong to the society"):
        model.remove_all_agents()
    assert len(model.agents) == 42


def test_a_platform_cannot_be_removed(model):
    with pytest.raises(TypeError, match=r"platform\.feed\.enabled = false"):
        model.platforms["feed"].remove()


def test_agents_cannot_be_assigned(model):
    with pytest.raises(AttributeError):
        model.agents = []


def with_everything(scenario: Scenario) -> Society:
    """A society in which Mesa's views, collector, events and twins are in use."""
    model = Society(scenario, rng=2, **{"record.twins": ["platform.feed"], "record.every": 3})
    regulator = Regulator(model)
    model.schedule_recurring(regulator.step, Schedule(interval=4))
    model.run_for(4)
    model.regulator, model.seat = regulator, model.space[3]
    return model


@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copied_society_goes_on_with_the_same_bits(scenario, again: Callable[[Any], Any]):
    model = with_everything(scenario)
    copied = again(model)
    assert copied.state() == model.state()
    assert copied.seat == copied.space[3]
    for each in (copied, model):
        each.run_for(5)
    assert copied.state() == model.state()
    assert copied.n_steps == copied.steps == copied.time == 9
    ours, theirs = (each.datacollector.get_model_vars_dataframe() for each in (model, copied))
    assert ours.equals(theirs)
    assert ours["step"].tolist() == [0, 3, 6, 9]


def test_a_copied_society_leaves_the_original_alone(model):
    copied = copy.deepcopy(model)
    before = model.state()
    stepped(copied, 3)
    copied.people.set("age", 1.0)
    assert model.state() == before


def test_a_society_that_nobody_holds_is_given_back():
    """Mesa 3.3 kept every model for ever."""
    model = Society(Scenario.from_dict(everything()), rng=1)
    model.run_for(2)
    assert len(model.space[0].neighborhood.agents) == model.graph.degree[0]
    gone = [weakref.ref(each) for each in (model, model.scenario, type(model.scenario), model.datacollector)]
    del model
    gc.collect()
    assert [each() for each in gone] == [None] * 4


def test_the_package_asks_for_a_mesa_that_has_what_it_uses():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert "mesa>=3.5.1,<4" in project["dependencies"]
    assert project["requires-python"] == ">=3.12"


def test_a_society_loads_no_screen_library():
    modules = "society.model, society.space, society.collector, society.recorder"
    loaded = python(f"import {modules}, sys; print([n for n in sys.modules if n in ('solara', 'mesa.visualization')])")
    assert loaded.out.strip() == "[]"


GOING = {"mesa.batch_run", "mesa.space", "model.steps", "self.steps", "model.reset_randomizer"}
"""What Mesa 4 takes from its module and its Model."""


def uses(source: str) -> set[str]:
    """Dotted names in a program, of imports too."""
    tree = [*ast.walk(ast.parse(source))]
    imports = [node for node in tree if isinstance(node, ast.ImportFrom)]
    attributes = {f"{ast.unparse(node.value)}.{node.attr}" for node in tree if isinstance(node, ast.Attribute)}
    return attributes | {f"{node.module}.{alias.name}" for node in imports for alias in node.names}


@pytest.mark.parametrize("path", sorted(Path(society.__file__).parent.rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_relies_on_what_mesa_4_takes_away(path):
    source = path.read_text(encoding="utf-8")
    going = GOING if "mesa" in source else GOING - {"self.steps"}  # which is something else where there is no Model
    assert uses(source) & going == set()


@pytest.mark.parametrize("source", ["from mesa import batch_run", "mesa.space.MultiGrid()", "n = model.steps"])
def test_what_relies_on_it_would_be_found(source):
    assert uses(source) & GOING
