"""SocialGraph: what it keeps, what it drops and says, and that it cannot be changed."""

import pickle

import networkx as nx
import numpy as np
import pytest

from society.errors import InputError
from society.graph import SocialGraph

TRIANGLE_AND_TAIL = ([0, 1, 2, 2], [1, 2, 0, 3])


@pytest.fixture
def tail() -> SocialGraph:
    """Triangle 0-1-2 with person 3 tied to 2."""
    return SocialGraph.from_edges(*TRIANGLE_AND_TAIL)


@pytest.fixture
def star() -> SocialGraph:
    """Person 0 hears 1, 2, 3 and 4, with strengths 1, 3, 2, 3."""
    return SocialGraph.from_edges([1, 2, 3, 4], [0, 0, 0, 0], weights=[1, 3, 2, 3], directed=True)


def test_an_undirected_tie_is_stored_as_both_arcs(tail):
    assert tail.indptr.tolist() == [0, 2, 4, 7, 8]
    assert tail.indices.tolist() == [1, 2, 0, 2, 0, 1, 3, 2]


def test_sizes_count_people_arcs_and_ties(tail):
    assert (tail.n_agents, tail.n_arcs, tail.n_edges) == (4, 8, 4)


def test_sizes_of_a_directed_graph_count_each_arc_as_a_tie(star):
    assert (star.n_agents, star.n_arcs, star.n_edges) == (5, 4, 4)


def test_degree_is_the_number_of_people_one_hears(tail, star):
    assert tail.degree.tolist() == [2, 2, 3, 1]
    assert star.degree.tolist() == [4, 0, 0, 0, 0]


def test_arrays_have_the_declared_types(star):
    dtypes = [star.indptr.dtype, star.indices.dtype, star.weights.dtype, star.degree.dtype]
    assert dtypes == [np.int64, np.int32, np.float32, np.int32]


def test_the_target_of_a_directed_tie_hears_its_source(star):
    assert star.neighbours(0).tolist() == [1, 2, 3, 4]
    assert star.neighbours(1).tolist() == []


def test_neighbours_are_a_view_of_the_row(tail):
    assert tail.neighbours(2).tolist() == [0, 1, 3]
    assert np.shares_memory(tail.neighbours(2), tail.indices)


@pytest.mark.parametrize("name", ["indptr", "indices", "weights", "labels", "degree"])
def test_no_array_can_be_written(star, name):
    with pytest.raises(ValueError, match="read-only"):
        getattr(star, name)[0] = 1


def test_a_pickled_copy_is_equal_and_still_cannot_be_written(star):
    copy = pickle.loads(pickle.dumps(star))
    assert copy.digest() == star.digest()
    assert not copy.indices.flags.writeable


def test_making_a_graph_leaves_the_callers_arrays_writable():
    source, target = np.array([0, 1]), np.array([1, 2])
    SocialGraph.from_edges(source, target)
    assert source.flags.writeable
    assert target.flags.writeable


def test_the_text_form_names_people_ties_and_direction(tail, star):
    assert repr(tail) == "SocialGraph(4 people, 4 ties, undirected)"
    assert repr(star) == "SocialGraph(5 people, 4 ties, directed)"


def test_a_clean_graph_gives_no_notice(tail):
    assert tail.notices == ()


def test_a_self_loop_is_dropped_and_said():
    graph = SocialGraph.from_edges([0, 1], [1, 1])
    assert graph.n_edges == 1
    assert graph.notices == ("1 self-loop was dropped.",)


def test_a_tie_and_its_reverse_are_one_undirected_tie():
    graph = SocialGraph.from_edges([0, 1, 0], [1, 0, 1])
    assert graph.indices.tolist() == [1, 0]
    assert graph.notices == ("2 repeated ties were dropped; the first of each was kept.",)


def test_a_tie_and_its_reverse_are_two_directed_ties():
    graph = SocialGraph.from_edges([0, 1, 0], [1, 0, 1], directed=True)
    assert graph.indices.tolist() == [1, 0]
    assert graph.notices == ("1 repeated tie was dropped; the first of each was kept.",)


