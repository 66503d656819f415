"""Measures of a social graph against networkx and against what is known."""

import math
import warnings

import networkx as nx
import numpy as np
import pytest

from society.graph import SocialGraph
from society.graph_measures import (
    assortativity,
    clustering,
    communities,
    component_sizes,
    density,
    measured,
    modularity,
    path_length,
    reciprocity,
    triangles,
)
from tests.files import command, scenario_file

GRAPHS = {
    "karate club": nx.karate_club_graph(),
    "random": nx.gnm_random_graph(80, 200, seed=1),
    "small world": nx.watts_strogatz_graph(60, 6, 0.2, seed=1),
    "scale free": nx.barabasi_albert_graph(90, 3, seed=1),
    "parts": nx.disjoint_union(nx.complete_graph(5), nx.path_graph(4)),
    "one way": nx.gnp_random_graph(40, 0.1, seed=1, directed=True),
    "ring one way": nx.cycle_graph(7, create_using=nx.DiGraph),
}
EVERY = pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
UNDIRECTED = pytest.mark.parametrize("name", ["karate club", "random", "small world", "scale free", "parts"])
DEGENERATE = {
    "one person": nx.empty_graph(1),
    "isolates": nx.empty_graph(5),
    "one tie": nx.path_graph(2),
    "isolates of a directed graph": nx.empty_graph(4, create_using=nx.DiGraph),
}


def social(graph):
    return SocialGraph.from_networkx(graph)


def groups(community):
    return [set(np.flatnonzero(community == number).tolist()) for number in np.unique(community)]


@EVERY
def test_density_is_that_of_networkx(graph):
    assert density(social(graph)) == pytest.approx(nx.density(graph))


@EVERY
def test_clustering_is_that_of_networkx_among_ties_either_way(graph):
    both = nx.Graph(graph.to_undirected())
    assert clustering(social(graph)) == pytest.approx((nx.transitivity(both), nx.average_clustering(both)))


@UNDIRECTED
def test_triangles_are_those_of_networkx(name):
    assert triangles(social(GRAPHS[name])).tolist() == list(nx.triangles(GRAPHS[name]).values())


@UNDIRECTED
def test_assortativity_is_that_of_networkx(name):
    graph = GRAPHS[name]
    assert assortativity(social(graph)) == pytest.approx(nx.degree_assortativity_coefficient(graph))


def test_assortativity_of_a_directed_graph_is_that_of_networkx():
    graph = GRAPHS["one way"]
    assert assortativity(social(graph)) == pytest.approx(nx.degree_assortativity_coefficient(graph))


def test_reciprocity_is_that_of_networkx():
    graph = GRAPHS["one way"]
    assert reciprocity(social(graph)) == pytest.approx(nx.reciprocity(graph))
    assert reciprocity(social(GRAPHS["ring one way"])) == 0


@EVERY
def test_components_are_those_of_networkx(graph):
    sizes = [len(part) for part in nx.connected_components(graph.to_undirected())]
    assert component_sizes(social(graph)).tolist() == sorted(sizes, reverse=True)


@EVERY
def test_the_path_length_from_everybody_is_that_of_networkx(graph):
    steps = [d for source, to in nx.all_pairs_shortest_path_length(graph) for node, d in to.items() if node != source]
    assert path_length(social(graph), n_sources=1000) == pytest.approx(np.mean(steps))


def test_the_path_length_from_some_is_near_that_from_all_within_4_standard_errors():
    graph = social(nx.barabasi_albert_graph(2000, 3, seed=1))
    exact = path_length(graph, n_sources=2000)
    some = [path_length(graph, n_sources=50, seed=seed) for seed in range(20)]
    assert np.mean(some) == pytest.approx(exact, abs=4 * np.std(some, ddof=1) / math.sqrt(20))


@EVERY
def test_modularity_is_that_of_networkx_among_ties_either_way(graph):
    community = np.arange(len(graph)) % 3
    expected = nx.community.modularity(nx.Graph(graph.to_undirected()), groups(community), weight=None)
    assert modularity(social(graph), community) == pytest.approx(expected)


