"""Kernels of bit sets and of the value of items."""

import numpy as np
import pytest

from society.kernels.memes import ROWS, count_by_block, count_knowers, item_values

from .comparison import N_SLOTS, SIZES, assert_equals_twin, random_bits

N_CURVES = 7


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_slots", [16, 64, N_SLOTS])
def test_count_by_block_equals_its_twin(n, n_slots):
    knows = random_bits(np.random.default_rng(n), n, n_slots=n_slots)
    assert_equals_twin(count_by_block, knows, np.full((1, n_slots), -1))


@pytest.mark.parametrize("n", [ROWS - 1, ROWS, ROWS + 1, 2 * ROWS + 3])
def test_count_by_block_equals_its_twin_where_blocks_end(n):
    knows = random_bits(np.random.default_rng(1), n, n_slots=4)
    assert_equals_twin(count_by_block, knows, np.full((-(-n // ROWS), 4), -1))


@pytest.mark.parametrize("n", [1, ROWS, ROWS + 1])
def test_everybody_who_knows_is_counted_once(n):
    knows = np.zeros((n, 2), "u8")
    knows[:, 1] = 0b100
    expected = np.zeros(N_SLOTS, int)
    expected[66] = n
    np.testing.assert_array_equal(count_knowers(knows, N_SLOTS), expected)


@pytest.mark.parametrize("share", [-0.2, 0.0, 0.1, 0.25, 0.3, 0.999, 1.0, 1.3])
def test_item_values_equals_its_twin_for_every_curve(share):
    code = np.arange(N_CURVES, dtype="i4")
    p, q = np.array([0.0, 3, 0.25, 0.25, 0.1, 0.1, 2]), np.full(N_CURVES, 0.1)
    base = np.linspace(0.5, 2.0, N_CURVES)
    assert_equals_twin(item_values, code, base, p, q, np.full(N_CURVES, share), np.zeros(N_CURVES))
