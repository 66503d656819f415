"""Kernels of rewiring."""

import numpy as np
import pytest

from society.kernels import rewiring as kernels

from . import reference
from .comparison import KEY, SIZES, assert_equals_twin, random_floats, random_graph, random_uids

FAR = 20.0


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("homophily", [0.0, 2.0])
@pytest.mark.parametrize("mutual", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_give_up_equals_its_twin(n, homophily, mutual, weighted):
    rng = np.random.default_rng(n)
    graph = random_graph(rng, n, weighted=weighted, mutual=mutual, low=-1.0)
    traits = random_floats(rng, n, 2)
    traits[n // 2 :: 5] = traits[-1]
    leaves = np.ones(len(graph[1]), bool)
    people = (random_uids(rng, n), traits, leaves)
    after = assert_equals_twin(kernels.give_up, KEY, 3, 0.1, homophily, FAR, not mutual, *graph, *people)
    assert 0 < after[-1].sum() < len(leaves) or n < 300


def test_how_far_people_may_be_apart_changes_nothing():
    rng = np.random.default_rng(1)
    graph, uid, traits = random_graph(rng, 300, mutual=True), random_uids(rng, 300), random_floats(rng, 300, 2)
    found = []
    for farthest in (9.0, 50.0):
        leaves = np.empty(len(graph[1]), bool)
        kernels.give_up(KEY, 3, 0.1, 2.0, farthest, False, *graph, uid, traits, leaves)
        found.append(leaves)
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("homophily", [0.0, 2.0])
@pytest.mark.parametrize("closure", [0.0, 0.5, 1.0])
def test_seek_equals_its_twin(n, homophily, closure):
    rng = np.random.default_rng(n)
    indptr, indices, _ = random_graph(rng, n)
    traits, arcs = random_floats(rng, n, 2), np.flatnonzero(rng.random(len(indices)) < 0.5)
    giver = np.searchsorted(indptr, arcs, side="right") - 1
    people = (random_uids(rng, n), traits, giver, indices[arcs], np.full(len(arcs), 99, "i8"))
    assert_equals_twin(kernels.seek, KEY, 3, closure, homophily, 3, indptr, indices, *people)


@pytest.mark.parametrize("n", SIZES)
def test_find_arcs_equals_its_twin(n):
    rng = np.random.default_rng(n)
    indptr, indices, _ = random_graph(rng, n)
    listener = np.repeat(np.arange(n), np.diff(indptr))
    after = assert_equals_twin(kernels.find_arcs, indptr, indices, listener, indices, np.zeros(len(indices), "i8"))
    np.testing.assert_array_equal(after[-1], np.arange(len(indices)))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("weighted", [False, True])
def test_move_arcs_equals_its_twin(n, weighted):
    rng = np.random.default_rng(n)
    indptr, indices, weights = random_graph(rng, n, weighted=weighted)
    leaves = rng.random(len(indices)) < 0.2
    absent = ~np.eye(n, dtype=bool)
    absent[np.repeat(np.arange(n), np.diff(indptr)), indices] = False
    listener, heard = np.nonzero(absent & (rng.random((n, n)) < 2 / n))
    new_weights = rng.uniform(0.1, 3.0, len(heard) if weighted else 0).astype("f4")
    starts = np.concatenate([[0], np.cumsum(np.bincount(listener, minlength=n))]).astype("i8")
    kept = np.concatenate([[0], np.cumsum(np.bincount(np.repeat(np.arange(n), np.diff(indptr))[~leaves], minlength=n))])
    indptr_next = (starts + kept).astype("i8")
    out = (np.zeros(indptr_next[-1], "i4"), np.zeros(indptr_next[-1] if weighted else 0, "f4"))
    new = (starts, heard, new_weights)
    assert_equals_twin(kernels.move_arcs, indptr, indices, weights, leaves, *new, indptr_next, *out)


def test_the_small_functions_equal_their_twins():
    row = np.array([1, 4, 4, 9], "i4")
    for j in range(11):
        assert kernels.place_of(row, 0, 4, j) == reference.place_of(row, 0, 4, j)
    for word in (0, 1, 2**31, 2**32 - 1):
        assert kernels.one_of(np.uint64(word), 7) == reference.one_of(word, 7) < 7
