"""Kernels of influence."""

import numpy as np
import pytest

from society.kernels import influence as kernels

from .comparison import N_TRAITS, SIZES, SIZES_BY_TRAIT, assert_equals_twin, random_floats, random_graph, random_uids

SELF_WEIGHTS = [0.0, 1.5]


def norms(rng, n):
    """Norms, of which the first person has none."""
    norm = random_floats(rng, n, N_TRAITS)
    norm[0] = np.nan
    return norm


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("self_weight", SELF_WEIGHTS)
def test_neighbour_mean_equals_its_twin(n, weighted, self_weight):
    rng = np.random.default_rng(n)
    graph = random_graph(rng, n, weighted=weighted)
    traits = random_floats(rng, n, N_TRAITS)
    after = assert_equals_twin(kernels.neighbour_mean, *graph, self_weight, traits, np.zeros_like(traits))
    assert np.isnan(after[-1][0]).all(), "person 0 hears nobody"


@pytest.mark.parametrize("n", SIZES)
def test_neighbour_mean_of_likes_and_dislikes_equals_its_twin(n):
    rng = np.random.default_rng(n)
    traits = random_floats(rng, n, N_TRAITS)
    graph = random_graph(rng, n, weighted=True, low=-3.0)
    assert_equals_twin(kernels.neighbour_mean, *graph, 1.5, traits, np.zeros_like(traits))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("self_weight", SELF_WEIGHTS)
def test_mean_within_equals_its_twin(n, weighted, self_weight):
    rng = np.random.default_rng(n)
    graph, traits = random_graph(rng, n, weighted=weighted), random_floats(rng, n, 2)
    arguments = (*graph, 1.2, self_weight, traits, np.zeros_like(traits))
    after = assert_equals_twin(kernels.mean_within, *arguments)
    assert np.isnan(after[-1][0]).all(), "person 0 hears nobody"


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("weighted", [False, True])
def test_weigh_groups_equals_its_twin(n, weighted):
    rng = np.random.default_rng(n)
    graph, group = random_graph(rng, n, weighted=weighted), rng.integers(0, 2, n).astype("i4")
    assert_equals_twin(kernels.weigh_groups, *graph, group, -0.5, np.full(len(graph[1]), np.nan, "f4"))


@pytest.mark.parametrize("n", SIZES)
def test_hold_on_equals_its_twin(n):
    rng = np.random.default_rng(n)
    traits, innate = random_floats(rng, n, N_TRAITS), random_floats(rng, n, N_TRAITS)
    innate[::2] = np.nan
    after = assert_equals_twin(kernels.hold_on, 0.3, traits, innate, norms(rng, n))
    np.testing.assert_array_equal(after[2][::2], traits[::2], "who has no innate traits yet has those of now")


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("k", [1, 3, 100])
@pytest.mark.parametrize("self_weight", SELF_WEIGHTS)
def test_nearest_mean_equals_its_twin(n, k, self_weight):
    rng = np.random.default_rng([n, k])
    indptr, indices, _ = random_graph(rng, n)
    traits = random_floats(rng, n, N_TRAITS)
    arguments = (indptr, indices, k, random_uids(rng, n), self_weight, traits, np.zeros_like(traits))
    assert_equals_twin(kernels.nearest_mean, *arguments)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_nearest_mean_equals_its_twin_where_distances_are_equal(k):
    rng = np.random.default_rng(k)
    indptr, indices, _ = random_graph(rng, 30)
    traits = rng.integers(0, 2, (30, 2)).astype("f4")
    assert_equals_twin(kernels.nearest_mean, indptr, indices, k, random_uids(rng, 30), 0.0, traits, traits * 0)


@pytest.mark.parametrize("uids", [(9, 1, 2), (9, 2, 1)])
def test_of_two_equally_near_the_one_with_the_smaller_uid_is_nearest(uids):
    traits = np.array([[0.0], [1.0], [-1.0]], "f4")
    indptr, indices = np.array([0, 2, 2, 2]), np.array([1, 2], "i4")
    for array in (indptr, indices):
        array.setflags(write=False)
    norm = np.zeros_like(traits)
    kernels.nearest_mean(indptr, indices, 1, np.array(uids, "i4"), 0.0, traits, norm)
    assert norm[0, 0] == (1.0 if uids[1] < uids[2] else -1.0)


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_conformity_reward_equals_its_twin(n):
    rng = np.random.default_rng(n)
    after = assert_equals_twin(
        kernels.conformity_reward, norms(rng, n), 0.3, random_floats(rng, N_TRAITS, n), np.zeros(n)
    )
    assert np.isnan(after[-1][0]), "who has no norm is not rewarded"


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_conformity_gradient_equals_its_twin(n):
    rng = np.random.default_rng(n)
    at = random_floats(rng, N_TRAITS, n)
    assert_equals_twin(kernels.conformity_gradient, norms(rng, n), 0.3, at, np.full_like(at, np.nan))


@pytest.mark.parametrize("n", SIZES)
def test_move_to_norm_equals_its_twin(n):
    rng = np.random.default_rng(n)
    traits = random_floats(rng, n, N_TRAITS)
    after = assert_equals_twin(kernels.move_to_norm, norms(rng, n), traits, np.full_like(traits, np.nan))
    assert not after[-1][0].any(), "who has no norm does not move"
