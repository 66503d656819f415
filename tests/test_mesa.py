"""A society as a Mesa model: time, events, scenario, registered agents, pickles."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.experimental import scenarios
from mesa.time import Schedule

from society.errors import InputError
from society.mesa_model import FIRST_REGISTERED_ID
from society.mesa_scenario import bound
from society.model import Society
from society.people import Person
from society.platforms import Platform
from society.recorder import Recorder
from society.scenario import Scenario
from tests.societies import everything, make_scenario, make_society, stepped

FEED = "platform.feed.power"


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


def test_values_by_path_are_those_of_the_file(scenario):
    by_keyword = stepped(Society(scenario, **{FEED: 0.25, "run.seed": 3}), 5)
    by_replace = stepped(Society(scenario.replace({FEED: 0.25, "run.seed": 3})), 5)
    assert by_keyword.state() == by_replace.state()
    assert by_keyword.scenario.platform["feed"].power == 0.25


def test_rng_is_the_seed(scenario):
    assert Society(scenario, rng=5).scenario.run.seed == 5
    assert stepped(Society(scenario, rng=5)).state() == stepped(Society(scenario.replace({"run.seed": 5}))).state()


def test_no_rng_is_the_seed_of_the_file(scenario):
    assert Society(scenario, rng=None).scenario.run.seed == scenario.run.seed


@pytest.mark.parametrize("number", [np.int64(5), np.uint8(5)])
def test_rng_may_be_a_number_of_numpy(scenario, number):
    assert Society(scenario, rng=number).scenario.run.seed == 5


@pytest.mark.parametrize("wrong", [np.random.default_rng(1), 1.0, True, [1, 2], "1", np.random.SeedSequence(1)])
def test_rng_that_is_no_whole_number_is_refused(scenario, wrong):
    with pytest.raises(InputError, match="must be a whole number; all draws of a society are functions of its seed"):
        Society(scenario, rng=wrong)


def test_rng_out_of_range_is_refused(scenario):
    with pytest.raises(InputError, match=r"run\.seed = -1: must be at least 0"):
        Society(scenario, rng=-1)


def test_two_seeds_are_refused(scenario):
    with pytest.raises(InputError, match=r"rng = 1 and run\.seed = 2: both are the seed"):
        Society(scenario, rng=1, **{"run.seed": 2})


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("platform.fed.power", r"no platform 'fed' here; did you mean 'feed'\?"),
        ("platform.feed.powr", r"unknown key 'powr'; did you mean 'power'\?"),
        ("platfrm.feed.power", r"unknown table 'platfrm'; did you mean 'platform'\?"),
        ("seed", "unknown table 'seed'"),
    ],
)
def test_a_wrong_path_suggests_the_nearest(scenario, path, message):
    with pytest.raises(InputError, match=message):
        Society(scenario, **{path: 1.0})


def test_values_of_numpy_are_numbers(scenario):
    model = Society(scenario, **{FEED: np.float32(0.5), "run.steps": np.int64(3)})
    assert (model.scenario.platform["feed"].power, model.scenario.run.steps) == (0.5, 3)


def test_what_is_no_scenario_is_refused():
    with pytest.raises(InputError, match=r"scenario = 'feed.toml': must be a Scenario, such as Scenario\.from_file"):
        Society("feed.toml")


def test_a_graph_that_is_given_is_used(scenario, model):
    shared = Society(scenario, graph=model.graph)
    assert shared.graph is model.graph
    assert stepped(shared).state() == stepped(model).state()


def test_a_graph_of_another_size_is_refused(scenario):
    with pytest.raises(InputError, match=r"population\.n_agents = 40: the graph that was given has 6 people"):
        Society(scenario, graph=make_society().graph)


def test_a_twin_shares_the_graph(scenario):
    model = Society(scenario, **{"record.twins": ["platform.feed"]})
    Recorder(model)
    assert model.twins["platform.feed"].graph is model.graph


def test_the_scenario_of_a_society_is_one_of_mesa_and_one_of_ours(model, scenario):
    assert isinstance(model.scenario, Scenario)
    assert isinstance(model.scenario, scenarios.Scenario)
    assert model.scenario == scenario
    assert scenario == model.scenario
    assert model.people[0].scenario is model.scenario


def test_the_class_of_a_societys_scenario_makes_it_again(scenario):
    model = Society(scenario, rng=4, **{FEED: 0.3})
    again = type(model.scenario)()
    assert again == model.scenario
    assert (again.run.seed, again.platform["feed"].power) == (4, 0.3)


def test_the_class_of_a_societys_scenario_takes_values(model):
    other = type(model.scenario)(rng=9, **{FEED: 0.5})
    assert (other.rng, other.run.seed, other.platform["feed"].power) == (9, 9, 0.5)


def test_two_scenarios_do_not_mix(scenario):
    one, other = bound(scenario), bound(scenario.replace({FEED: 0.5}))
    assert type(one)().platform["feed"].power == 1.0
    assert type(other)().platform["feed"].power == 0.5
    assert one != other


def test_a_society_can_be_made_of_the_scenario_of_another(model):
    other = Society(model.scenario)
    assert other.scenario == model.scenario
    assert stepped(other).state() == stepped(model).state()


def test_a_societys_scenario_is_immutable(model):
    with pytest.raises(FrozenInstanceError):
        model.scenario.run = None
    with pytest.raises(FrozenInstanceError):
        model.scenario.mood = 1
    with pytest.raises(AttributeError, match="the scenario of a society is fixed"):
        model.scenario = make_scenario()


def test_a_societys_scenario_can_be_pickled(model):
    again = pickle.loads(pickle.dumps(model.scenario))
    assert again == model.scenario
    assert type(again)() == model.scenario


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
