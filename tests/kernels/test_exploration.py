"""Kernel of exploration."""

import numpy as np
import pytest

from society.kernels.exploration import explore

from .comparison import KEY, N_TRAITS, SIZES, assert_equals_twin, random_floats, random_uids


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_traits", [1, 4, N_TRAITS])
def test_explore_equals_its_twin(n, n_traits):
    rng = np.random.default_rng(n)
    sd = rng.uniform(0.1, 0.5, n).astype("f4")
    trial = np.zeros((n, n_traits), "f4")
    assert_equals_twin(explore, KEY, 3, random_uids(rng, n), random_floats(rng, n, n_traits), sd, trial)


def test_who_does_not_explore_tries_what_they_are():
    traits = np.array([[1.5, -2.0]], "f4")
    trial = np.zeros_like(traits)
    explore(KEY, 0, np.zeros(1, "i4"), traits, np.zeros(1, "f4"), trial)
    np.testing.assert_array_equal(trial, traits)
