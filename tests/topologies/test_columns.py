"""Ties from tables: CSV, parquet and edge lists, and what is said when they cannot be used."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from society import tabular
from society.topologies import Csv, EdgeList, Parquet

from .building import build, problem, ties_of

COPENHAGEN = Path(__file__).parents[2] / "scenarios" / "data" / "copenhagen" / "friendships.csv"


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


@pytest.mark.parametrize("weight", ["nan", "inf", "0", "x", "1e300", "1e-300"])
def test_a_weight_that_is_0_or_not_a_finite_number_is_refused(weight, write):
    said = problem(Csv(path=write(f"a,b,w\n1,2,1\n2,3,{weight}\n"), weight="w"))
    assert said == f"graph.path = 'x.csv': weight '{weight}' in data row 2 must be a finite number other than 0"


def test_a_weight_below_0_is_dislike(write):
    graph = build(Csv(path=write("a,b,w\n1,2,1\n2,3,-0.5\n"), weight="w"))
    assert graph.weights.tolist() == [1, 1, -0.5, -0.5]
    assert graph.notices == ("1 tie has a weight below 0: dislike.",)


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


@pytest.mark.parametrize("rows", ["1 2\n1 2 3\n", "1 2\n2 3\n4 5 6 7\n"])
def test_a_row_of_an_edge_list_longer_than_the_first_is_refused_with_its_line(rows, write):
    line = len(rows.splitlines())
    assert f"malformed: Expected 2 fields in line {line}" in problem(EdgeList(path=write(rows)))


@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz"])
def test_a_gzipped_csv_is_read_like_a_plain_one(name, write):
    assert ties_of(build(Csv(path=write("a,b\n1,2\n2,3\n", name), directed=True))) == {(1, 2), (2, 3)}


@pytest.mark.parametrize("content", ["1 2\n2 3\n", "# x\n1\t2\n2\t3\n", "1  2\n2 3 # x\n"])
def test_a_gzipped_edge_list_is_read_like_a_plain_one(content, write):
    assert ties_of(build(EdgeList(path=write(content, "x.txt.gz"), directed=True))) == {(1, 2), (2, 3)}


@pytest.mark.parametrize("kind", [Csv, EdgeList, Parquet])
def test_what_only_calls_itself_gzipped_is_refused(kind, tmp_path):
    (tmp_path / "x.gz").write_text("a,b\n1,2\n")
    assert problem(kind(path=str(tmp_path / "x.gz"))) == "graph.path = 'x.gz': not a gzip file, or cut short"


@pytest.mark.parametrize("kind", [Csv, EdgeList, Parquet])
def test_a_gzipped_file_cut_short_is_refused(kind, write, tmp_path):
    path = Path(write("a,b\n" + "".join(f"{i},{i * i}\n" for i in range(2000)), "x.gz"))
    path.write_bytes(path.read_bytes()[:-500])
    assert problem(kind(path=str(path))) == "graph.path = 'x.gz': not a gzip file, or cut short"


PLAIN = "a,b,w\n10,9,0.5\n9,7,2\n10,7,1e3\n"


@pytest.mark.parametrize("weight", [None, "w"])
def test_the_quick_way_and_the_careful_one_agree(weight, write, monkeypatch):
    quick = build(Csv(path=write(PLAIN), weight=weight))
    monkeypatch.setattr(tabular, "whole_columns", lambda *_, **__: None)
    careful = build(Csv(path=write(PLAIN), weight=weight))
    assert quick.digest() == careful.digest()
    assert quick.labels.tolist() == careful.labels.tolist() == [7, 9, 10]


@pytest.mark.parametrize("kind", [Csv, EdgeList])
def test_plain_files_are_read_in_the_quick_way(kind, write, monkeypatch):
    monkeypatch.setattr(tabular, "read_text" if kind is EdgeList else "as_numbers", None)
    content = "1 2\n2 3\n" if kind is EdgeList else "a,b\n1,2\n2,3\n"
    assert build(kind(path=write(content))).n_edges == 2


@pytest.mark.parametrize("name", ["007", "+7", "-0", "7.0", "9223372036854775807", "1234567890123456789"])
def test_a_number_that_reading_would_change_is_a_name(name, write):
    assert name in build(Csv(path=write(f"a,b\n1,{name}\n"))).labels.tolist()


def test_a_quoted_cell_may_hold_a_line_break(write):
    assert build(Csv(path=write('a,b,c\n1,2,"x\ny"\n2,3,z\n'))).n_edges == 2


@pytest.fixture
def parquet(tmp_path):
    """Write columns to a parquet file and return its path."""

    def _parquet(name="x.parquet", **columns):
        path = tmp_path / name
        with pa.output_stream(path, compression="gzip" if name.endswith(".gz") else None) as file:
            pq.write_table(pa.table(columns), file)
        return str(path)

    return _parquet


@pytest.mark.parametrize("name", ["x.parquet", "x.parquet.gz"])
def test_ties_are_read_from_parquet(name, parquet):
    path = parquet(name, a=[1, 2], b=[2, 3], w=[0.5, 4.0])
    graph = build(Parquet(path=path, weight="w", directed=True))
    assert ties_of(graph) == {(1, 2), (2, 3)}
    assert graph.weights.tolist() == [0.5, 4.0]


def test_columns_of_parquet_can_be_named(parquet):
    graph = build(Parquet(path=parquet(a=[9], b=[1], c=[2]), source="c", target="b", directed=True))
    assert ties_of(graph) == {(2, 1)}


def test_strings_of_parquet_are_names_even_if_they_are_digits(parquet):
    assert build(Parquet(path=parquet(a=["1"], b=["02"]))).labels.tolist() == ["02", "1"]


def test_a_categorical_column_of_parquet_holds_names(parquet):
    column = pa.array(["x", "y"]).dictionary_encode()
    assert build(Parquet(path=parquet(a=column, b=["y", "z"]))).labels.tolist() == ["x", "y", "z"]


def test_numbers_in_one_column_of_parquet_and_strings_in_the_other_are_strings(parquet):
    assert build(Parquet(path=parquet(a=[1], b=["x"]))).labels.tolist() == ["1", "x"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"a": [1.5], "b": [2]}, "graph.path = 'x.parquet': column 'a' must hold whole numbers or strings, not double"),
        ({"a": [1, None], "b": [2, 3]}, "graph.path = 'x.parquet': column 'a' is missing in data row 2"),
        ({"a": [1], "b": [1]}, "graph.path = 'x.parquet': empty graph, the file has no ties"),
        ({"a": [1]}, "graph.path = 'x.parquet': needs two columns or more, of different names; has 'a'"),
    ],
    ids=["fractions", "missing", "self-loops only", "one column"],
)
def test_a_table_of_parquet_that_makes_no_graph_is_refused(columns, said, parquet):
    assert problem(Parquet(path=parquet(**columns))) == said


@pytest.mark.parametrize("weight", [0.0, float("nan"), float("inf")])
def test_a_weight_of_parquet_that_is_0_or_not_finite_is_refused(weight, parquet):
    said = problem(Parquet(path=parquet(a=[1, 2], b=[2, 3], w=[1.0, weight]), weight="w"))
    assert said == f"graph.path = 'x.parquet': weight {weight!r} in data row 2 must be a finite number other than 0"


def test_a_weight_of_parquet_that_is_text_is_refused(parquet):
    said = problem(Parquet(path=parquet(a=[1], b=[2], w=["1"]), weight="w"))
    assert said == "graph.path = 'x.parquet': column 'w' must hold numbers, not string"


def test_what_is_not_parquet_is_refused(write):
    assert problem(Parquet(path=write("a,b\n1,2\n"))).startswith("graph.path = 'x.csv': not a parquet file")
