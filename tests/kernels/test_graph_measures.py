"""Kernels of `graph_measures` against their twins."""

import numpy as np
import pytest

from society.kernels.graph_measures import count_triangles, join_communities, total_distance

from .comparison import SIZES, assert_equals_twin, random_graph

PEOPLE = pytest.mark.parametrize("n", SIZES)


@PEOPLE
def test_triangles_are_counted(n):
    indptr, indices, _ = random_graph(np.random.default_rng(n), n)
    up = [[j for j in indices[indptr[i] : indptr[i + 1]] if j > i] for i in range(n)]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in up])]).astype("i8")
    ends = np.array([j for row in up for j in row], "i4")
    assert_equals_twin(count_triangles, starts, ends, np.full(n, -1, "i4"), np.zeros(n, "i8"))


@PEOPLE
def test_distances_are_added_up(n):
    indptr, indices, _ = random_graph(np.random.default_rng(n), n)
    assert_equals_twin(total_distance, indptr, indices, n - 1, np.full(n, -1, "i4"), np.zeros(n, "i4"))


@PEOPLE
def test_nodes_join_communities(n):
    rng = np.random.default_rng(n)
    dense = np.triu(rng.integers(0, 3, (n, n)))
    dense = (dense + dense.T).astype("f8")
    indptr = np.concatenate([[0], np.cumsum((dense > 0).sum(axis=1))]).astype("i8")
    indices, weights = np.nonzero(dense)[1].astype("i4"), dense[dense > 0]
    strength = dense.sum(axis=1)
    community, size = np.arange(n), strength.copy()
    assert_equals_twin(
        join_communities, indptr, indices, weights, strength, rng.permutation(n), community, size,
        np.zeros(n), np.zeros(n, "i8"),
    )  # fmt: skip
