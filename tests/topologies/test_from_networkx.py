"""Graphs from generators of networkx, and what is said when they cannot be used."""

import networkx as nx
import pytest

from society.graph import SocialGraph
from society.topologies import Networkx

from .building import build, problem

SMALL_WORLD = {"k": 4, "p": 0.5}


def test_the_karate_club_comes_from_networkx():
    graph = build(Networkx(generator="karate_club_graph"))
    assert (graph.n_agents, graph.n_edges, graph.weights) == (34, 78, None)


def test_an_edge_attribute_can_be_the_weight():
    graph = build(Networkx(generator="karate_club_graph", weight="weight"))
    expected = sum(weight for _, _, weight in nx.karate_club_graph().edges(data="weight"))
    assert graph.weights.sum(dtype=float) == 2 * expected


def test_a_missing_edge_attribute_is_refused():
    said = problem(Networkx(generator="karate_club_graph", weight="trust"))
    assert said.startswith("graph.weight = 'trust': the tie 0 – 1 has no number")


def test_the_population_is_passed_as_n():
    assert build(Networkx(generator="cycle_graph"), n_agents=7).degree.tolist() == [2] * 7


def test_n_may_stand_among_the_arguments():
    assert build(Networkx(generator="cycle_graph", arguments={"n": 5})).n_agents == 5


def test_a_population_beyond_n_adds_people_without_ties():
    graph = build(Networkx(generator="cycle_graph", arguments={"n": 3}), n_agents=4)
    assert graph.degree.tolist() == [2, 2, 2, 0]


def test_a_population_is_required_where_n_comes_from_it():
    said = problem(Networkx(generator="cycle_graph"))
    assert said == "population.n_agents: is required, because cycle_graph takes n from it"


def test_a_generator_that_makes_more_people_than_the_population_is_refused():
    said = problem(Networkx(generator="hypercube_graph"), n_agents=4)
    assert said == "population.n_agents = 4: the graph has 16 people"


def test_an_empty_graph_of_people_without_ties_may_be_generated():
    assert build(Networkx(generator="empty_graph"), n_agents=3).n_arcs == 0


def test_a_random_regular_graph_is_regular():
    assert (
        build(Networkx(generator="random_regular_graph", arguments={"d": 3}), n_agents=10).degree.tolist() == [3] * 10
    )


def test_the_same_seed_gives_the_same_graph_and_another_another():
    small_world = Networkx(generator="watts_strogatz_graph", arguments=SMALL_WORLD)
    digests = [build(small_world, n_agents=50, seed=seed).digest() for seed in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]


def test_a_seed_among_the_arguments_holds_whatever_the_run():
    small_world = Networkx(generator="watts_strogatz_graph", arguments=SMALL_WORLD | {"seed": 3})
    by_hand = SocialGraph.from_networkx(nx.watts_strogatz_graph(50, 4, 0.5, seed=3))
    assert build(small_world, n_agents=50, seed=8).digest() == by_hand.digest()


@pytest.mark.parametrize(
    ("generator", "arguments"),
    [("watts_strogatz_graph", SMALL_WORLD), ("maybe_regular_expander_graph", {"d": 4})],
    ids=["Python's generator", "numpy's generator"],
)
def test_a_seed_of_64_bits_is_accepted(generator, arguments):
    assert build(Networkx(generator=generator, arguments=arguments), n_agents=20, seed=2**64 - 1).n_agents == 20


def test_a_directed_generator_gives_a_directed_graph():
    assert build(Networkx(generator="gn_graph"), n_agents=5).directed


def test_an_unknown_generator_is_refused_with_the_nearest():
    said = problem(Networkx(generator="watts_strogatz_grph"))
    expected = "graph.generator = 'watts_strogatz_grph': no such generator in networkx; "
    assert said == expected + "did you mean 'watts_strogatz_graph'?"


@pytest.mark.parametrize("name", ["read_gml", "read_gpickle", "generators", "__loader__", "generators.small", "Graph"])
def test_nothing_in_networkx_but_a_generator_can_be_called(name):
    assert "no such generator in networkx" in problem(Networkx(generator=name))


def test_an_unknown_argument_is_refused_with_the_nearest():
    said = problem(Networkx(generator="random_regular_graph", arguments={"dd": 3}), n_agents=10)
    assert said == "graph.arguments.dd: random_regular_graph has no such argument; did you mean 'd'?"


@pytest.mark.parametrize("name", ["backend", "create_using", "backend_kwargs"])
def test_how_networkx_computes_is_no_argument_of_a_scenario(name):
    said = problem(Networkx(generator="cycle_graph", arguments={name: "x"}), n_agents=3)
    assert said.startswith(f"graph.arguments.{name}: cycle_graph has no such argument")


def test_missing_arguments_are_named():
    said = problem(Networkx(generator="watts_strogatz_graph"), n_agents=10)
    assert said == "graph.arguments: watts_strogatz_graph also needs k, p"


@pytest.mark.parametrize("arguments", [{"d": 11}, {"d": "x"}, {"d": [1]}])
def test_what_networkx_refuses_is_said_with_its_reason(arguments):
    said = problem(Networkx(generator="random_regular_graph", arguments=arguments), n_agents=10)
    assert said.startswith("graph.arguments: random_regular_graph refuses them: ")


@pytest.mark.parametrize(
    ("generator", "arguments"),
    [
        ("null_graph", {}),
        ("number_of_nonisomorphic_trees", {"order": 4}),
        ("is_valid_joint_degree", {"joint_degrees": {}}),
    ],
    ids=["no people", "a number", "a truth value"],
)
def test_a_generator_must_make_a_graph_with_people(generator, arguments):
    said = problem(Networkx(generator=generator, arguments=arguments))
    assert said == f"graph.generator = '{generator}': does not make a graph with people in it"


def test_a_generated_weight_must_not_be_0(monkeypatch):
    def club():
        return nx.Graph([(0, 1, {"trust": 0.0})])

    club.__module__ = nx.karate_club_graph.__module__
    monkeypatch.setattr(nx, "karate_club_graph", club)
    said = problem(Networkx(generator="karate_club_graph", weight="trust"))
    assert said == "graph.weight = 'trust': must not be 0 on any tie"


@pytest.mark.parametrize(
    ("generator", "arguments", "n_agents"),
    [
        ("random_regular_graph", {"d": 3}, 10),
        ("LFR_benchmark_graph", {"tau1": 3, "tau2": 1.5, "mu": 0.1, "average_degree": 5, "min_community": 20}, 250),
        ("planted_partition_graph", {"l": 2, "k": 5, "p_in": 0.9, "p_out": 0.1}, None),
        ("karate_club_graph", {}, None),
        ("navigable_small_world_graph", {"n": 4}, None),
    ],
)
def test_generators_of_every_module_of_networkx_can_be_called(generator, arguments, n_agents):
    assert build(Networkx(generator=generator, arguments=arguments), n_agents=n_agents, seed=10).n_arcs


def test_attributes_of_nodes_are_attributes_of_people():
    clubs = build(Networkx(generator="karate_club_graph")).attributes["club"]
    assert clubs.tolist() == [club for _, club in nx.karate_club_graph().nodes(data="club")]
