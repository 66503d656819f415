"""Initial columns from a file or from the graph: what is written where, what is said, and what is refused."""

import gzip

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from society import Scenario, Society
from society.errors import InputError
from tests.files import laid

BASE = {
    "run": {"steps": 2},
    "population": {"traits": ["openness", "anger"], "age_low": 20.0, "age_high": 60.0, "trait_low": -4.0},
    "environment": {"city": {"kind": "quadratic"}, "farm": {"kind": "quadratic"}},
    "platform": {"feed": {"target": {"anger": 1.0}}},
    "process": {
        "ageing": {},
        "exploration": {},
        "attention": {},
        "landscape": {},
        "capture": {},
        "exchange": {},
        "learning": {},
    },
    "meme": {"joke": {"kind": "invariant"}},
}
PEOPLE = "who,age,O,home,on\n30,41.5,0.25,farm,true\n10,22,-1,city,0\n20,33,2,farm,1\n"
INITIAL = {"age": "age", "traits.openness": "O", "environment": "home", "is_user.feed": "on"}


@pytest.fixture
def society(tmp_path):
    """A society of persons 10, 20 and 30 whose initial columns come from a file of the given content."""
    (tmp_path / "ties.csv").write_text("a,b\n10,20\n20,30\n")

    def _society(content=PEOPLE, initial=INITIAL, name="people.csv", **fields):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        population = {"path": str(tmp_path / name), "initial": initial, **fields}
        raw = {**BASE, "graph": {"kind": "csv", "path": str(tmp_path / "ties.csv")}}
        return Society(Scenario.from_dict(laid(raw, {f"population.{k}": v for k, v in population.items()})))

    return _society


def problem(society, *arguments, **fields):
    with pytest.raises(InputError) as raised:
        society(*arguments, **fields)
    return str(raised.value).removeprefix("scenario: ")


@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz"])
def test_people_start_with_what_the_file_says_whatever_its_order(name, society):
    model = society(name=name)
    assert model.population["age"].tolist() == [22, 33, 41.5]
    assert model.population["traits"][:, 0].tolist() == [-1, 2, 0.25]
    assert model.population["environment"].tolist() == [0, 1, 1]
    assert model.population["is_user"][0].tolist() == [False, True, True]


def test_parquet_is_read_like_csv(society, tmp_path):
    pq.write_table(pa.table({"who": [30, 10, 20], "age": [41.5, 22, 33]}), tmp_path / "made.parquet")
    model = society((tmp_path / "made.parquet").read_bytes(), {"age": "age"}, "people.parquet")
    assert model.population["age"].tolist() == [22, 33, 41.5]


def test_the_column_of_names_can_be_chosen(society):
    model = society("age,who\n22,10\n33,20\n44,30\n", {"age": "age"}, id="who")
    assert model.population["age"].tolist() == [22, 33, 44]


def test_what_the_file_does_not_set_is_drawn_as_without_it(society):
    with_file, ages_only = society(), society(initial={"age": "age"})
    assert np.array_equal(with_file.population["traits"][:, 1], ages_only.population["traits"][:, 1])


def test_all_who_have_everything_give_no_notice(society):
    assert society().notices == []


def test_people_the_file_misses_keep_what_is_drawn_and_are_counted(society):
    model, drawn = society("who,age\n10,22\n", {"age": "age"}), society(initial={"traits.anger": "O"})
    assert model.population["age"].tolist() == [22, *drawn.population["age"][1:]]
    assert model.notices == ["2 people of the graph are not in people.csv and keep what was drawn."]


def test_people_the_graph_does_not_have_are_named(society):
    model = society(PEOPLE + "".join(f"x{i},1,1,city,0\n" for i in range(5)))
    assert model.notices == ["5 people of people.csv are not in the graph: 'x0', 'x1', 'x2', …."]
    assert model.population["age"].tolist() == [22, 33, 41.5]


def test_empty_cells_leave_what_was_drawn_and_are_counted(society):
    model = society("who,age\n10,22\n20,\n30,44\n", {"age": "age"})
    assert model.notices == ["age: 1 person without 'age' in people.csv keep what was drawn."]
    assert model.population["age"][[0, 2]].tolist() == [22, 44]
    assert 20 <= model.population["age"][1] <= 60


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("old", "'old' of person 20 in people.csv must be a finite number, at least 0"),
        ("nan", "'nan' of person 20 in people.csv must be a finite number, at least 0"),
        ("inf", "'inf' of person 20 in people.csv must be a finite number, at least 0"),
        ("-1", "'-1' of person 20 in people.csv must be a finite number, at least 0"),
    ],
)
def test_an_age_that_is_none_is_refused_with_its_person(cell, said, society):
    content = f"who,age\n10,22\n20,{cell}\n"
    assert problem(society, content, {"age": "age"}) == f"population.initial.age = 'age': {said}"


