"""Graphs from GML, GraphML, GEXF and Pajek: ties, direction, strengths, names and attributes of people."""

import gzip

import networkx as nx
import numpy as np
import pytest

from society.topologies import Gexf, Gml, Graphml, Pajek

from .building import build, problem, ties_of

KINDS = {"gml": (Gml, nx.write_gml), "graphml": (Graphml, nx.write_graphml), "gexf": (Gexf, nx.write_gexf)}
EVERY = pytest.mark.parametrize("kind", KINDS)


def people(directed=False):
    """Ann, Bob and Cy: Ann to Bob with trust 0.5, Bob to Cy with trust 2."""
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_node("ann", age=30.0, town="York")
    graph.add_node("bob", age=40.5)
    graph.add_node("cy", town="Bath")
    graph.add_edge("ann", "bob", trust=0.5)
    graph.add_edge("bob", "cy", trust=2.0)
    return graph


@pytest.fixture
def stored(tmp_path):
    """Write a networkx graph in a format and return the topology that reads it."""

    def _stored(kind, graph, name=None, **fields):
        topology, writes = KINDS[kind]
        path = tmp_path / (name or f"x.{kind}")
        writes(graph, tmp_path / "plain")
        data = (tmp_path / "plain").read_bytes()
        path.write_bytes(gzip.compress(data) if path.name.endswith(".gz") else data)
        return topology(path=str(path), **fields)

    return _stored


@EVERY
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_ties_and_names_are_read(kind, suffix, stored):
    graph = build(stored(kind, people(), f"x.{kind}{suffix}"))
    assert graph.labels.tolist() == ["ann", "bob", "cy"]
    assert ties_of(graph) == {("ann", "bob"), ("bob", "ann"), ("bob", "cy"), ("cy", "bob")}


@EVERY
def test_the_file_says_whether_it_is_directed(kind, stored):
    graph = build(stored(kind, people(directed=True)))
    assert graph.directed
    assert ties_of(graph) == {("ann", "bob"), ("bob", "cy")}


@EVERY
def test_strengths_are_an_attribute_of_ties(kind, stored):
    assert build(stored(kind, people(), weight="trust")).weights.tolist() == [0.5, 0.5, 2, 2]
    assert build(stored(kind, people())).weights is None


@EVERY
def test_a_missing_strength_is_named(kind, stored):
    said = problem(stored(kind, people(), weight="love"))
    assert said.startswith("graph.weight = 'love': the tie ")
    assert said.endswith("has no number of that name")


@EVERY
def test_a_strength_of_0_is_refused(kind, stored):
    graph = people()
    graph.edges["ann", "bob"]["trust"] = 0.0
    assert problem(stored(kind, graph, weight="trust")) == "graph.weight = 'trust': must not be 0 on any tie"


@EVERY
def test_attributes_of_people_are_kept_and_none_where_they_are_missing(kind, stored):
    attributes = build(stored(kind, people())).attributes
    assert attributes["age"].tolist() == [30, 40.5, None]
    assert attributes["town"].tolist() == ["York", None, "Bath"]


@EVERY
def test_added_people_have_no_attributes(kind, stored):
    graph = build(stored(kind, people()), n_agents=5)
    assert graph.labels.tolist() == ["ann", "bob", "cy", "isolate-1", "isolate-2"]
    assert graph.attributes["age"].tolist() == [30, 40.5, None, None, None]


@EVERY
def test_an_attribute_can_name_people(kind, stored):
    graph = nx.relabel_nodes(people(), {"ann": "x", "bob": "y", "cy": "z"})
    nx.set_node_attributes(graph, {"x": "Ann", "y": "Bob", "z": "Cy"}, "nick")
    assert build(stored(kind, graph, label="nick")).labels.tolist() == ["Ann", "Bob", "Cy"]


@EVERY
def test_an_unknown_attribute_cannot_name_people(kind, stored):
    assert "graph.label = 'agee': no such attribute; did you mean 'age'?" in problem(
        stored(kind, people(), label="agee")
    )


@EVERY
def test_an_attribute_that_some_lack_cannot_name_people(kind, stored):
    said = problem(stored(kind, people(), label="town"))
    assert said == "graph.label = 'town': must name every person, and each differently"


@EVERY
def test_names_that_are_whole_numbers_are_numbers(kind, stored):
    labels = build(stored(kind, nx.relabel_nodes(people(), {"ann": "7", "bob": "10", "cy": "-3"}))).labels
    assert labels.tolist() == [7, 10, -3]


@EVERY
def test_self_loops_are_dropped_and_said(kind, stored):
    graph = people()
    graph.add_edge("ann", "ann")
    assert build(stored(kind, graph)).notices == ("1 self-loop was dropped.",)


@EVERY
def test_a_graph_without_people_is_refused(kind, stored):
    assert problem(stored(kind, nx.Graph())) == f"graph.path = 'x.{kind}': empty graph, the file has no people"