def test_a_repeated_undirected_tie_keeps_the_first_weight_in_both_arcs():
    graph = SocialGraph.from_edges([1, 0], [0, 1], weights=[5, 7])
    assert graph.weights.tolist() == [5, 5]


def test_weights_follow_their_ties_through_sorting():
    graph = SocialGraph.from_edges([2, 0], [1, 2], weights=[12, 2])
    assert graph.indices.tolist() == [2, 2, 0, 1]
    assert graph.weights.tolist() == [2, 12, 2, 12]


def test_weights_follow_their_ties_past_a_self_loop():
    assert SocialGraph.from_edges([0, 0], [0, 1], weights=[9, 4]).weights.tolist() == [4, 4]


def test_people_without_ties_are_counted():
    graph = SocialGraph.from_edges([0], [1], n_agents=4)
    assert graph.degree.tolist() == [1, 1, 0, 0]
    assert graph.notices == ("2 of 4 people have no ties.",)


def test_a_person_who_is_only_heard_is_not_isolated(star):
    assert star.notices == ()


def test_a_graph_may_have_no_ties_at_all():
    graph = SocialGraph.from_edges([], [], n_agents=3)
    assert (graph.n_agents, graph.n_arcs) == (3, 0)
    assert graph.notices == ("3 of 3 people have no ties.",)


def test_a_graph_without_people_is_refused():
    with pytest.raises(InputError, match="the graph has no people"):
        SocialGraph.from_edges([], [])


def test_fewer_people_than_the_edges_name_is_refused():
    with pytest.raises(InputError, match=r"^population\.n_agents = 2: the graph has 3 people$"):
        SocialGraph.from_edges([0], [2], n_agents=2)


def test_a_negative_position_is_refused():
    with pytest.raises(InputError, match="at least 0, not -1"):
        SocialGraph.from_edges([0], [-1])


def test_fractional_positions_are_refused():
    with pytest.raises(InputError, match="whole numbers"):
        SocialGraph.from_edges([0.5], [1])


def test_sources_and_targets_of_different_number_are_refused():
    with pytest.raises(InputError, match="differ in length: 2 and 1"):
        SocialGraph.from_edges([0, 1], [1])


def test_weights_of_another_number_than_the_ties_are_refused():
    with pytest.raises(InputError, match="one is needed for each of 1 ties"):
        SocialGraph.from_edges([0], [1], weights=[1, 2])


@pytest.mark.parametrize("weight", [np.nan, np.inf, 1e300])
def test_a_weight_that_is_not_finite_in_float32_is_refused(weight):
    with pytest.raises(InputError, match="finite"):
        SocialGraph.from_edges([0], [1], weights=[weight])


def test_people_stand_in_the_order_of_their_whole_number_labels():
    graph = SocialGraph.from_labelled_edges([30, 7], [10, 30])
    assert graph.labels.tolist() == [7, 10, 30]
    assert graph.neighbours(2).tolist() == [0, 1]
    assert graph.labels.dtype == np.int64


def test_people_stand_in_the_order_of_their_string_labels():
    graph = SocialGraph.from_labelled_edges(["eve", "bob"], ["ann", "eve"])
    assert graph.labels.tolist() == ["ann", "bob", "eve"]
    assert graph.neighbours(2).tolist() == [0, 1]


def test_weights_and_direction_pass_through_labels():
    graph = SocialGraph.from_labelled_edges(["b", "a"], ["a", "b"], weights=[2, 3], directed=True)
    assert graph.indices.tolist() == [1, 0]
    assert graph.weights.tolist() == [2, 3]


def test_added_people_get_the_next_whole_numbers():
    graph = SocialGraph.from_labelled_edges([5], [9], n_agents=4)
    assert graph.labels.tolist() == [5, 9, 10, 11]


def test_added_people_are_said():
    graph = SocialGraph.from_labelled_edges([5], [9], n_agents=4)
    assert graph.notices == ("2 people without ties were added to reach 4.", "2 of 4 people have no ties.")


def test_added_people_among_strings_are_called_isolate():
    graph = SocialGraph.from_labelled_edges(["x"], ["y"], n_agents=4)
    assert graph.labels.tolist() == ["x", "y", "isolate-1", "isolate-2"]


