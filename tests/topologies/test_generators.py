"""Generated graphs against what theory says of them."""

import math

import numpy as np
import pytest

from society.graph_measures import clustering
from society.topologies import (
    TOPOLOGIES,
    Blocks,
    ErdosRenyi,
    Geometric,
    Hyperbolic,
    RandomRegular,
    ScaleFree,
    SmallWorld,
)

from .building import build, problem

SHARES = {"a": 1.0, "b": 2.0, "c": 1.0}
MADE = {
    "small_world": SmallWorld(),
    "scale_free": ScaleFree(),
    "erdos_renyi": ErdosRenyi(),
    "random_regular": RandomRegular(),
    "blocks": Blocks(shares=SHARES),
    "geometric": Geometric(),
    "geometric with borders": Geometric(borders=True),
    "hyperbolic": Hyperbolic(),
}
ALL = pytest.mark.parametrize("topology", MADE.values(), ids=MADE)


def mean_degrees(topology, n_agents, n_seeds):
    return np.array([build(topology, n_agents, seed).degree.mean() for seed in range(n_seeds)])


@ALL
def test_the_same_seed_gives_the_same_graph_and_another_another(topology):
    digests = [build(topology, 300, seed).digest() for seed in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]


@ALL
def test_there_are_as_many_people_as_the_population_has(topology):
    assert build(topology, 77 + 1).n_agents == 78


@ALL
def test_a_population_is_required(topology):
    assert problem(topology).startswith("population.n_agents: is required, because graph.kind = ")


@ALL
def test_nothing_is_drawn_twice_nor_to_oneself(topology):
    assert not any("dropped" in notice for notice in build(topology, 60).notices)


@ALL
def test_a_seed_of_64_bits_is_accepted(topology):
    assert build(topology, 50, seed=2**64 - 1).n_agents == 50


@ALL
def test_more_ties_than_there_are_others_are_refused(topology):
    assert problem(topology, 4).startswith("graph.mean_degree = 10")


@ALL
def test_a_graph_larger_than_memory_is_refused(topology):
    said = problem(topology, 2_000_000_000)
    assert said.startswith("population.n_agents = 2000000000: needs ")
    assert "GB of memory" in said


@pytest.mark.parametrize(
    "topology",
    [ErdosRenyi(mean_degree=7.0), Blocks(shares=SHARES, mean_degree=7.0), Blocks(shares={"a": 1.0}, mixing=0.0)],
    ids=["erdos_renyi", "blocks", "one block"],
)
def test_the_mean_degree_of_independent_ties_is_as_asked_within_4_standard_errors(topology):
    n, n_seeds = 1000, 30
    # The number of ties is a sum of independent ones, so its variance is at most its mean n k / 2.
    error = math.sqrt(2 * topology.mean_degree / n / n_seeds)
    assert mean_degrees(topology, n, n_seeds).mean() == pytest.approx(topology.mean_degree, abs=4 * error)


@pytest.mark.parametrize(
    "topology",
    [
        Geometric(mean_degree=7.0),
        Geometric(mean_degree=300.0),
        Geometric(mean_degree=7.0, borders=True),
        Geometric(mean_degree=600.0, borders=True),
        Hyperbolic(mean_degree=7.0, exponent=3.5),
        Hyperbolic(mean_degree=7.0, exponent=9.0),
        Hyperbolic(mean_degree=200.0, exponent=4.0),
    ],
    ids=str,
)
def test_the_mean_degree_of_people_with_places_is_as_asked_within_4_standard_errors(topology):
    found = mean_degrees(topology, 1000, 40)
    assert found.mean() == pytest.approx(topology.mean_degree, abs=4 * found.std(ddof=1) / math.sqrt(len(found)))


def test_a_ring_has_the_clustering_of_watts_and_strogatz():
    for k in (4, 10):
        graph = build(SmallWorld(mean_degree=k, p_rewire=0.0), 200)
        assert graph.degree.tolist() == [k] * 200
        assert clustering(graph)[1] == pytest.approx(3 * (k - 2) / (4 * (k - 1)))