@pytest.mark.parametrize("kind", [Gml, Graphml, Gexf, Pajek])
@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0", b"a,b\n1,2\n", b"<x", b"graph [ node [ id ] ]", b""])
def test_what_is_no_such_file_is_refused_without_a_traceback(kind, content, write):
    said = problem(kind(path=write(content, "x.net")))
    assert said.startswith("graph.path = 'x.net': ")


@pytest.mark.parametrize("kind", [Gml, Graphml, Gexf, Pajek])
def test_a_file_that_is_not_there_is_said(kind, tmp_path):
    assert problem(kind(path=str(tmp_path / "x"))) == "graph.path = 'x': no such file"


def test_ties_that_stand_twice_in_gml_are_dropped_and_said(write):
    text = (
        "graph [ node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 w 3 ]"
        " edge [ source 2 target 1 w 4 ] edge [ source 1 target 2 w 5 ] ]"
    )
    graph = build(Gml(path=write(text), weight="w"))
    assert graph.labels.tolist() == [1, 2]
    assert graph.weights.tolist() == [3, 3]
    assert graph.notices == ("2 repeated ties were dropped; the first of each was kept.",)


def test_people_of_gml_are_called_by_their_number_where_labels_repeat(write):
    text = 'graph [ node [ id 1 label "x" ] node [ id 2 label "x" ] edge [ source 1 target 2 ] ]'
    assert build(Gml(path=write(text))).labels.tolist() == [1, 2]


VERTICES = '*Vertices 3\n1 "Ann Lee" 0.1 0.2 0.5 box ic Red\n2 Bob\n% a comment\n3\n'


@pytest.mark.parametrize("name", ["x.net", "x.net.gz"])
def test_edges_of_pajek_run_both_ways(name, write):
    graph = build(Pajek(path=write(VERTICES + "*Edges\n1 2 0.5\n2 3\n", name), weight="weight"))
    assert graph.labels.tolist() == ["Ann Lee", "Bob", "3"]
    assert not graph.directed
    assert graph.weights.tolist() == [0.5, 0.5, 1, 1]


def test_arcs_of_pajek_run_one_way(write):
    graph = build(Pajek(path=write(VERTICES + "*Arcs\n1 2\n3 2\n")))
    assert graph.directed
    assert ties_of(graph) == {("Ann Lee", "Bob"), ("3", "Bob")}


@pytest.mark.parametrize("ties", ["*Arcs\n1 2\n*Edges\n2 3\n", "*Edges\n2 3\n*Arcs\n1 2\n"])
def test_an_edge_of_pajek_beside_arcs_is_two_arcs(ties, write):
    graph = build(Pajek(path=write(VERTICES + ties)))
    assert ties_of(graph) == {("Ann Lee", "Bob"), ("Bob", "3"), ("3", "Bob")}


def test_lists_of_pajek_are_written_out(write):
    assert ties_of(build(Pajek(path=write(VERTICES + "*Arcslist\n1 2 3\n")))) == {("Ann Lee", "Bob"), ("Ann Lee", "3")}
    assert build(Pajek(path=write(VERTICES + "*Edgeslist\n1 2 3\n"))).n_edges == 2


def test_a_matrix_of_pajek_holds_arcs(write):
    graph = build(Pajek(path=write(VERTICES + "*Matrix\n0 1 0\n0 0 2.5\n0 0 0\n"), weight="weight"))
    assert ties_of(graph) == {("Ann Lee", "Bob"), ("Bob", "3")}
    assert graph.weights.tolist() == [1, 2.5]


def test_people_of_pajek_have_coordinates_and_attributes(write):
    attributes = build(Pajek(path=write(VERTICES + "*Edges\n1 2\n"))).attributes
    assert attributes["x"].tolist() == [0.1, None, None]
    assert attributes["shape"].tolist() == ["box", None, None]
    assert attributes["ic"].tolist() == ["Red", None, None]


@pytest.mark.parametrize("ties", ["*Edges\n1 4\n", "*Edges\n1\n", "*Edges\n1 x\n", "*Matrix\n0 1 0 1\n"])
def test_a_broken_line_of_pajek_is_named(ties, write):
    assert problem(Pajek(path=write(VERTICES + ties))).startswith("graph.path = 'x.csv': malformed: line 7: ")


def test_parallel_relations_of_pajek_are_one_graph(write):
    graph = build(Pajek(path=write(VERTICES + '*Arcs :1 "likes"\n1 2\n*Arcs :2 "helps"\n1 2\n2 3\n')))
    assert graph.n_edges == 2
    assert graph.notices == ("1 repeated tie was dropped; the first of each was kept.",)


def test_the_graph_of_a_file_cannot_be_changed(stored):
    with pytest.raises(ValueError, match="read-only"):
        build(stored("gml", people())).attributes["age"][0] = 1


def test_attributes_are_no_part_of_the_digest(stored):
    assert build(stored("gml", people())).digest() == build(stored("gml", nx.Graph(people().edges))).digest()
    assert np.array_equal(build(stored("gml", people())).degree, [1, 2, 1])
