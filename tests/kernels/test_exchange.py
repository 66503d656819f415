"""Kernels of exchange and forgetting."""

import numpy as np
import pytest

from society.kernels import exchange as kernels
from society.memes import BATCH, MemeFamily, Memes
from society.streams import Streams

from . import reference
from .comparison import N_SLOTS, SIZES, assert_equals_twin, random_bits, random_graph, random_uids

SLOTS = [4, 64, N_SLOTS]
NOBODY = np.empty((0, 0), np.uint64)


def items(*sizes):
    """Batches of families of these sizes."""
    families = [MemeFamily(name=f"family_{i}", kind="invariant", n_items=size) for i, size in enumerate(sizes)]
    return Memes(tuple(families)).batches(Streams(1), "exchange", "telling")


def batches(rng, n_slots, *, scale=0.5):
    """Batches of two families, of which the second runs over the end of a word if there are two, and hazards."""
    hazard = scale * rng.random(n_slots)
    hazard[::5] = 0.0
    return items(n_slots // 4, n_slots - n_slots // 4), hazard


@pytest.mark.parametrize(("first", "size"), [(0, 1), (0, 64), (63, 1), (60, 8), (17, 64), (64, 64), (70, 10)])
def test_items_are_read_from_a_row_of_words(first, size):
    words = np.array([[0, 0], [0x0123456789ABCDEF, 0xFEDCBA9876543210]], "u8")
    assert_equals_twin(kernels.items_of, words, 1, first, size)


@pytest.mark.parametrize("slot", [0, 63, 64, 70])
@pytest.mark.parametrize("count", [0, 1])
def test_an_item_is_added_and_then_there(slot, count):
    words, slot = np.zeros((2, 2), "u8"), np.uint64(slot)
    after = assert_equals_twin(kernels.add_item, words, 1, slot, np.uint64(count))
    assert_equals_twin(kernels.has_item, after[0], 1, slot)
    assert kernels.has_item(after[0], 1, slot) == count


@pytest.mark.parametrize("scale", [0.0, 0.01, 0.03, 0.5, 800.0])
def test_batches_are_parted_like_those_of_the_twin(scale):
    rng, heaviest = np.random.default_rng(1), 1.5
    parts, reach = kernels.in_parts(*(arguments := (*batches(rng, N_SLOTS, scale=scale), heaviest)))
    for mine, twin in zip((parts, reach), reference.in_parts(*arguments), strict=True):
        np.testing.assert_array_equal(mine, np.array(twin, mine.dtype))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_slots", SLOTS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("immunity", [False, True])
def test_hear_equals_its_twin(n, n_slots, weighted, immunity):
    rng = np.random.default_rng([n, n_slots])
    graph, uid = random_graph(rng, n, weighted=weighted), random_uids(rng, n)
    knows = random_bits(rng, n, n_slots=n_slots)
    immune = random_bits(rng, n, share=0.2, n_slots=n_slots) if immunity else NOBODY
    heaviest = float(graph[2].max(initial=0.0)) if weighted else 1.0
    arguments = (*graph, heaviest, uid, 3, *batches(rng, n_slots), knows, immune, np.zeros_like(knows))
    after = assert_equals_twin(kernels.hear, *arguments)
    if n == max(SIZES):
        assert (after[-1] != knows).any(), "somebody hears something"


def hear_from(knows, *, hazard, immune=NOBODY):
    """What person 0 knows after hearing from person 1."""
    indptr, indices = np.array([0, 1, 1]), np.zeros(1, "i4") + np.int32(1)
    for array in (indptr, indices):
        array.setflags(write=False)
    after, uid = np.zeros_like(knows), np.arange(2, dtype="i4")
    kernels.hear(
        indptr, indices, np.empty(0, "f4"), 1.0, uid, 0, items(4), np.full(4, hazard), knows, immune, after
    )  # fmt: skip
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
    assert_equals_twin(kernels.flip, random_uids(rng, n), 3, *batches(rng, n_slots), candidates, hits)


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
    """20,000 people each hear two batches of items from one: shares within 4 standard errors of 1 − e^(−hazard).

    The hazards reach from what is rare to what is nearly certain.
    """
    n, hazard = 20_000, np.geomspace(0.002, 5.0, 12)
    heard = told_by_one(n, hazard, batches=items(5, 7))
    p = -np.expm1(-hazard)
    error = np.sqrt(p * (1 - p) / len(heard))
    assert (np.abs(heard.mean(axis=0) - p) < 4 * error).all()
    correlation = np.corrcoef(heard.T)[np.triu_indices(len(hazard), 1)]
    assert (np.abs(correlation) < 4 / np.sqrt(len(heard))).all(), "items are correlated"


def test_rare_things_happen_as_often_as_their_probability_says():
    """A million draws of a full batch at 10⁻⁵ an item: 640 events, within 4 standard errors."""
    n, n_steps, hazard = 20_000, 50, np.full(BATCH, 1e-5)
    batch, candidates = items(BATCH), np.full((n, 1), 2**64 - 1, "u8")
    hits, count = np.zeros_like(candidates), 0
    for step in range(n_steps):
        kernels.flip(np.arange(n, dtype="i4"), step, batch, hazard, candidates, hits)
        count += int(np.bitwise_count(hits).sum())
    expected = n * n_steps * BATCH * 1e-5
    assert abs(count - expected) < 4 * np.sqrt(expected)


@pytest.mark.parametrize("weighted", [False, True])
def test_each_arc_is_heard_by_itself_and_as_often_as_its_weight_says(weighted):
    """20,000 people hear a different item from each of six: shares within 4 standard errors of 1 − e^(−w·hazard)."""
    n, n_tellers, hazard = 20_000, 6, np.repeat([0.02, 1.5], 3)
    indptr = n_tellers * np.append(np.arange(n + 1), [n] * n_tellers)
    indices = np.tile(np.arange(n, n + n_tellers, dtype="i4"), n)
    weight = np.array([1.0, 0.1, 2.0, 0.4, 0.1, 2.0] if weighted else np.ones(n_tellers), "f4")
    weights = np.tile(weight, n if weighted else 0)
    for array in (indptr, indices, weights):
        array.setflags(write=False)
    knows, uid = np.zeros((n + n_tellers, 1), "u8"), np.arange(n + n_tellers, dtype="i4")
    knows[n:, 0] = 1 << np.arange(n_tellers)
    after = np.zeros_like(knows)
    kernels.hear(indptr, indices, weights, weight.max(), uid, 0, items(n_tellers), hazard, knows, NOBODY, after)
    heard = (after[:n] >> np.arange(n_tellers, dtype="u8") & np.uint64(1)).astype("f8")
    p = -np.expm1(-weight * hazard)
    assert (np.abs(heard.mean(axis=0) - p) < 4 * np.sqrt(p * (1 - p) / n)).all()
    correlation = np.corrcoef(heard.T)[np.triu_indices(n_tellers, 1)]
    assert (np.abs(correlation) < 4 / np.sqrt(n)).all(), "arcs are correlated"


def test_people_of_several_blocks_are_told_like_their_twins():
    n, rng = kernels.ROWS + 5, np.random.default_rng(1)
    graph, uid, knows = random_graph(rng, n), random_uids(rng, n), random_bits(rng, n)
    told = batches(rng, N_SLOTS, scale=0.002)
    assert_equals_twin(kernels.hear, *graph, 1.0, uid, 3, *told, knows, NOBODY, np.zeros_like(knows))
    assert_equals_twin(kernels.flip, uid, 3, *told, knows, np.zeros_like(knows))


@pytest.mark.parametrize(("scale", "factor"), [(0.001, 1.3), (0.001, 10.0), (0.5, 1.01), (0.5, 10.0)])
def test_what_happens_in_a_society_happens_in_one_of_higher_hazards_too(scale, factor):
    """Twins share their clocks: they differ by what the difference in hazards makes happen, not by luck."""
    n, rng = 1000, np.random.default_rng(1)
    graph, uid, knows = random_graph(rng, n), random_uids(rng, n), random_bits(rng, n)
    batch, hazard = batches(rng, N_SLOTS, scale=scale)
    lower, higher = np.zeros_like(knows), np.zeros_like(knows)
    kernels.hear(*graph, 1.0, uid, 3, batch, hazard, knows, NOBODY, lower)
    kernels.hear(*graph, 1.0, uid, 3, batch, factor * hazard, knows, NOBODY, higher)
    assert not (lower & ~higher).any()
    assert (higher & ~lower).any()


def told_by_one(n, hazard, *, batches):
    """(n − 1, n_items) what each of n − 1 people hears from the last, who knows everything."""
    indptr, indices = np.append(np.arange(n), n - 1), np.full(n - 1, n - 1, "i4")
    for array in (indptr, indices):
        array.setflags(write=False)
    knows = np.zeros((n, 1), "u8")
    knows[-1] = 2 ** len(hazard) - 1
    after, uid = np.zeros_like(knows), np.arange(n, dtype="i4")
    kernels.hear(indptr, indices, np.empty(0, "f4"), 1.0, uid, 0, batches, hazard, knows, NOBODY, after)
    return (after[:-1] >> np.arange(len(hazard), dtype="u8") & np.uint64(1)).astype("f8")