def test_rewiring_leaves_the_number_of_ties_and_half_the_ties_of_each_person():
    graph = build(SmallWorld(mean_degree=6, p_rewire=1.0), 500)
    assert graph.n_edges == 1500
    assert graph.degree.min() >= 3


def test_the_share_of_moved_ties_is_the_probability_within_4_standard_errors():
    n, k, p = 20_000, 10, 0.3
    graph = build(SmallWorld(mean_degree=k, p_rewire=p), n)
    listener = np.repeat(np.arange(n), graph.degree)
    gap = np.abs(graph.indices - listener)
    far = np.count_nonzero(np.minimum(gap, n - gap) > k // 2) / graph.n_arcs
    assert far == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / (n * k / 2)) + k / n)


def test_a_small_world_in_which_everybody_is_tied_to_everybody_stays_so():
    assert build(SmallWorld(mean_degree=4, p_rewire=1.0), 5).n_edges == 10


@pytest.mark.parametrize(("n", "m"), [(2, 1), (3, 2), (50, 1), (1000, 5)])
def test_preferential_attachment_makes_m_ties_for_each_person_after_the_star(n, m):
    graph = build(ScaleFree(mean_degree=2 * m), n)
    assert graph.n_edges == m * (n - m)
    assert graph.degree.min() >= 1 if n == m + 1 else graph.degree[m + 1 :].min() >= m


def test_degrees_of_preferential_attachment_follow_its_law_within_4_standard_errors():
    # P(k) = 2 m (m + 1) / k (k + 1) (k + 2), so P(K >= k) = m (m + 1) / k (k + 1): an exponent of 3.
    n, m = 200_000, 3
    degree = build(ScaleFree(mean_degree=2 * m), n).degree
    for k in (3, 5, 10, 20, 40):
        p = m * (m + 1) / (k * (k + 1))
        assert np.mean(degree >= k) == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / n) + 1e-3 * p)


def test_degrees_of_a_random_graph_vary_as_a_binomial_within_4_standard_errors():
    n, k = 100_000, 10.0
    variance = build(ErdosRenyi(mean_degree=k), n).degree.var()
    assert variance == pytest.approx(k * (1 - k / n), abs=4 * math.sqrt((2 * k**2 + k) / n))


@pytest.mark.parametrize("mean_degree", [0.0, 99.0])
def test_a_random_graph_may_have_no_ties_or_all(mean_degree):
    assert build(ErdosRenyi(mean_degree=mean_degree), 100).n_arcs == 100 * mean_degree


@pytest.mark.parametrize(
    ("n", "d"), [(1, 0), (2, 1), (3, 2), (4, 1), (6, 2), (10, 5), (101, 50), (100, 98), (1000, 10), (60, 29)]
)
def test_a_random_regular_graph_is_regular(n, d):
    assert build(RandomRegular(mean_degree=d), n).degree.tolist() == [d] * n


def test_an_odd_number_of_people_cannot_have_an_odd_degree():
    said = problem(RandomRegular(mean_degree=3), 7)
    assert said == "graph.mean_degree = 3: must be even among 7 people, an odd number"


def test_people_who_share_a_friend_are_as_often_friends_as_any_in_a_random_regular_graph():
    n, d = 2000, 10
    found = np.mean([clustering(build(RandomRegular(mean_degree=d), n, seed))[0] for seed in range(20)])
    triangles = (d - 1) ** 3 / 6  # Bollobás 1980: Poisson with this mean
    expected, error = triangles / (n * d * (d - 1) / 6), math.sqrt(triangles / 20) / (n * d * (d - 1) / 6)
    assert found == pytest.approx(expected, abs=4 * error)


def test_groups_are_as_large_as_their_shares():
    groups = build(Blocks(shares=SHARES), 1001).attributes["group"].tolist()
    assert [groups.count(name) for name in "abc"] in ([250, 501, 250], [250, 500, 251], [251, 500, 250])
    assert groups == sorted(groups)


