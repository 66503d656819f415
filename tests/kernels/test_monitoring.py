"""Kernels of monitoring."""

import numpy as np
import pytest

from society.kernels import monitoring as kernels

from .comparison import KEY, N_TRAITS, SIZES, assert_equals_twin, random_floats, random_uids


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("rates", [(1.0, 0.5), (2.0, 0.0), (0.0, 0.0)])
def test_train_equals_its_twin(n, rates):
    rng = np.random.default_rng(n)
    practice = rng.choice([np.nan, 0.0, 0.3, 1.0], n).astype("f4")
    skill = rng.random(n).astype("f4")
    assert_equals_twin(kernels.train, KEY, 0.4, 0.25, *rates, random_uids(rng, n), practice, skill)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("settling", [0.0, 0.1])
@pytest.mark.parametrize("n_traits", [1, 4, N_TRAITS])
def test_observe_equals_its_twin(n, settling, n_traits):
    rng = np.random.default_rng(n)
    traits, anchor, image = random_floats(rng, 3, n, n_traits)
    anchor[rng.random(n) < 1 / 3] = np.nan
    steps = rng.integers(-1, 2, (2, n)).astype("i4")
    displacement = np.full(n, np.nan, "f4")
    people = (random_uids(rng, n), traits, rng.random(n).astype("f4"))
    columns = (anchor, image, *steps, displacement)
    assert_equals_twin(kernels.observe, KEY, 3, 0.3, settling, 0.8, 1.1, *people, *columns)
