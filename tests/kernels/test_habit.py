"""Kernels of habit."""

import numpy as np
import pytest

from society.kernels import habit as kernels

from .comparison import N_TRAITS, SIZES, assert_equals_twin, random_floats, random_graph, random_uids


def with_gaps(rng, values):
    """The same values, a third of the rows nan."""
    values = values.copy()
    values[rng.random(len(values)) < 1 / 3] = np.nan
    return values


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_sources", [1, 4])
def test_surprise_equals_its_twin(n, n_sources):
    rng = np.random.default_rng(n)
    counts = rng.random(n_sources) < 0.7
    baseline, before = with_gaps(rng, random_floats(rng, n_sources * n)), random_floats(rng, n_sources * n)
    columns = (baseline.reshape(n_sources, n), before.reshape(n_sources, n))
    assert_equals_twin(kernels.surprise, counts, 0.07, *columns, np.zeros(n, "f4"))


@pytest.mark.parametrize("n", SIZES)
def test_settle_equals_its_twin(n):
    rng = np.random.default_rng(n)
    environment, place = rng.integers(0, 2, n).astype("i4"), rng.integers(-1, 2, n).astype("i4")
    traits, habit = random_floats(rng, n, N_TRAITS), with_gaps(rng, random_floats(rng, n, N_TRAITS))
    depth, tenure = rng.uniform(0, 3, (2, n)).astype("f4")
    columns = (environment, traits, np.abs(random_floats(rng, n)), habit, depth, tenure, place)
    assert_equals_twin(kernels.settle, 0.02, 0.1, 0.2, 1.4, 0.5, 0.7, 2.0, *columns)


@pytest.mark.parametrize("n", SIZES)
def test_loosen_equals_its_twin(n):
    rng = np.random.default_rng(n)
    indptr, indices, _ = random_graph(rng, n)
    indptr_before, indices_before, _ = random_graph(rng, n)
    uid = random_uids(rng, n)
    uid_before = np.where(rng.random(n) < 0.3, -1, uid).astype("i4")
    before = (indptr_before, indices_before, uid_before)
    assert_equals_twin(kernels.loosen, indptr, indices, uid, *before, 0.6, rng.uniform(0, 2, n).astype("f4"))


@pytest.mark.parametrize("n", SIZES)
def test_homing_reward_equals_its_twin(n):
    rng = np.random.default_rng(n)
    strength, home = with_gaps(rng, np.abs(random_floats(rng, n))), with_gaps(rng, random_floats(rng, n, N_TRAITS))
    assert_equals_twin(kernels.homing_reward, strength, home, random_floats(rng, N_TRAITS, n), np.zeros(n))


@pytest.mark.parametrize("n", SIZES)
def test_homing_gradient_equals_its_twin(n):
    rng = np.random.default_rng(n)
    strength, home = with_gaps(rng, np.abs(random_floats(rng, n))), with_gaps(rng, random_floats(rng, n, N_TRAITS))
    at = random_floats(rng, N_TRAITS, n)
    assert_equals_twin(kernels.homing_gradient, strength, home, at, np.full_like(at, np.nan))
