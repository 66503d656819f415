"""Kernels of exchange and forgetting."""

import numpy as np
import pytest

from society.kernels import exchange as kernels
from society.memes import BLOCK

from .comparison import KEY, N_SLOTS, SIZES, assert_equals_twin, random_bits, random_graph, random_uids

SLOTS = [BLOCK, 64, N_SLOTS]
NOBODY = np.empty((0, 0), np.uint64)


def blocks(rng, n_slots, *, scale=0.5):
    """Keys, numbers, hazards and probabilities of blocks of items that belong to two families."""
    n_blocks = n_slots // BLOCK
    keys = np.where(np.arange(n_blocks) < n_blocks // 2, KEY, KEY + np.uint64(1)).astype("u8")
    hazard = scale * rng.random(n_slots)
    hazard[::5] = 0.0
    return keys, rng.permutation(n_blocks).astype("u4"), hazard, kernels.chances(hazard)


def test_chances_equals_its_twin():
    assert_equals_twin(kernels.chances, np.array([0.0, 1e-12, 1e-6, 9.9e-6, 1e-5, 0.01, 1.0, 40.0, np.inf]))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_slots", SLOTS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("immunity", [False, True])
def test_hear_equals_its_twin(n, n_slots, weighted, immunity):
    rng = np.random.default_rng([n, n_slots])
    graph, uid = random_graph(rng, n, weighted=weighted), random_uids(rng, n)
    knows = random_bits(rng, n, n_slots=n_slots)
    immune = random_bits(rng, n, share=0.2, n_slots=n_slots) if immunity else NOBODY
    arguments = (*graph, uid, 3, *blocks(rng, n_slots), knows, immune, np.zeros_like(knows))
    after = assert_equals_twin(kernels.hear, *arguments)
    if n == max(SIZES):
        assert (after[-1] != knows).any(), "somebody hears something"


def hear_from(knows, *, hazard, immune=NOBODY):
    """What person 0 knows after hearing from person 1."""
    indptr, indices = np.array([0, 1, 1]), np.zeros(1, "i4") + np.int32(1)
    for array in (indptr, indices):
        array.setflags(write=False)
    hazards = np.full(BLOCK, hazard)
    items = (np.full(1, KEY), np.zeros(1, "u4"), hazards, kernels.chances(hazards))
    after = np.zeros_like(knows)
    kernels.hear(indptr, indices, np.empty(0, "f4"), np.arange(2, dtype="i4"), 0, *items, knows, immune, after)
    return int(after[0, 0])


def test_what_is_certain_to_pass_passes_one_way():
    assert hear_from(np.array([[0b0001], [0b0110]], "u8"), hazard=np.inf) == 0b0111


def test_what_has_no_hazard_does_not_pass():
    assert hear_from(np.array([[0b0001], [0b0110]], "u8"), hazard=0.0) == 0b0001


def test_the_immune_do_not_take_up_what_they_are_immune_to():
    immune = np.array([[0b0010], [0b0000]], "u8")
    assert hear_from(np.array([[0b0001], [0b0110]], "u8"), hazard=np.inf, immune=immune) == 0b0101


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_slots", SLOTS)
def test_flip_equals_its_twin(n, n_slots):
    rng = np.random.default_rng([n, n_slots])
    candidates = random_bits(rng, n, n_slots=n_slots)
    hits = np.full_like(candidates, 2**64 - 1)
    assert_equals_twin(kernels.flip, random_uids(rng, n), 3, *blocks(rng, n_slots), candidates, hits)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_slots", SLOTS)
def test_note_learned_equals_its_twin(n, n_slots):
    rng = np.random.default_rng([n, n_slots])
    before, gained = (random_bits(rng, n, n_slots=n_slots) for _ in range(2))
    learned_step = rng.integers(-1, 5, (n, n_slots)).astype("i4")
    assert_equals_twin(kernels.note_learned, 9, before, before | gained, learned_step)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_slots", SLOTS)
@pytest.mark.parametrize("duration", [1, 4])
def test_expired_equals_its_twin(n, n_slots, duration):
    rng = np.random.default_rng([n, n_slots])
    knows = random_bits(rng, n, n_slots=n_slots)
    learned_step = rng.integers(-1, 10, (n, n_slots)).astype("i4")
    assert_equals_twin(kernels.expired, 9, duration, learned_step, knows, np.full_like(knows, 2**64 - 1))


@pytest.mark.parametrize(("step", "expected"), [(11, 0), (12, 1), (13, 1)])
def test_an_item_learnt_in_step_ten_expires_after_two_steps(step, expected):
    hits = np.zeros((1, 1), "u8")
    kernels.expired(step, 2, np.array([[10]], "i4"), np.ones((1, 1), "u8"), hits)
    assert hits[0, 0] == expected


def test_an_item_is_heard_as_often_as_its_probability_says():
    """20,000 people each hear a block of items from one: shares within 4 standard errors of 1 − e^(−hazard).

    The hazards reach from what is rare to what is nearly certain.
    """
    n, hazard = 20_000, np.geomspace(0.002, 5.0, BLOCK)
    indptr, indices = np.append(np.arange(n), n - 1), np.full(n - 1, n - 1, "i4")
    for array in (indptr, indices):
        array.setflags(write=False)
    knows = np.zeros((n, 1), "u8")
    knows[-1] = 2**BLOCK - 1
    after = np.zeros_like(knows)
    items = (np.full(1, KEY), np.zeros(1, "u4"), hazard, kernels.chances(hazard))
    kernels.hear(indptr, indices, np.empty(0, "f4"), np.arange(n, dtype="i4"), 0, *items, knows, NOBODY, after)
    heard = (after[:-1] >> np.arange(BLOCK, dtype="u8") & np.uint64(1)).astype("f8")
    p = -np.expm1(-hazard)
    error = np.sqrt(p * (1 - p) / (n - 1))
    assert (np.abs(heard.mean(axis=0) - p) < 4 * error).all()
    assert (np.abs(np.corrcoef(heard.T)[np.triu_indices(BLOCK, 1)]) < 4 / np.sqrt(n - 1)).all(), "items are correlated"
