"""Kernels of income."""

import numpy as np
import pytest

from society.kernels import income as kernels

from .comparison import N_SLOTS, N_TRAITS, SIZES_BY_TRAIT, assert_equals_twin, random_bits, random_floats

N_BYTES = N_SLOTS // 8


@pytest.mark.parametrize("n_slots", [N_SLOTS, N_SLOTS - 3])
def test_pattern_sums_equals_its_twin(n_slots):
    rng = np.random.default_rng(1)
    base, slope = np.full((N_BYTES, 256), np.nan), np.full((N_BYTES, 256, N_TRAITS), np.nan)
    assert_equals_twin(kernels.pattern_sums, rng.random(n_slots), rng.normal(size=(n_slots, N_TRAITS)), base, slope)


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_tally_equals_its_twin(n, share):
    rng = np.random.default_rng(n)
    patterns = rng.random((N_BYTES, 256)), rng.normal(size=(N_BYTES, 256, N_TRAITS))
    base, slope = np.full(n, np.nan, "f4"), np.full((N_TRAITS, n), np.nan, "f4")
    assert_equals_twin(kernels.tally, random_bits(rng, n, share=share), *patterns, base, slope)


def test_an_item_in_the_second_word_pays_its_value():
    knows = np.array([[0, 1 << 2]], "u8")
    value, content = np.zeros(N_SLOTS), np.zeros((N_SLOTS, 1))
    value[66], content[66] = 3.0, -0.5
    patterns = np.empty((N_BYTES, 256)), np.empty((N_BYTES, 256, 1))
    base, slope = np.zeros(1, "f4"), np.zeros((1, 1), "f4")
    kernels.pattern_sums(value, content, *patterns)
    kernels.tally(knows, *patterns, base, slope)
    assert (base.tolist(), slope.tolist()) == ([3.0], [[-1.5]])


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_income_reward_equals_its_twin(n):
    rng = np.random.default_rng(n)
    base, slope = random_floats(rng, n + 3), random_floats(rng, N_TRAITS, n + 3)
    assert_equals_twin(kernels.income_reward, 2, base, slope, 0.02, random_floats(rng, N_TRAITS, n), np.zeros(n))


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_income_gradient_equals_its_twin(n):
    slope = random_floats(np.random.default_rng(n), N_TRAITS, n + 3)
    assert_equals_twin(kernels.income_gradient, 2, slope, 0.02, np.zeros((N_TRAITS, n), "f4"))


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_earn_equals_its_twin(n):
    rng = np.random.default_rng(n)
    slope, behaviour = random_floats(rng, N_TRAITS, n), random_floats(rng, n, N_TRAITS)
    assert_equals_twin(kernels.earn, random_floats(rng, n), slope, 1 / 52, behaviour, random_floats(rng, n))
