"""Kernels of `graph` against their twins."""

import numpy as np
import pytest

from society.kernels.graph import close_gaps, count_arcs, group_by_heard, group_by_listener, to_starts

from .comparison import assert_equals_twin

N = 6
WAYS = pytest.mark.parametrize("directed", [False, True])


@pytest.fixture
def edges():
    """Ends and strengths of 40 edges among 6 people: self-loops and repeated ties are among them."""
    rng = np.random.default_rng(1)
    source, target = rng.integers(N, size=(2, 40)).astype("u4")
    return source, target, rng.random(40).astype("f4")


def counts(source, target, directed):
    heard, hears = np.zeros(N + 1, "u8"), np.zeros(N + 1, "u8")
    count_arcs(source, target, directed, heard, hears)
    to_starts(heard)
    to_starts(hears)
    return heard, hears


def grouped(source, target, weights, directed):
    heard, hears = counts(source, target, directed)
    listener, strength = np.empty(int(heard[-1]), "u4"), np.empty(int(heard[-1]) if len(weights) else 0, "f4")
    group_by_heard(source, target, weights, directed, heard[:-1].copy(), listener, strength)
    return heard, hears, listener, strength


@WAYS
def test_arcs_are_counted(edges, directed):
    source, target, _ = edges
    assert_equals_twin(count_arcs, source, target, directed, np.zeros(N + 1, "u8"), np.zeros(N + 1, "u8"))


def test_counts_become_starts():
    assert_equals_twin(to_starts, np.array([2, 0, 3, 0], "u8"))


@WAYS
@pytest.mark.parametrize("weighted", [False, True])
def test_arcs_are_grouped_by_who_is_heard(edges, directed, weighted):
    source, target, weights = edges
    heard, _ = counts(source, target, directed)
    n_arcs = int(heard[-1])
    assert_equals_twin(
        group_by_heard,
        source,
        target,
        weights if weighted else weights[:0],
        directed,
        heard[:-1].copy(),
        np.zeros(n_arcs, "u4"),
        np.zeros(n_arcs if weighted else 0, "f4"),
    )


@WAYS
@pytest.mark.parametrize("weighted", [False, True])
def test_arcs_are_grouped_by_who_hears_and_repeated_ones_left_out(edges, directed, weighted):
    source, target, weights = edges
    heard, hears, listener, strength = grouped(source, target, weights if weighted else weights[:0], directed)
    after = assert_equals_twin(
        group_by_listener,
        heard,
        listener,
        strength,
        hears,
        hears[:-1].copy(),
        np.zeros(len(listener), "u4"),
        np.zeros(len(strength), "f4"),
    )
    assert (after[4] < hears[1:]).any()


@pytest.mark.parametrize("weighted", [False, True])
def test_rows_are_moved_together(weighted):
    starts, place = np.array([0, 3, 3, 5], "u8"), np.array([2, 3, 4], "u8")
    after = assert_equals_twin(
        close_gaps, starts, place, np.array([7, 8, 0, 9, 0], "u4"), np.arange(5 if weighted else 0, dtype="f4")
    )
    assert after[0].tolist() == [0, 2, 2, 3]
    assert after[2][:3].tolist() == [7, 8, 9]
