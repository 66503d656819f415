"""The scenario of a society as Mesa's tools want it: values and seed by keyword, rebuilt from its class alone."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from mesa.experimental import scenarios

from society.errors import InputError
from society.mesa_scenario import bound
from society.model import Society
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


def test_a_societys_scenario_is_shown_by_its_file(model):
    """Mesa formats it into a log line at every construction: all its tables would take longer than the society."""
    assert repr(model.scenario) == "<Scenario scenario>"
