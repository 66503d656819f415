"""Kernels of `exchange` and `forgetting`: changes of the bit sets of who knows what.

Each item has a clock that rings after an exponential time of mean 1, and something happens to the item if that is
within its hazard. The clocks of a batch, up to 64 items of one family, are drawn together: the first of K rings after
E/K, which of them by lot; the second after E/(K − 1) more; the others later than that by exponential times again. Each
is drawn only if the one before was soon enough, so that one draw settles a batch to which nothing happens.

A row of `batches` is key, number within the family, first slot and size.
"""

import numpy as np
from numba import prange

from society.kernels import device, parallel, serial
from society.kernels.maths import exp, log
from society.kernels.philox import ROWS, philox, unit

KEY, NUMBER, FIRST, SIZE = range(4)
DRAWS = np.uint64(32)
"""Philox blocks set aside for a batch: one each for the first two clocks that ring, up to 16 for the others."""
ONE = np.uint64(1)


@device
def items_of(words, i, first, size):
    """Bits first … first + size − 1 of a row of words, as the lowest bits of one word."""
    word, shift = first >> 6, np.uint64(first & 63)
    following = min(word + 1, words.shape[1] - 1)  # without a branch: what it has too much is cut off below
    bits = words[i, word] >> shift | words[i, following] << ONE << (np.uint64(63) - shift)
    return bits & (~np.uint64(0) >> np.uint64(64 - size))


@device
def add_items(words, i, first, bits):
    """Set, from bit `first` of a row of words on, the bits of one word."""
    word, shift = first >> 6, np.uint64(first & 63)
    words[i, word] |= bits << shift
    if shift and bits >> (np.uint64(64) - shift):
        words[i, word + 1] |= bits >> (np.uint64(64) - shift)


@serial
def soonest(batches, hazard):
    """(n_batches,) largest hazard of an item of each batch."""
    out = np.zeros(len(batches))
    for b in range(len(batches)):
        for item in range(np.int64(batches[b, SIZE])):
            out[b] = max(out[b], hazard[np.int64(batches[b, FIRST]) + item])
    return out


@device
def ring_limit(size, hazard):
    """Smallest word of a draw with which the first of so many clocks may ring within `hazard`."""
    return np.uint32(min(np.floor(exp(-size * hazard) * 4294967296.0), 4294967295.0))


@device
def _batch(batches, b):
    """Key, number of its first Philox block, first slot and size of a batch."""
    return batches[b, KEY], DRAWS * batches[b, NUMBER], np.int64(batches[b, FIRST]), np.int64(batches[b, SIZE])


@device
def _rung(batch, one, other, step, limit, out):
    """Which pairs (one, other) draw at least `limit`: their number, and their places as the first entries of out."""
    key, number = batch[:2]
    draw, n_rung = np.empty(len(one), np.uint32), 0
    for e in range(len(one)):
        draw[e] = philox(key, one[e], other[e], number, step)[0]
    for e in range(len(one)):
        out[n_rung] = e
        n_rung += draw[e] >= limit
    return n_rung


@device
def _exponential(words):
    """An exponential number of mean 1."""
    return -log((np.float64((words[0] << np.uint64(21)) | (words[1] >> np.uint64(11))) + 0.5) * 2.0**-53)


@device
def _first_two(batch, one, other, step, time, item):
    """time (2, n) at which the first two clocks of a batch ring for each of n pairs, and item (2, n) which they are."""
    key, number, _, size = batch
    for k in range(len(one)):
        words = philox(key, one[k], other[k], number, step)
        time[0, k] = _exponential(words) / size
        item[0, k] = np.int64((words[2] * np.uint64(size)) >> np.uint64(32))
    for k in range(len(one)):
        words = philox(key, one[k], other[k], number + ONE, step)
        time[1, k] = time[0, k] + _exponential(words) / (size - 1)
        lot = np.int64((words[2] * np.uint64(size - 1)) >> np.uint64(32))
        item[1, k] = lot + (lot >= item[0, k])


@device
def _happening(batch, one, other, step, hazard, longest, weight, wanted, hits):
    """hits (n,): the wanted items of a batch whose clock rings, for pair k, within weight[k] · hazard (n_slots,).

    `longest` is the largest hazard of an item of the batch.
    """
    first, n = batch[2], len(one)
    time, item = np.empty((2, n)), np.empty((2, n), np.int64)
    _first_two(batch, one, other, step, time, item)
    for k in range(n):
        hits[k], rest = np.uint64(0), wanted[k]
        for rank in range(2):
            bit = rest & (ONE << np.uint64(item[rank, k]))
            rest &= ~bit
            if bit and time[rank, k] < weight[k] * hazard[first + item[rank, k]]:
                hits[k] |= bit
        if rest and time[1, k] < weight[k] * longest:
            hits[k] |= _later(batch, one[k], other[k], step, time[1, k], hazard, weight[k], rest)


