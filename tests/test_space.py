"""The social graph as a Mesa space, worked by hand on a path of six people."""

from __future__ import annotations

import gc
import pickle
import weakref

import networkx as nx
import numpy as np
import pytest
from mesa.discrete_space import Cell, CellCollection, Network

from society.model import Society
from society.people import PersonSet
from society.space import SocialSpace
from tests.societies import PATH, make_society


@pytest.fixture
def model() -> Society:
    """0 – 1 – 2 – 3 – 4 – 5."""
    return make_society(graph=PATH)


@pytest.fixture
def space(model: Society) -> SocialSpace:
    """The space of the path."""
    return model.space


def rows(cells: CellCollection) -> list[int]:
    """Coordinates of cells in order."""
    return [cell.coordinate for cell in cells]


def test_a_space_is_a_mesa_network(space):
    assert isinstance(space, Network)
    assert isinstance(space[0], Cell)
    assert isinstance(space.all_cells, CellCollection)


def test_a_society_has_one_space(model):
    assert model.space is model.space


def test_a_cell_has_its_row_as_coordinate_and_its_person(model, space):
    assert space[2].coordinate == 2
    assert space[2].agents == [model.people[2]]
    assert model.people[2].cell == space[2]


def test_the_neighbourhood_of_a_cell_is_whom_its_person_hears_from(model, space):
    assert rows(space[2].neighborhood) == [1, 3]
    assert [person.unique_id for person in model.people[2].cell.neighborhood.agents] == [2, 4]


def test_ties_of_a_directed_graph_go_one_way():
    digraph = make_society(
        population={"n_agents": 3},
        graph={"kind": "networkx", "generator": "gn_graph", "arguments": {}},
    )
    for i in range(3):
        assert rows(digraph.space[i].neighborhood) == digraph.graph.neighbours(i).tolist()
    assert digraph.graph.n_arcs == 2


@pytest.mark.parametrize(
    ("radius", "expected"), [(1, [1, 3]), (2, [1, 3, 0, 4]), (3, [1, 3, 0, 4, 5]), (9, [1, 3, 0, 4, 5])]
)
def test_a_wider_neighbourhood_goes_ring_by_ring(space, radius, expected):
    assert rows(space[2].get_neighborhood(radius)) == expected
    assert rows(space[2].get_neighborhood(radius, include_center=True)) == [*expected, 2]


@pytest.mark.parametrize("radius", [1, 2, 3])
def test_neighbourhoods_are_those_of_a_network_that_mesa_builds(radius):
    model = make_society(
        population={"n_agents": 40},
        graph={"kind": "networkx", "generator": "watts_strogatz_graph", "arguments": {"k": 4, "p": 0.3}},
    )
    theirs = Network(model.space.G, capacity=1, random=model.random, layout=None)
    for row in range(40):
        ours = {*rows(model.space[row].get_neighborhood(radius))}
        assert ours == {cell.coordinate for cell in theirs[row].get_neighborhood(radius)}


def test_a_radius_below_one_is_refused(space):
    with pytest.raises(ValueError, match="radius = 0: must be at least 1"):
        space[0].get_neighborhood(0)


def test_connections_are_the_cells_of_neighbours_by_coordinate(space):
    assert space[0].connections == {1: space[1]}


def test_two_cells_of_one_row_are_equal_and_of_two_societies_are_not(space):
    assert space[1] == space[1]
    assert len({space[1], space[1], space[2]}) == 2
    assert space[1] != make_society(graph=PATH).space[1]
    assert space[1] != 1


def test_a_cell_holds_one_person_and_never_another(model, space):
    cell = space[0]
    assert cell.is_full
    assert not cell.is_empty
    assert not cell.empty
    assert cell.capacity == 1


def test_all_cells_stand_in_order_of_rows(model, space):
    assert rows(space.all_cells) == rows(space) == [0, 1, 2, 3, 4, 5]
    assert len(space.all_cells) == 6
    assert space.all_cells.cells == list(space)
    assert repr(space.all_cells) == "Cells(6 of 6)"


