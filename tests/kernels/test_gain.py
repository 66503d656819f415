"""Kernels of the gain of platforms."""

import numpy as np
import pytest

from society.kernels import gain as kernels

from .comparison import N_TRAITS, SIZES, assert_equals_twin, random_floats

YEARS = 1 / 52


@pytest.mark.parametrize("n", SIZES)
def test_gain_attention_equals_its_twin(n):
    rng = np.random.default_rng(n)
    assert_equals_twin(kernels.gain_attention, rng.random(n).astype("f4"), YEARS, rng.random(n))


@pytest.mark.parametrize("n", SIZES)
def test_gain_movement_equals_its_twin(n):
    rng = np.random.default_rng(n)
    gradient, direction = random_floats(rng, N_TRAITS, n), rng.normal(size=N_TRAITS)
    rates = rng.uniform(0.05, 0.2, n).astype("f4")
    assert_equals_twin(kernels.gain_movement, rates, YEARS, gradient, direction, rng.random(n))


def test_a_year_of_half_ones_attention_is_half_a_year():
    gain = np.ones(1)
    kernels.gain_attention(np.array([0.5], "f4"), 1.0, gain)
    assert gain.tolist() == [1.5]


def test_movement_across_what_is_wanted_gains_nothing():
    gain = np.zeros(1)
    kernels.gain_movement(np.array([0.1], "f4"), 1.0, np.array([[2.0], [1.0]], "f4"), np.array([1.0, -2.0]), gain)
    assert gain.tolist() == [0.0]