def test_an_added_person_never_takes_a_name_in_use():
    graph = SocialGraph.from_labelled_edges(["isolate-1"], ["y"], n_agents=3)
    assert graph.labels.tolist() == ["isolate-1", "y", "isolate-2"]


def test_fewer_people_than_labels_is_refused():
    with pytest.raises(InputError, match=r"population\.n_agents = 1: the graph has 2 people"):
        SocialGraph.from_labelled_edges(["x"], ["y"], n_agents=1)


def test_fractional_labels_are_refused():
    with pytest.raises(InputError, match="not fractions"):
        SocialGraph.from_labelled_edges([0.5], [1.5])


def test_the_karate_club_has_34_people_and_78_ties():
    graph = SocialGraph.from_networkx(nx.karate_club_graph())
    assert (graph.n_agents, graph.n_edges) == (34, 78)


def test_the_karate_club_survives_a_round_trip():
    club = nx.karate_club_graph()
    back = SocialGraph.from_networkx(club, weight="weight").to_networkx()
    assert list(back.nodes) == list(club.nodes)
    assert nx.to_dict_of_dicts(back) == nx.to_dict_of_dicts(club)


def test_a_directed_graph_survives_a_round_trip():
    cycle = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a"), ("a", "c")])
    back = SocialGraph.from_networkx(cycle).to_networkx()
    assert back.is_directed()
    assert set(back.edges) == set(cycle.edges)


def test_isolated_people_survive_a_round_trip():
    assert list(SocialGraph.from_networkx(nx.empty_graph(3)).to_networkx().nodes) == [0, 1, 2]


def test_people_stand_in_the_order_of_the_nodes_of_networkx():
    assert SocialGraph.from_networkx(nx.Graph([("z", "a"), ("a", "m")])).labels.tolist() == ["z", "a", "m"]


def test_the_successor_in_networkx_hears_its_predecessor():
    assert SocialGraph.from_networkx(nx.DiGraph([(0, 1)])).neighbours(1).tolist() == [0]


def test_parallel_edges_of_a_multigraph_are_dropped_and_said():
    graph = SocialGraph.from_networkx(nx.MultiGraph([(0, 1), (0, 1), (1, 0)]))
    assert graph.n_edges == 1
    assert graph.notices == ("2 repeated ties were dropped; the first of each was kept.",)


def test_nodes_that_are_not_names_are_labelled_by_their_text():
    assert SocialGraph.from_networkx(nx.grid_2d_graph(1, 2)).labels.tolist() == ["(0, 0)", "(0, 1)"]


def test_nodes_that_read_the_same_as_text_are_refused():
    with pytest.raises(InputError, match="read the same"):
        SocialGraph.from_networkx(nx.Graph([(1, "1")]))


def test_a_tie_without_the_weight_asked_for_is_named():
    with pytest.raises(InputError, match=r"graph\.weight = 'trust': the tie 0 – 1 has no number of that name"):
        SocialGraph.from_networkx(nx.path_graph(2), weight="trust")


def test_a_larger_number_of_people_adds_to_a_networkx_graph():
    assert SocialGraph.from_networkx(nx.path_graph(2), n_agents=3).labels.tolist() == [0, 1, 2]


def test_the_k_strongest_arcs_of_a_row_are_kept_in_order_of_position(star):
    kept = star.k_strongest(2, np.zeros(4))
    assert kept.neighbours(0).tolist() == [2, 4]
    assert kept.weights.tolist() == [3, 3]


def test_equal_strengths_are_parted_by_the_smaller_priority(star):
    assert star.k_strongest(1, np.array([0, 9, 0, 8])).neighbours(0).tolist() == [4]


def test_equal_strengths_and_priorities_are_parted_by_position(star):
    assert star.k_strongest(1, np.zeros(4)).neighbours(0).tolist() == [2]


def test_strength_goes_before_priority(star):
    assert star.k_strongest(3, np.array([0, 1, 2, 3])).neighbours(0).tolist() == [2, 3, 4]


def test_without_weights_priority_alone_decides(tail):
    largest_first = np.arange(8)[::-1].astype(np.uint64)
    kept = tail.k_strongest(1, largest_first)
    assert kept.indices.tolist() == [2, 2, 3, 2]
    assert kept.indptr.tolist() == [0, 1, 2, 3, 4]


