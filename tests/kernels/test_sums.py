"""Sums over people."""

import math

import numpy as np
import pytest

from society.kernels.sums import group_means, mean, moments

from .comparison import SIZES, assert_equals_twin, random_floats


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_mean_equals_its_twin(n, dtype):
    rng = np.random.default_rng(n)
    values = np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n)).astype(dtype)
    assert_equals_twin(mean, values, rng.random(n) < 0.7)


def test_the_mean_of_nobody_is_nan():
    assert math.isnan(mean(np.array([1.0, np.nan]), np.array([False, True])))


@pytest.mark.parametrize("n", SIZES)
def test_moments_equals_its_twin(n):
    assert_equals_twin(moments, 3 + random_floats(np.random.default_rng(n), n, 5))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_groups", [1, 3])
def test_group_means_equals_its_twin(n, n_groups):
    rng = np.random.default_rng(n)
    group = rng.integers(0, n_groups, n if n_groups > 1 else 0).astype("i4")
    assert_equals_twin(group_means, 3 + random_floats(rng, n, 5), group, np.zeros((n_groups, 5)))


def test_the_mean_of_a_group_of_nobody_is_nan():
    out = np.zeros((2, 1))
    group_means(np.ones((1, 1), "f4"), np.array([1], "i4"), out)
    assert np.isnan(out[0, 0])
    assert out[1, 0] == 1.0