def test_everybody_is_in_the_space(model, space):
    assert list(space.agents) == list(model.people)
    assert isinstance(space.all_cells.agents, PersonSet)
    assert list(space.all_cells.agents) == list(model.people)


def test_no_cell_is_empty(space):
    assert len(space.empties) == 0
    with pytest.raises(IndexError):
        space.select_random_empty_cell()


def test_cells_can_be_selected(space):
    assert rows(space.all_cells.select(lambda cell: cell.coordinate > 3)) == [4, 5]
    assert rows(space.all_cells.select(at_most=2)) == [0, 1]
    assert rows(space.all_cells.select(at_most=0.5)) == [0, 1, 2]


def test_a_collection_gives_the_people_of_its_cells(model, space):
    near = space[2].neighborhood
    assert near[space[1]] == [model.people[1]]
    with pytest.raises(KeyError):
        near[space[5]]


def test_random_cells_and_people_are_of_the_collection(model, space):
    near = space[2].neighborhood
    assert {near.select_random_cell().coordinate for _ in range(50)} == {1, 3}
    assert {near.select_random_agent().row for _ in range(50)} == {1, 3}


def test_of_no_cells_none_is_random(space):
    with pytest.raises(LookupError):
        space.empties.select_random_agent()
    assert space.empties.select_random_agent(default=None) is None


def test_a_cell_that_is_not_there_is_a_key_error(space):
    with pytest.raises(KeyError, match="coordinates are rows, from 0 to 5"):
        space[6]


def test_a_social_graph_has_no_places_so_that_no_cell_is_nearest(space):
    with pytest.raises(ValueError, match="No nodes with positions"):
        space.find_nearest_cell(np.zeros(2))


def test_the_networkx_graph_has_coordinates_as_nodes(space):
    assert [*space.G.nodes] == [0, 1, 2, 3, 4, 5]
    assert nx.is_isomorphic(space.G, nx.path_graph(6))
    assert space.G is space.G


def test_the_networkx_graph_is_made_only_when_asked_for(space):
    list(space.all_cells.agents)
    assert "G" not in vars(space)


def test_no_layout_is_ever_computed(model, monkeypatch):
    """Mesa's own Network would call spring_layout: minutes for ten thousand people."""
    monkeypatch.setattr(nx, "spring_layout", None)
    monkeypatch.setattr(Network.__init__, "__defaults__", None)
    assert rows(SocialSpace(model)[0].neighborhood) == [1]


def test_cells_are_not_kept(model):
    cell = model.space[3]
    neighbours = cell.neighborhood
    gone = weakref.ref(cell)
    del cell, neighbours
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("verb", ["add_cell", "remove_cell", "add_connection", "remove_connection"])
def test_the_space_is_immutable(space, verb):
    with pytest.raises(TypeError, match="the social graph of a society is immutable"):
        getattr(space, verb)(space[0])


@pytest.mark.parametrize("verb", ["add_agent", "remove_agent", "connect", "disconnect"])
def test_a_cell_is_immutable(space, verb):
    with pytest.raises(TypeError, match="cells and ties are fixed"):
        getattr(space[0], verb)(space[1])


def test_a_person_stays_at_home(model, space):
    with pytest.raises(AttributeError, match="'cell' of a person cannot be set"):
        model.people[0].cell = space[1]


def test_a_pickled_society_leaves_its_space_behind(model, space):
    assert "space" not in model.__getstate__()
    again = pickle.loads(pickle.dumps(model))
    assert rows(again.space[2].neighborhood) == [1, 3]
    assert again.space.model is again


def test_cells_and_space_can_be_pickled(model, space):
    again, cell, near = pickle.loads(pickle.dumps((space, space[2], space[2].neighborhood)))
    assert cell == again[2]
    assert rows(near) == [1, 3]
