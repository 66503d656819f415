"""Kernels of migration: against their twins, and where the answer is known."""

import numpy as np
import pytest

from society.kernels import migration as kernels

from .comparison import KEY, SIZES, assert_equals_twin, random_graph, random_uids

every_size = pytest.mark.parametrize("n", SIZES)


@every_size
def test_where_friends_live_equals_the_twin(n):
    rng = np.random.default_rng(n)
    indptr, indices, _ = random_graph(rng, n)
    who, environment = np.flatnonzero(rng.random(n) < 0.7), rng.integers(4, size=n).astype("i4")
    assert_equals_twin(kernels.friends_living, who, indptr, indices, environment, np.ones((len(who), 4)))


@every_size
def test_gumbel_noise_equals_the_twin(n):
    rng = np.random.default_rng(n)
    assert_equals_twin(kernels.add_gumbel, KEY, 3, random_uids(rng, n), 0.7, rng.normal(size=n))


@every_size
def test_the_best_place_equals_the_twin(n):
    rng = np.random.default_rng(n)
    utility = rng.integers(3, size=(4, n)).astype(float)  # so that some are equally good
    utility[0, rng.random(n) < 0.5] = -np.inf
    assert_equals_twin(kernels.best_place, utility, rng.integers(4, size=n).astype("i4"), np.zeros(n, "i4"))


def test_where_no_place_is_better_home_is_best():
    utility, place = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 0.0]]), np.zeros(2, "i4")
    kernels.best_place(utility, np.array([2, 2], "i4"), place)
    assert place.tolist() == [2, 1]