def test_a_trait_beyond_its_bounds_is_refused(society):
    said = problem(society, "who,O\n10,-4.5\n", {"traits.anger": "O"})
    assert said.endswith("= 'O': '-4.5' of person 10 in people.csv must be a finite number, at least -4")


def test_a_number_too_large_for_its_column_is_refused(society):
    assert "must be a finite number" in problem(society, "who,O\n10,1e300\n", {"traits.anger": "O"})


def test_an_unknown_environment_is_refused_with_the_nearest(society):
    said = problem(society, "who,home\n10,frm\n", {"environment": "home"})
    assert said.endswith("'frm' of person 10 in people.csv must be the name of an environment; did you mean 'farm'?")


def test_what_is_neither_true_nor_false_is_refused(society):
    said = problem(society, "who,on\n10,2\n", {"is_user.feed": "on"})
    assert said.endswith("'2' of person 10 in people.csv must be true or false, 1 or 0")


def test_nan_in_parquet_is_refused_and_null_is_an_empty_cell(society, tmp_path):
    for number, column in (("nan", [float("nan"), 22.0]), ("null", [None, 22.0])):
        pq.write_table(pa.table({"who": [20, 10], "age": column}), tmp_path / f"{number}.parquet")
    nan, null = ((tmp_path / f"{name}.parquet").read_bytes() for name in ("nan", "null"))
    assert "nan of person 20" in problem(society, nan, {"age": "age"}, "p.parquet")
    assert society(null, {"age": "age"}, "p.parquet").population["age"][0] == 22


@pytest.mark.parametrize(
    "column", ["uid", "knows", "knows.joke", "trial.anger", "well_bonus", "agee", "traits", "reward"]
)
def test_what_is_no_state_in_numbers_cannot_be_set(column, society):
    said = problem(society, PEOPLE, {column: "age"})
    assert said.startswith(f"population.initial.{column}: no such column; ")


def test_the_nearest_column_is_suggested(society):
    assert "did you mean 'traits.openness'?" in problem(society, PEOPLE, {"traits.opennes": "O"})


def test_an_unknown_column_of_the_file_is_refused_with_the_nearest(society):
    said = problem(society, PEOPLE, {"age": "agee"})
    assert said == "population.initial.age = 'agee': no such column in people.csv; did you mean 'age'?"


def test_an_unknown_column_of_names_is_refused_with_the_nearest(society):
    said = problem(society, id="whom")
    assert said == "population.id = 'whom': no such column in people.csv; did you mean 'who'?"


def test_a_person_who_stands_twice_is_refused(society):
    said = problem(society, "who,age\n10,22\n10,23\n", {"age": "age"})
    assert said.endswith("people.csv': person 10 stands twice in column 'who'")


def test_a_row_without_a_person_is_refused(society):
    said = problem(society, "who,age\n10,22\n,23\n", {"age": "age"})
    assert said.endswith("people.csv': column 'who' is missing in data row 2")


def test_a_file_of_strangers_is_refused(society):
    said = problem(society, "who,age\nann,22\n", {"age": "age"})
    assert said == "population.path: nobody in people.csv is in the graph; it has 'ann' and the graph '10'"


@pytest.mark.parametrize("content", ["", "who\n", "who,who\n1,2\n"])
def test_a_file_that_says_nothing_is_refused(content, society):
    assert problem(society, content).startswith("population.")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    raw = laid(BASE, {"population.path": str(tmp_path / "x.csv"), "population.initial": {"age": "age"}})
    scenario = Scenario.from_dict({**raw, "graph": {"kind": "networkx", "generator": "karate_club_graph"}})
    with pytest.raises(InputError, match=r"population\.path = '.*x\.csv': no such file"):
        Society(scenario)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"path": "x.csv"}, "population.initial: is required, since population.path is given"),
        ({"id": "who"}, "population.path: is required, since population.id is given"),
        ({"initial": {"age": 3}}, "population.initial.age = 3: must be a string in quotes"),
        ({"initial": {"traits": {"anger": "A"}, "traits.anger": "B"}}, "population.initial: 'traits.anger' stands tw"),
    ],
)
def test_tables_that_do_not_fit_together_are_refused(changes, said):
    raw = laid(BASE, {f"population.{key}": value for key, value in changes.items()})
    with pytest.raises(InputError) as raised:
        Scenario.from_dict({**raw, "graph": {"kind": "networkx", "generator": "karate_club_graph"}})
    assert said in str(raised.value)


CLUB = {"graph": {"kind": "networkx", "generator": "karate_club_graph"}}