def test_the_order_of_groups_in_the_file_does_not_matter():
    backwards = Blocks(shares=dict(reversed(SHARES.items())))
    assert build(backwards, 100).digest() == build(Blocks(shares=SHARES), 100).digest()


def test_densities_within_and_between_groups_are_as_asked_within_4_standard_errors():
    n, k, mixing = 4000, 20.0, 0.25
    graph = build(Blocks(shares=SHARES, mean_degree=k, mixing=mixing), n)
    home = np.repeat([0, 1, 2], [1000, 2000, 1000])
    matrix = np.zeros((3, 3))
    np.add.at(matrix, (home[np.repeat(np.arange(n), graph.degree)], home[graph.indices]), 1)
    within, between = 2 * 1000 * 999 + 2000 * 1999, 2 * (2 * 1000 * 2000 + 1000 * 1000)
    p = (1 - mixing) * n * k / within, mixing * n * k / between
    for a, b, size in ((0, 0, 1000 * 999), (1, 1, 2000 * 1999), (0, 1, 1000 * 2000), (0, 2, 1000 * 1000)):
        chance = p[a != b]
        n_pairs = size / 2 if a == b else size
        assert matrix[a, b] / size == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / n_pairs))


@pytest.mark.parametrize(("mixing", "inside"), [(0.0, 1.0), (1.0, 0.0)])
def test_groups_may_be_apart_or_have_ties_to_others_only(mixing, inside):
    graph = build(Blocks(shares={"a": 1.0, "b": 1.0}, mixing=mixing), 200)
    home = np.arange(200) >= 100
    assert np.mean(home[np.repeat(np.arange(200), graph.degree)] == home[graph.indices]) == inside


def test_one_group_cannot_mix():
    assert problem(Blocks(shares={"a": 1.0}), 100).startswith("graph.mean_degree = 10.0: too many for the pairs betwe")


def test_more_ties_than_pairs_within_groups_are_refused():
    assert problem(Blocks(shares=SHARES, mean_degree=60.0), 100).startswith("graph.mean_degree = 60.0: too many for t")


def test_people_are_tied_to_those_near_by():
    # Gilbert's disc model: two discs of equal radius, centres within one, overlap by 1 − 3√3/4π on average.
    found = np.mean([clustering(build(Geometric(mean_degree=20.0), 3000, seed))[0] for seed in range(5)])
    assert found == pytest.approx(1 - 3 * math.sqrt(3) / (4 * math.pi), abs=0.01)


def test_degrees_of_a_hyperbolic_graph_follow_a_power_law_of_the_exponent_asked_for():
    degree = build(Hyperbolic(mean_degree=10.0, exponent=2.5), 200_000).degree
    least = 50
    tail = degree[degree >= least]
    # Clauset, Shalizi and Newman 2009: the likeliest exponent of a discrete tail, and its standard error.
    exponent = 1 + len(tail) / np.log(tail / (least - 0.5)).sum()
    assert exponent == pytest.approx(2.5, abs=4 * (exponent - 1) / math.sqrt(len(tail)))


def test_a_hyperbolic_graph_is_clustered_as_a_random_graph_is_not():
    assert clustering(build(Hyperbolic(), 5000))[1] > 0.5
    assert clustering(build(ErdosRenyi(), 5000))[1] < 0.01


@pytest.mark.parametrize("n", [3, 10])
def test_few_people_in_a_hyperbolic_disc_have_the_ties_expected(n):
    found = mean_degrees(Hyperbolic(mean_degree=0.8), n, 400)
    assert found.mean() == pytest.approx(0.8, abs=4 * found.std(ddof=1) / 20)


@pytest.mark.parametrize("kind", ["small_world", "erdos_renyi", "random_regular", "geometric"])
def test_one_person_without_ties_is_a_graph(kind):
    none = 0 if kind in ("small_world", "random_regular") else 0.0
    assert build(TOPOLOGIES[kind](mean_degree=none), 1).n_arcs == 0