def test_the_k_strongest_may_be_one_sided_so_the_result_is_directed(tail):
    kept = tail.k_strongest(2, np.zeros(8))
    assert kept.directed
    assert kept.neighbours(2).tolist() == [0, 1]
    assert kept.neighbours(3).tolist() == [2]


def test_arcs_beyond_the_k_strongest_are_said(star):
    assert star.k_strongest(3, np.zeros(4)).notices == ("1 arc beyond the 3 strongest of a person was dropped.",)


def test_a_k_of_at_least_the_largest_degree_keeps_every_arc(tail):
    kept = tail.k_strongest(3, np.zeros(8))
    assert kept.indices.tolist() == tail.indices.tolist()
    assert kept.notices == ()


def test_a_k_below_1_is_refused(tail):
    with pytest.raises(InputError, match="k = 0: must be at least 1"):
        tail.k_strongest(0, np.zeros(8))


def test_the_digest_ignores_the_order_of_the_edges(tail):
    reordered = SocialGraph.from_edges([3, 0, 2, 1], [2, 2, 1, 0])
    assert reordered.digest() == tail.digest()


@pytest.mark.parametrize(
    "other",
    [
        SocialGraph.from_edges(*TRIANGLE_AND_TAIL, n_agents=5),
        SocialGraph.from_edges(*TRIANGLE_AND_TAIL, weights=[1, 1, 1, 1]),
        SocialGraph.from_edges([0, 1, 2], [1, 2, 3]),
        SocialGraph.from_edges([0, 1, 2, 2, 1, 2, 0, 3], [1, 2, 0, 3, 0, 1, 2, 2], directed=True),
    ],
    ids=["one more person", "weights", "one tie less", "direction"],
)
def test_the_digest_sees_every_difference(tail, other):
    assert other.digest() != tail.digest()


def test_the_digest_sees_a_changed_weight():
    weighted = [SocialGraph.from_edges([0], [1], weights=[w]).digest() for w in (1, 2)]
    assert weighted[0] != weighted[1]


def test_a_ring_of_half_a_million_people_has_a_million_arcs():
    n_agents = 500_000
    person = np.arange(n_agents)
    graph = SocialGraph.from_edges(person, (person + 1) % n_agents)
    assert graph.n_arcs == 1_000_000
    assert (graph.degree == 2).all()
    assert graph.neighbours(0).tolist() == [1, n_agents - 1]


@pytest.mark.parametrize("directed", [False, True])
def test_random_edges_make_the_rows_that_a_plain_set_makes(directed):
    rng = np.random.default_rng(1)
    source, target, weights = rng.integers(30, size=400), rng.integers(30, size=400), rng.random(400).astype("f4")
    strength = {}
    for j, i, weight in zip(source.tolist(), target.tolist(), weights.tolist(), strict=True):
        for arc in [(i, j)] if directed else [(i, j), (j, i)]:
            if i != j:
                strength.setdefault(arc, weight)
    graph = SocialGraph.from_edges(source, target, weights=weights, directed=directed)
    listener = np.repeat(np.arange(30), graph.degree).tolist()
    assert list(zip(listener, graph.indices.tolist(), strict=True)) == sorted(strength)
    assert graph.weights.tolist() == [strength[arc] for arc in sorted(strength)]


@pytest.mark.parametrize("dtype", ["u4", "u8", "i4", "i8"])
def test_positions_may_be_of_any_whole_type(dtype):
    graph = SocialGraph.from_edges(np.array([0, 1], dtype), np.array([1, 2], dtype))
    assert graph.degree.tolist() == [1, 2, 1]


def test_more_people_than_int32_can_number_are_refused():
    with pytest.raises(InputError, match=r"population\.n_agents = 2147483647: must be at most 2147483646"):
        SocialGraph.from_edges([0], [2**31 - 2])


def test_attributes_survive_a_pickle_and_cannot_be_written():
    graph = SocialGraph.from_networkx(nx.karate_club_graph())
    copy = pickle.loads(pickle.dumps(graph))
    assert copy.attributes["club"].tolist() == graph.attributes["club"].tolist()
    with pytest.raises(ValueError, match="read-only"):
        copy.attributes["club"][0] = "x"
