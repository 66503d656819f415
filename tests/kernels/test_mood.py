"""Kernels of mood."""

import numpy as np
import pytest

from society.kernels import mood as kernels

from .comparison import KEY, N_TRAITS, SIZES, assert_equals_twin, random_floats, random_uids

OTHER_KEY = np.uint64(77)


@pytest.mark.parametrize("n_moods", [2, 5])
@pytest.mark.parametrize("n_traits", [1, 4, N_TRAITS])
def test_offset_of_equals_its_twin(n_moods, n_traits):
    fixed = np.random.default_rng(1).normal(size=(n_moods, n_traits))
    assert_equals_twin(kernels.offset_of, KEY, 12, n_moods - 1, fixed, 0.3, np.zeros(n_traits, "f4"))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("step", [0, 3])
@pytest.mark.parametrize("n_traits", [1, 4, N_TRAITS])
def test_feel_equals_its_twin(n, step, n_traits):
    rng = np.random.default_rng(n)
    mood = rng.integers(-1, 3, n).astype("i4")
    offset, trial = random_floats(rng, 2, n, n_traits)
    fixed = rng.normal(size=(3, n_traits))
    columns = (mood, offset, trial)
    assert_equals_twin(kernels.feel, KEY, OTHER_KEY, step, 0.3, random_uids(rng, n), fixed, 0.4, *columns)


def test_offsets_of_a_persons_moods_have_mean_0():
    fixed, offsets = np.zeros((4, N_TRAITS)), np.zeros((4, N_TRAITS))
    for mood in range(4):
        kernels.offset_of(KEY, 5, mood, fixed, 1.0, offsets[mood])
    assert np.abs(offsets).min() > 0
    assert offsets.mean(axis=0) == pytest.approx(np.zeros(N_TRAITS), abs=1e-12)
