"""Kernels of coupling."""

import numpy as np
import pytest

from society.kernels import coupling as kernels

from .comparison import N_TRAITS, SIZES, assert_equals_twin, random_floats

STRENGTH = np.array([0.7, 0.0, 1.3, 2.0, 0.1])
KERNELS = {"reward": kernels.coupling_reward, "gradient": kernels.coupling_gradient}


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("of", ["society", "group"])
@pytest.mark.parametrize("kernel", KERNELS)
def test_coupling_equals_its_twin(n, of, kernel):
    rng = np.random.default_rng(n)
    group = rng.integers(0, 3, n if of == "group" else 0).astype("i4")
    mean, at = rng.normal(size=(3 if of == "group" else 1, N_TRAITS)), random_floats(rng, N_TRAITS, n)
    out = np.zeros(n) if kernel == "reward" else np.zeros_like(at)
    assert_equals_twin(KERNELS[kernel], group, mean, STRENGTH, at, out)