def test_the_communities_of_the_karate_club_are_nearly_the_best_known():
    club = social(nx.karate_club_graph())
    best = max(modularity(club, communities(club, seed=seed)) for seed in range(10))
    assert 0.41 < best <= 0.4198 + 1e-4  # the optimum (Brandes et al. 2008), without strengths


def test_a_ring_of_cliques_has_its_cliques_as_communities():
    graph = nx.ring_of_cliques(8, 6)
    expected = {frozenset(range(first, first + 6)) for first in range(0, 48, 6)}
    assert set(map(frozenset, groups(communities(social(graph))))) == expected


def test_communities_are_as_good_as_those_of_networkx():
    for name in ("random", "small world", "scale free"):
        graph = social(GRAPHS[name])
        theirs = nx.community.louvain_communities(GRAPHS[name], seed=1)
        assert modularity(graph, communities(graph)) > nx.community.modularity(GRAPHS[name], theirs) - 0.03


def test_communities_of_many_people_are_found_without_waiting_for_the_last():
    graph = social(nx.disjoint_union_all([nx.complete_graph(5)] * 4000))
    community = communities(graph)
    assert len(np.unique(community)) == 4000
    assert modularity(graph, community) == pytest.approx(1 - 1 / 4000)


def test_the_same_seed_gives_the_same_measures():
    graph = social(nx.gnm_random_graph(300, 900, seed=2))
    assert measured(graph, seed=3) == measured(graph, seed=3)


@pytest.mark.parametrize("graph", DEGENERATE.values(), ids=DEGENERATE)
def test_a_graph_with_next_to_nothing_in_it_has_measures_without_warnings(graph):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = {name: value for name, value, _ in measured(social(graph))}
    assert found["people"] == len(graph)
    assert math.isnan(found["degree assortativity"])


def test_regular_graphs_have_no_assortativity():
    assert math.isnan(assortativity(social(nx.cycle_graph(5))))


def test_a_graph_too_large_for_communities_says_so(monkeypatch):
    monkeypatch.setattr("society.graph_measures.MOST_ARCS", 100)
    found = {each.name: each for each in measured(social(nx.karate_club_graph()))}
    assert math.isnan(found["modularity"].value)
    assert found["modularity"].note == "not looked for above 100 arcs"
    assert "communities" not in found


def test_a_graph_too_large_for_all_paths_says_from_how_many(monkeypatch):
    monkeypatch.setattr("society.graph_measures.N_STEPS", 2000)
    found = {each.name: each for each in measured(social(nx.karate_club_graph()))}
    assert found["path length, mean"].note == "steps from 10 people drawn by chance"


def test_a_directed_graph_has_two_degrees_and_reciprocity():
    names = [name for name, _, _ in measured(social(GRAPHS["one way"]))]
    assert {"degree, mean", "heard by, most", "reciprocity"} <= set(names)


class TestShow:
    def test_the_graph_of_a_scenario_is_measured(self, tmp_path):
        path = scenario_file(tmp_path, {"graph": {"kind": "networkx", "generator": "karate_club_graph"}})
        outcome = command("show", path, "--graph", "--set", "population.n_agents=34")
        assert outcome.code == 0
        shown = dict(line.split() for line in outcome.out.splitlines() if len(line.split()) == 2)
        assert (shown["people"], shown["ties"], shown["transitivity"]) == ("34", "78", "0.256")

    def test_another_graph_can_be_set(self, tmp_path):
        outcome = command(
            "show", scenario_file(tmp_path), "--graph", "--set", 'graph={kind="erdos_renyi", mean_degree=0}'
        )
        assert "note: 20 of 20 people have no ties." in outcome.out
        assert "modularity" in outcome.out
        assert "nan" not in outcome.out

    def test_a_graph_that_cannot_be_built_is_refused(self, tmp_path):
        outcome = command("show", scenario_file(tmp_path, {"graph.generator": "cycel_graph"}), "--graph")
        assert outcome.code == 2
        assert "tiny.toml: graph.generator = 'cycel_graph': no such generator" in outcome.err
