"""Graphs from adjacency matrices in MATLAB files."""

import gzip

import numpy as np
import pytest
from scipy import io, sparse

from society.topologies import Mat

from .building import build, problem, ties_of

CHAIN = np.array([[0, 2.0, 0], [2.0, 0, 0.5], [0, 0.5, 0]])
ONE_WAY = np.triu(CHAIN)


@pytest.fixture
def mat(tmp_path):
    """Write variables to a MATLAB file and return the topology that reads it."""

    def _mat(variables, name="x.mat", **fields):
        path = tmp_path / name
        io.savemat(tmp_path / "plain.mat", variables)
        data = (tmp_path / "plain.mat").read_bytes()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return Mat(path=str(path), **fields)

    return _mat


@pytest.mark.parametrize("name", ["x.mat", "x.mat.gz"])
@pytest.mark.parametrize("form", [np.array, sparse.csc_matrix])
def test_a_symmetric_matrix_holds_undirected_ties(form, name, mat):
    graph = build(mat({"A": form(CHAIN)}, name))
    assert not graph.directed
    assert ties_of(graph) == {(1, 2), (2, 1), (2, 3), (3, 2)}
    assert (graph.weights, graph.notices) == (None, ())


def test_people_are_numbered_from_1(mat):
    assert build(mat({"A": CHAIN}), n_agents=4).labels.tolist() == [1, 2, 3, 4]


def test_people_without_ties_are_kept(mat):
    matrix = np.zeros((4, 4))
    matrix[0, 1] = matrix[1, 0] = 1
    assert build(mat({"A": matrix})).degree.tolist() == [1, 1, 0, 0]


def test_whoever_stands_for_a_column_hears_those_of_its_rows(mat):
    graph = build(mat({"A": ONE_WAY}, directed=True))
    assert ties_of(graph) == {(1, 2), (2, 3)}
    assert graph.neighbours(1).tolist() == [0]


def test_entries_are_strengths_if_asked_for(mat):
    assert build(mat({"A": CHAIN}, weighted=True)).weights.tolist() == [2, 2, 0.5, 0.5]


def test_a_matrix_of_truths_can_be_read(mat):
    assert build(mat({"A": CHAIN > 0})).n_edges == 2


def test_a_self_loop_is_dropped_and_said(mat):
    assert build(mat({"A": CHAIN + np.diag([1.0, 0, 0])})).notices == ("1 self-loop was dropped.",)


def test_the_variable_can_be_named(mat):
    variables = {"A": CHAIN, "B": np.ones((3, 3)), "info": np.ones((3, 7))}
    assert build(mat(variables, variable="B")).n_edges == 3
    assert problem(mat(variables)).endswith("x.mat' has 2 square matrices: A, B")
    assert build(mat({"A": CHAIN, "info": np.ones((3, 7))})).n_edges == 2


@pytest.mark.parametrize(
    ("variables", "fields", "said"),
    [
        ({"Adj": CHAIN}, {"variable": "Adi"}, "graph.variable = 'Adi': no such variable; did you mean 'Adj'?"),
        (
            {"A": np.ones((2, 3))},
            {"variable": "A"},
            "graph.variable = 'A': is not a square matrix of numbers; there is none to choose from",
        ),
        (
            {"A": ONE_WAY},
            {},
            "graph.variable = 'A': is not symmetric, so ties run one way; set graph.directed = true",
        ),
        ({"A": np.zeros((3, 3))}, {}, "graph.path = 'x.mat': empty graph, the file has no ties"),
        ({"A": np.eye(3)}, {}, "graph.path = 'x.mat': empty graph, the file has no ties"),
        ({"A": CHAIN * np.nan}, {}, "graph.variable = 'A': must hold finite numbers"),
    ],
    ids=["unknown", "not square", "one way", "no ties", "self-loops only", "nan"],
)
def test_a_matrix_that_makes_no_graph_is_refused(variables, fields, said, mat):
    assert problem(mat(variables, **fields)) == said


def test_entries_below_0_are_dislikes(mat):
    graph = build(mat({"A": -CHAIN}, weighted=True))
    assert graph.weights.tolist() == [-2, -2, -0.5, -0.5]
    assert graph.notices == ("2 ties have weights below 0: dislike.",)


def test_fewer_people_than_the_matrix_has_are_refused(mat):
    assert problem(mat({"A": CHAIN}), n_agents=2) == "population.n_agents = 2: the graph has 3 people"


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n" * 40])
def test_what_is_no_matlab_file_is_refused(content, write):
    assert problem(Mat(path=write(content))).startswith("graph.path = 'x.csv': not a MATLAB file: ")


def test_a_file_of_matlab_7_3_is_refused_with_what_to_do(write):
    header = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM"
    said = problem(Mat(path=write(header + bytes(400))))
    assert said == "graph.path = 'x.csv': is of MATLAB 7.3, which cannot be read; save it with -v7"
