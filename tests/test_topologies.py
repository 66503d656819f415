"""The `[graph]` table: files and generators, and what is said when they cannot be used."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from pydantic import ValidationError

from society.errors import InputError
from society.graph import SocialGraph
from society.topologies import TOPOLOGIES, Csv, EdgeList, Networkx, Topology

COPENHAGEN = Path(__file__).parents[1] / "scenarios" / "data" / "copenhagen" / "friendships.csv"
SMALL_WORLD = {"k": 4, "p": 0.5}


@pytest.fixture
def write(tmp_path):
    """Write a file and return its path as a scenario would hold it."""

    def _write(content: str | bytes, name: str = "x.csv") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return _write


def build(topology: Topology, n_agents: int | None = None, seed: int = 1) -> SocialGraph:
    return topology.build(n_agents=n_agents, seed=seed)


def problem(topology: Topology, n_agents: int | None = None) -> str:
    """What is said when the topology cannot be built, without the folder of its file."""
    with pytest.raises(InputError) as raised:
        build(topology, n_agents)
    path = getattr(topology, "path", "")
    return str(raised.value).replace(path, Path(path).name) if path else str(raised.value)


def test_every_kind_is_registered_under_its_own_name():
    assert {kind: topology.model_fields["kind"].default for kind, topology in TOPOLOGIES.items()} == {
        "csv": "csv",
        "edge_list": "edge_list",
        "networkx": "networkx",
    }


def test_every_field_is_described():
    fields = [field for topology in TOPOLOGIES.values() for field in topology.model_fields.values()]
    assert all(field.description and field.description.endswith(".") for field in fields)


def test_kind_chooses_the_class():
    assert isinstance(TOPOLOGIES["edge_list"].model_validate({"kind": "edge_list", "path": "x"}), EdgeList)


def test_an_unknown_key_is_refused():
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Csv(path="x", sorce="a")


def test_the_copenhagen_file_has_6429_rows_among_800_people():
    graph = build(Csv(path=str(COPENHAGEN)))
    assert len(COPENHAGEN.read_text().splitlines()) - 1 == 6429
    assert graph.n_agents == 800


def test_eleven_rows_of_the_copenhagen_file_are_self_loops_so_6418_ties_remain():
    graph = build(Csv(path=str(COPENHAGEN)))
    assert graph.n_edges == 6429 - 11
    assert graph.notices == ("11 self-loops were dropped.",)


def test_the_first_two_columns_are_source_and_target(write):
    graph = build(Csv(path=write("a,b,c\n1,2,9\n"), directed=True))
    assert graph.labels.tolist() == [1, 2]
    assert graph.neighbours(1).tolist() == [0]


def test_columns_can_be_named(write):
    graph = build(Csv(path=write("a,b,c\n9,1,2\n"), source="c", target="b", directed=True))
    assert graph.labels.tolist() == [1, 2]
    assert graph.neighbours(0).tolist() == [1]


def test_blanks_around_header_names_are_stripped(write):
    assert build(Csv(path=write(" user_a, user_b \n1,2\n"), source="user_a", target="user_b")).n_edges == 1


def test_blanks_around_cells_are_stripped(write):
    assert build(Csv(path=write("a,b\n ann , bob\nbob ,ann\n"))).labels.tolist() == ["ann", "bob"]


def test_a_byte_order_mark_is_no_part_of_the_header(write):
    assert build(Csv(path=write("\ufeffa,b\n1,2\n"), source="a")).n_edges == 1


def test_ties_of_a_file_run_both_ways_unless_directed(write):
    assert build(Csv(path=write("a,b\n1,2\n"))).n_arcs == 2
    assert build(Csv(path=write("a,b\n1,2\n"), directed=True)).n_arcs == 1


def test_weights_are_read_from_their_column(write):
    graph = build(Csv(path=write("a,b,w\n1,2,0.5\n2,3,4\n"), weight="w"))
    assert graph.weights.tolist() == [0.5, 0.5, 4, 4]


def test_labels_are_whole_numbers_and_sorted_as_such(write):
    labels = build(Csv(path=write("a,b\n10,9\n-3,10\n"))).labels
    assert labels.tolist() == [-3, 9, 10]
    assert labels.dtype == np.int64


def test_one_name_among_numbers_makes_every_label_a_string(write):
    assert build(Csv(path=write("a,b\n10,9\n9,x\n"))).labels.tolist() == ["10", "9", "x"]


def test_leading_zeros_part_two_people(write):
    assert build(Csv(path=write("a,b\n007,7\n"))).labels.tolist() == ["007", "7"]


def test_a_person_may_be_called_na(write):
    assert build(Csv(path=write("a,b\nNA,None\n"))).labels.tolist() == ["NA", "None"]


def test_a_larger_population_adds_people_without_ties(write):
    graph = build(Csv(path=write("a,b\n1,2\n")), n_agents=3)
    assert graph.labels.tolist() == [1, 2, 3]
    assert graph.degree.tolist() == [1, 1, 0]


def test_a_smaller_population_than_the_file_is_refused():
    assert problem(Csv(path=str(COPENHAGEN)), n_agents=5) == "population.n_agents = 5: the graph has 800 people"


@pytest.mark.parametrize("kind", [Csv, EdgeList])
def test_a_file_that_is_not_there_is_said(kind, tmp_path):
    assert problem(kind(path=str(tmp_path / "x.csv"))) == "graph.path = 'x.csv': no such file"


@pytest.mark.parametrize("kind", [Csv, EdgeList])
def test_a_folder_is_no_file(kind, tmp_path):
    assert problem(kind(path=str(tmp_path))).endswith(": cannot be read: Is a directory")


@pytest.mark.parametrize("kind", [Csv, EdgeList])
@pytest.mark.parametrize("garbage", [b"\x89PNG\r\n\x1a\n", b"a,b\n\xff,1\n", b"PK\0\0", "a,b\n1,2".encode("utf-16")])
def test_a_binary_file_is_refused(kind, garbage, write):
    assert problem(kind(path=write(garbage))).startswith("graph.path = 'x.csv': not a text file")


@pytest.mark.parametrize("content", ["", "a,b\n", "a,b\n1,1\n"], ids=["nothing", "header only", "self-loops only"])
def test_a_csv_without_ties_is_refused(content, write):
    assert problem(Csv(path=write(content))) == "graph.path = 'x.csv': empty graph, the file has no ties"


@pytest.mark.parametrize("content", ["", "# nothing\n", "1 1\n"], ids=["nothing", "comment only", "self-loops only"])
def test_an_edge_list_without_ties_is_refused(content, write):
    assert problem(EdgeList(path=write(content))) == "graph.path = 'x.csv': empty graph, the file has no ties"


@pytest.mark.parametrize("field", ["source", "target", "weight"])
def test_a_missing_column_is_named_with_the_nearest(field, write):
    said = problem(Csv(path=write("user_a,friend\n1,2\n"), **{field: "usr_a"}))
    assert said == f"graph.{field} = 'usr_a': no such column in x.csv; did you mean 'user_a'?"


def test_source_and_target_must_be_different_columns(write):
    said = problem(Csv(path=write("a,b\n1,2\n"), source="b"))
    assert said == "graph.target = 'b': must differ from graph.source"


def test_a_file_of_one_column_is_refused_with_its_header(write):
    said = problem(Csv(path=write("a;b\n1;2\n")))
    assert said == "graph.path = 'x.csv': needs two columns or more, of different names; has 'a;b'"


def test_two_columns_of_the_same_name_are_refused(write):
    assert "of different names; has 'a', 'a'" in problem(Csv(path=write("a ,a\n1,2\n")))


@pytest.mark.parametrize("row", ["2,", "2, ", "2"])
def test_a_missing_cell_is_refused_with_its_row(row, write):
    said = problem(Csv(path=write(f"a,b\n1,2\n{row}\n")))
    assert said == "graph.path = 'x.csv': column 'b' is missing in data row 2"


@pytest.mark.parametrize("weight", ["nan", "inf", "0", "-1", "x", "1e300", "1e-300"])
def test_a_weight_that_is_not_a_finite_number_above_0_is_refused(weight, write):
    said = problem(Csv(path=write(f"a,b,w\n1,2,1\n2,3,{weight}\n"), weight="w"))
    assert said == f"graph.path = 'x.csv': weight '{weight}' in data row 2 must be a finite number above 0"


def test_a_missing_weight_is_refused(write):
    said = problem(Csv(path=write("a,b,w\n1,2,\n"), weight="w"))
    assert said == "graph.path = 'x.csv': column 'w' is missing in data row 1"


@pytest.mark.parametrize("rows", ["1,2,3\n", "1,2\n1,2,3\n"])
def test_a_row_longer_than_the_header_is_refused(rows, write):
    assert problem(Csv(path=write(f"a,b\n{rows}"))).startswith("graph.path = 'x.csv': malformed: ")


def test_an_edge_list_is_split_at_any_blanks(write):
    graph = build(EdgeList(path=write("# ties\n 1\t2\n2   3  # close friends\n")))
    assert graph.labels.tolist() == [1, 2, 3]
    assert graph.degree.tolist() == [1, 2, 1]


def test_the_second_person_of_a_directed_edge_list_hears_the_first(write):
    assert build(EdgeList(path=write("1 2\n"), directed=True)).neighbours(1).tolist() == [0]


def test_the_third_column_of_an_edge_list_is_the_weight_if_asked_for(write):
    path = write("1 2 0.5\n2 3 4\n")
    assert build(EdgeList(path=path, weighted=True)).weights.tolist() == [0.5, 0.5, 4, 4]
    assert build(EdgeList(path=path)).weights is None


def test_a_quotation_mark_in_an_edge_list_is_part_of_a_name(write):
    assert build(EdgeList(path=write('"a b\nb c\n'))).labels.tolist() == ['"a', "b", "c"]


def test_an_edge_list_without_its_weights_is_refused(write):
    said = problem(EdgeList(path=write("1 2\n"), weighted=True))
    assert said == "graph.path = 'x.csv': needs 3 columns, has 2"


def test_a_missing_cell_of_an_edge_list_is_refused(write):
    said = problem(EdgeList(path=write("1 2\n3\n")))
    assert said == "graph.path = 'x.csv': column '2' is missing in data row 2"


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


def test_a_generated_weight_must_be_above_0(monkeypatch):
    def club():
        return nx.Graph([(0, 1, {"trust": 0.0})])

    club.__module__ = nx.karate_club_graph.__module__
    monkeypatch.setattr(nx, "karate_club_graph", club)
    said = problem(Networkx(generator="karate_club_graph", weight="trust"))
    assert said == "graph.weight = 'trust': must be above 0 on every tie"
