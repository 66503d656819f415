"""Kernels of turnover: against their twins, and where the answer is known."""

import numpy as np
import pytest

from society.kernels import turnover as kernels

from .comparison import KEY, SIZES, assert_equals_twin, random_graph, random_uids

every_size = pytest.mark.parametrize("n", SIZES)


def newborns(rng, n, share=0.2):
    """Rows of some people, one at least, and (n,) whether one is among them."""
    is_new = rng.random(n) < share
    is_new[rng.integers(n)] = True
    return np.flatnonzero(is_new), is_new


@every_size
@pytest.mark.parametrize("until", [np.inf, 60.0])
def test_who_dies_equals_the_twin(n, until):
    rng = np.random.default_rng(n)
    age = rng.uniform(0, 120, n)
    hazard = (0.1, 0.02, 0.1, 85.0, until)
    assert_equals_twin(kernels.dies, KEY, 3, random_uids(rng, n), age, *hazard, np.zeros(n, bool))


def test_who_leaves_already_leaves():
    leaving = np.array([True, False])
    kernels.dies(KEY, 0, np.arange(2, dtype="i4"), np.zeros(2), 0.1, 0.0, 0.0, 0.0, np.inf, leaving)
    assert leaving.tolist() == [True, False]


@every_size
def test_a_parent_among_neighbours_equals_the_twin(n):
    rng = np.random.default_rng(n)
    who, is_new = newborns(rng, n)
    indptr, indices, _ = random_graph(rng, n)
    parent = np.zeros(len(who), "i8")
    assert_equals_twin(kernels.neighbour_parent, KEY, who, random_uids(rng, n), is_new, indptr, indices, parent)


@every_size
def test_a_random_parent_equals_the_twin(n):
    rng = np.random.default_rng(n)
    who, is_new = newborns(rng, n)
    environment = rng.integers(3, size=n).astype("i4")
    n_there = np.bincount(environment[~is_new], minlength=3)
    parent = np.zeros(len(who), "i8")
    assert_equals_twin(kernels.random_parent, KEY, who, random_uids(rng, n), is_new, environment, n_there, parent)


@every_size
def test_the_number_of_new_ties_equals_the_twin(n):
    rng = np.random.default_rng(n)
    who, is_new = newborns(rng, n)
    indptr, indices, _ = random_graph(rng, n)
    wanted = rng.integers(5, size=n).astype("i4")
    assert_equals_twin(kernels.count_new_ties, who, is_new, wanted, indptr, indices, np.zeros(len(who), "i8"))


@pytest.mark.parametrize("n", SIZES[1:])
@pytest.mark.parametrize("weighted", [False, True])
def test_new_ties_equal_the_twin(n, weighted):
    rng = np.random.default_rng(n)
    who, is_new = newborns(rng, n)
    graph = random_graph(rng, n, weighted=weighted)
    parent = rng.choice(np.flatnonzero(~is_new), len(who))
    starts = np.concatenate([[0], np.cumsum(rng.integers(0, 6, len(who)))])
    friends, strengths = np.zeros(starts[-1], "i4"), np.zeros(starts[-1] if weighted else 0, "f4")
    assert_equals_twin(
        kernels.new_ties, KEY, who, parent, random_uids(rng, n), is_new, *graph, starts, friends, strengths
    )


def test_new_ties_are_with_the_parent_then_the_parents_friends_then_those_of_the_place():
    """0 is born; their place is tied to 1 and 4, the parent 1 to 0, 2 and 3: 1 first, 2 and 3 next, 4 last."""
    indptr = np.array([0, 2, 5, 6, 7, 8])
    indices = np.array([1, 4, 0, 2, 3, 1, 1, 0], "i4")
    friends, is_new = np.zeros(5, "i4"), np.arange(5) == 0
    kernels.new_ties(
        KEY, np.array([0]), np.array([1]), np.arange(5, dtype="i4"), is_new, indptr, indices, np.empty(0, "f4"),
        np.array([0, 5]), friends, np.empty(0, "f4"),
    )  # fmt: skip
    assert friends[0] == 1
    assert {*friends[1:3].tolist()} == {2, 3}
    assert friends[3:].tolist() == [4, -1]
