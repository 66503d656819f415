"""Kernels of deffuant."""

import numpy as np
import pytest

from society.kernels import deffuant as kernels

from .comparison import KEY, N_TRAITS, SIZES, assert_equals_twin, random_floats, random_graph, random_uids


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("low", [None, 0.1, -3.0], ids=["no weights", "weights", "likes and dislikes"])
@pytest.mark.parametrize("hazard", [0.0, 0.2, 50.0])
def test_first_to_meet_equals_its_twin(n, low, hazard):
    rng = np.random.default_rng([n, int(hazard)])
    graph = random_graph(rng, n, weighted=low is not None, mutual=True, low=low or 0.1)
    heaviest = float(graph[2].max(initial=0.0)) if low is not None else 1.0
    partner = np.full(n, 99, "i4")
    after = assert_equals_twin(kernels.first_to_meet, KEY, 4, hazard, heaviest, *graph, random_uids(rng, n), partner)
    assert after[-1][0] == -1, "person 0 knows nobody"


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("confidence", [0.0, 1.5, 100.0])
def test_approach_equals_its_twin(n, confidence):
    rng = np.random.default_rng(n)
    traits, partner = random_floats(rng, n, N_TRAITS), rng.integers(-1, n, n).astype("i4")
    pairs = rng.permutation(n)[: n // 2 * 2].reshape(-1, 2)[: n // 4]
    partner[pairs[:, 0]], partner[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
    partner[partner == np.arange(n)] = -1
    assert_equals_twin(kernels.approach, 0.3, confidence, partner, traits, np.full_like(traits, np.nan))