@serial
def _later(batch, one, other, step, time, hazard, weight, wanted):
    """Those of the wanted items whose clock, which rings later than `time`, rings within weight · hazard."""
    key, number, first, size = batch
    hits = np.uint64(0)
    for quad in range((size + 3) // 4):
        if (wanted >> np.uint64(4 * quad)) & np.uint64(15):
            words = philox(key, one, other, number + np.uint64(2 + quad), step)
            for lane in range(4):
                item = 4 * quad + lane
                is_wanted = (wanted >> np.uint64(item)) & ONE
                if is_wanted and time - log(unit(words[lane])) < weight * hazard[first + item]:
                    hits |= ONE << np.uint64(item)
    return hits


@parallel
def hear(indptr, indices, weights, heaviest, uid, step, batches, hazard, knows, immune, knows_next):
    """Tell along every arc what the sender knows and the receiver does not; each item of each arc has its own clock.

    An arc's clocks are drawn by the receiver's uid and the sender's row, which nobody else has in the same step. hazard
    (n_slots,) is the rate a step along a tie of weight 1, `heaviest` the largest weight. An empty `immune` protects
    nobody.
    """
    n_agents = len(uid)
    longest = soonest(batches, hazard)
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        start, end = indptr[low], indptr[high]
        tellers, n_arcs = indices[start:end], end - start
        listener, hearer, rung = np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int32)
        one, other, weight = np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int32), np.ones(n_arcs)
        wanted, hits = np.empty(n_arcs, np.uint64), np.empty(n_arcs, np.uint64)
        for i in range(low, high):
            knows_next[i] = knows[i]
            for e in range(indptr[i] - start, indptr[i + 1] - start):
                listener[e], hearer[e] = i, uid[i]
        for b in range(len(batches)):
            batch = _batch(batches, b)
            first, size = batch[2:]
            if longest[b] == 0.0:
                continue
            n = _rung(batch, hearer, tellers, step, ring_limit(size, heaviest * longest[b]), rung)
            for k in range(n):
                one[k], other[k] = hearer[rung[k]], tellers[rung[k]]
            for k in range(len(weights) and n):
                weight[k] = weights[start + rung[k]]
            for k in range(n):
                wanted[k] = items_of(knows, np.uint32(other[k]), first, size)
            for k in range(n):
                wanted[k] &= ~items_of(knows, np.uint32(listener[rung[k]]), first, size)
            for k in range(len(immune) and n):
                wanted[k] &= ~items_of(immune, listener[rung[k]], first, size)
            _happening(batch, one[:n], other[:n], step, hazard, longest[b], weight, wanted, hits)
            for k in range(n):
                if hits[k]:
                    add_items(knows_next, listener[rung[k]], first, hits[k])


@parallel
def flip(uid, step, batches, hazard, candidates, hits):
    """hits (n_agents, n_words): the candidates that happen to each person, at hazard (n_slots,) a step."""
    n_agents = len(uid)
    longest = soonest(batches, hazard)
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        rung, one, nobody = np.empty(ROWS, np.int32), np.empty(ROWS, np.int32), np.zeros(ROWS, np.int32)
        weight, wanted, hit = np.ones(ROWS), np.empty(ROWS, np.uint64), np.empty(ROWS, np.uint64)
        hits[low:high] = np.uint64(0)
        for b in range(len(batches)):
            batch = _batch(batches, b)
            first, size = batch[2:]
            if longest[b] == 0.0:
                continue
            n = _rung(batch, uid[low:high], nobody, step, ring_limit(size, longest[b]), rung)
            for k in range(n):
                one[k] = uid[low + rung[k]]
                wanted[k] = items_of(candidates, low + rung[k], first, size)
            _happening(batch, one[:n], nobody, step, hazard, longest[b], weight, wanted, hit)
            for k in range(n):
                if hit[k]:
                    add_items(hits, low + rung[k], first, hit[k])


@parallel
def note_learned(step, before, after, learned_step):
    """Write `step` to learned_step (n_agents, n_slots) where an item is new in the bit set."""
    for i in prange(len(before)):
        for word in range(before.shape[1]):
            new = after[i, word] & ~before[i, word]
            slot = 64 * word
            while new:
                if new & ONE:
                    learned_step[i, slot] = step
                new >>= ONE
                slot += 1


@parallel
def expired(step, duration, learned_step, knows, hits):
    """hits (n_agents, n_words): known items learnt at least `duration` steps ago."""
    for i in prange(len(knows)):
        for word in range(knows.shape[1]):
            hits[i, word] = np.uint64(0)
            for bit in range(min(64, learned_step.shape[1] - 64 * word)):
                mask = ONE << np.uint64(bit)
                if knows[i, word] & mask and step - learned_step[i, 64 * word + bit] >= duration:
                    hits[i, word] |= mask