def in_clubs(**initial):
    environments = {"officer": {"kind": "quadratic"}, "hi": {"kind": "quadratic"}}
    raw = {**BASE, **CLUB, "environment": environments}
    return Society(Scenario.from_dict(laid(raw, {"population.initial": initial})))


def test_attributes_of_the_graph_are_initial_columns_without_a_file():
    with pytest.raises(InputError, match=r"'Mr\. Hi' of person 0 in the graph must be the name of an environment"):
        in_clubs(environment="club")


def test_an_unknown_attribute_of_the_graph_is_refused_with_the_nearest():
    with pytest.raises(
        InputError, match=r"population\.initial\.age = 'clubb': no such attribute .* did you mean 'club'"
    ):
        in_clubs(age="clubb")


def test_a_graph_that_says_nothing_of_people_is_refused():
    raw = {**BASE, "graph": {"kind": "small_world"}}
    with pytest.raises(InputError, match="the graph says nothing of people; needs a path"):
        Society(Scenario.from_dict(laid(raw, {"population.initial": {"age": "age"}, "population.n_agents": 20})))


def test_numbers_and_names_are_read_from_gml(tmp_path):
    graph = nx.path_graph(["ann", "bob", "cy"])
    nx.set_node_attributes(graph, {"ann": {"years": 30, "home": "farm"}, "bob": {"years": 44.5, "home": "city"}})
    nx.write_gml(graph, tmp_path / "people.gml")
    raw = {**BASE, "graph": {"kind": "gml", "path": str(tmp_path / "people.gml")}}
    initial = {"population.initial": {"age": "years", "environment": "home"}}
    model = Society(Scenario.from_dict(laid(raw, initial)))
    assert model.population["age"][:2].tolist() == [30, 44.5]
    assert model.population["environment"][:2].tolist() == [1, 0]
    assert model.notices == [
        "age: 1 person without 'years' in the graph keep what was drawn.",
        "environment: 1 person without 'home' in the graph keep what was drawn.",
    ]


def test_groups_of_the_block_model_can_be_environments():
    raw = {**BASE, "graph": {"kind": "blocks", "shares": {"city": 3.0, "farm": 1.0}}}
    changes = {"population.initial": {"environment": "group"}, "population.n_agents": 200}
    homes = Society(Scenario.from_dict(laid(raw, changes))).population["environment"]
    assert homes.tolist() == [0] * 150 + [1] * 50


def test_a_path_in_a_file_is_relative_to_it_and_its_bytes_are_in_the_digest(tmp_path):
    (tmp_path / "people.csv").write_text("who,age\n0,20\n")
    text = (
        '[population]\npath = "people.csv"\ninitial = { age = "age" }\n'
        '[graph]\nkind = "networkx"\ngenerator = "karate_club_graph"\n[process.ageing]\n'
    )
    (tmp_path / "x.toml").write_text(text)
    scenario = Scenario.from_file(tmp_path / "x.toml")
    assert scenario.population.path == str(tmp_path / "people.csv")
    before = scenario.digest()
    (tmp_path / "people.csv").write_text("who,age\n0,21\n")
    assert Scenario.from_file(tmp_path / "x.toml").digest() != before


def test_a_column_can_be_named_by_a_path_of_tables():
    tables = {**BASE, **CLUB}
    nested = Scenario.from_dict(laid(tables, {"population.initial": {"traits": {"anger": "club"}}}))
    dotted = Scenario.from_dict(laid(tables, {"population.initial": {"traits.anger": "club"}}))
    assert nested.digest() == dotted.digest()
    set_by_path = Scenario.from_dict(tables).replace({"population.initial.traits.anger": "club"})
    assert set_by_path.digest() == dotted.digest()


def test_initial_columns_survive_the_resolved_scenario(tmp_path):
    scenario = Scenario.from_dict(laid({**BASE, **CLUB}, {"population.initial": {"traits.anger": "club"}}))
    (tmp_path / "shown.toml").write_text(scenario.to_toml())
    assert Scenario.from_file(tmp_path / "shown.toml").population.initial == {"traits.anger": "club"}


def test_a_group_of_people_is_read_by_name(society):
    model = society(
        "who,party\n10,blue\n20,red\n",
        {"group": "party"},
        groups={"red": 1.0, "blue": 1.0},
    )
    assert model.population["group"].tolist()[:2] == [0, 1]


def test_groups_are_drawn_in_proportion_to_their_shares():
    raw = {**BASE, "graph": {"kind": "erdos_renyi", "mean_degree": 2.0}}
    groups = {"population.n_agents": 4000, "population.groups": {"a": 3.0, "b": 1.0}}
    in_b = Society(Scenario.from_dict(laid(raw, groups))).population["group"].mean()
    assert abs(in_b - 0.25) < 4 * (0.25 * 0.75 / 4000) ** 0.5
