"""Kernels of novelty."""

import numpy as np
import pytest

from society.kernels import novelty as kernels

from .comparison import SIZES, assert_equals_twin


def novelties(n):
    """Novelty of n people and of two whose novelty is over, or just about."""
    return np.concatenate([np.random.default_rng(n).uniform(0, 3, n), [0.0, 1.05e-9]]).astype("f4")


@pytest.mark.parametrize("n", SIZES)
def test_fade_equals_its_twin(n):
    assert_equals_twin(kernels.fade, 0.9, novelties(n))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(("drift", "steady"), [(1.0, 0.5 * (5**0.5 - 1)), (0.5, 0.5)])
def test_update_gain_equals_its_twin(n, drift, steady):
    # K² = q (1 − K): the golden ratio for q = 1, a half for q = 1/2
    assert_equals_twin(kernels.update_gain, drift, steady, novelties(n))


@pytest.mark.parametrize("n", SIZES)
def test_notice_equals_its_twin(n):
    rng = np.random.default_rng(n)
    environment, known = rng.integers(0, 3, n).astype("i4"), rng.integers(-1, 3, n).astype("i4")
    novelty, gain = rng.uniform(0, 3, (2, n)).astype("f4")
    assert_equals_twin(kernels.notice, 1.5, 0.7, environment, known, novelty, gain)
