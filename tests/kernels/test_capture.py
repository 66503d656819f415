"""Kernels of capture."""

import math

import numpy as np
import pytest

from society.kernels.capture import pull_gradient, pull_reward

from .comparison import N_TRAITS, SIZES_BY_TRAIT, assert_equals_twin, random_floats

TARGET = np.array([1.0, 0.0, -2.0, 0.0, 0.5])
NAMED = np.array([True, False, True, False, True])


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
@pytest.mark.parametrize("named", [NAMED, ~NAMED, np.zeros(5, bool)])
def test_pull_reward_equals_its_twin(n, named):
    rng = np.random.default_rng(n)
    attention = np.where(rng.random(n) < 0.3, 0.0, rng.random(n)).astype("f4")
    at = random_floats(rng, N_TRAITS, n)
    assert_equals_twin(pull_reward, attention, 1.7, TARGET, named, at, np.zeros(n))


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
@pytest.mark.parametrize("named", [NAMED, ~NAMED, np.zeros(5, bool)])
def test_pull_gradient_equals_its_twin(n, named):
    rng = np.random.default_rng(n)
    at = random_floats(rng, N_TRAITS, n)
    out = np.full((N_TRAITS, n), np.nan, "f4")
    assert_equals_twin(pull_gradient, rng.random(n).astype("f4"), 1.7, TARGET, named, at, out)


def test_the_pull_counts_named_traits_and_reaches_who_attends():
    at = np.array([[3.0, 3.0], [100.0, 100.0]], "f4")
    reward = np.zeros(2)
    pull_reward(np.array([0.5, 0.0], "f4"), 2.0, np.array([1.0, 0.0]), np.array([True, False]), at, reward)
    assert reward[0] == -0.5 * 2.0 * 0.5 * 2.0**2
    assert math.isnan(reward[1])
