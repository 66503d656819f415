"""Kernels of `topologies` against their twins."""

import numpy as np
import pytest

from society.kernels.topologies import close_pairs, is_tied, rewire

from . import reference
from .comparison import KEY, assert_equals_twin


def ring(n, width):
    return ((np.arange(n)[:, None] + np.arange(1, width + 1)) % n).astype("i4")


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(("n", "width"), [(1, 0), (5, 2), (6, 2), (30, 3)])
def test_ends_are_moved(n, width, p):
    assert_equals_twin(rewire, KEY, p, np.full(n, 2 * width, "i4"), ring(n, width))


def test_a_tie_is_seen_from_both_ends():
    ends = ring(6, 2)
    for i in range(6):
        for j in range(6):
            assert is_tied(ends, i, j) == reference.is_tied(ends, i, j)


@pytest.mark.parametrize("n_rings", [1, 4, 7])
@pytest.mark.parametrize("limit", [0.5, 3.0, 7.0])
def test_close_pairs_are_those_of_the_law_of_cosines(n_rings, limit):
    rng = np.random.default_rng(2)
    radius, angle = 7.0 * np.sqrt(rng.random(80)), 2 * np.pi * rng.random(80)
    ring_of = (radius / 7.0 * n_rings).astype(int)
    order = np.lexsort((angle, ring_of))
    radius, angle = radius[order], angle[order]
    starts = np.searchsorted(ring_of[order], np.arange(n_rings + 1))
    places = (starts, angle, np.exp(radius), np.sinh(radius), np.cos(angle), np.sin(angle))
    found = []
    for kernel in (close_pairs, reference.close_pairs):
        source, target = np.zeros((2, 80 * 80), "i8")
        n_pairs = kernel(np.cosh(limit), *places, source, target)
        pairs = zip(source[:n_pairs].tolist(), target[:n_pairs].tolist(), strict=True)
        found.append(sorted((min(pair), max(pair)) for pair in pairs))
    assert found[0] == found[1]


def test_pairs_beyond_what_can_be_written_are_counted():
    places = (np.array([0, 3]), np.zeros(3), np.ones(3), np.zeros(3), np.ones(3), np.zeros(3))
    source, target = np.zeros((2, 1), "i8")
    assert close_pairs(2.0, *places, source, target) == 3
