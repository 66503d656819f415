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
    bits = words[i, word] >> shift
    if (first & 63) + size > 64:
        bits |= words[i, word + 1] << (np.uint64(64) - shift)
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
def _ring(words, n_clocks):
    """When the first of so many clocks rings, and which by lot."""
    share = (np.float64((words[0] << np.uint64(21)) | (words[1] >> np.uint64(11))) + 0.5) * 2.0**-53
    return -log(share) / n_clocks, np.int64((words[2] * np.uint64(n_clocks)) >> np.uint64(32))


@serial
def _happening(key, number, first, size, c0, c1, step, longest, hazard, weight, wanted):
    """Those of the wanted items of a batch whose clock rings within weight · hazard (n_slots,), at most `longest`."""
    hits, latest = np.uint64(0), weight * longest
    time, one = _ring(philox(key, c0, c1, number, step), size)
    if time >= latest:
        return hits
    if time < weight * hazard[first + one]:
        hits |= wanted & (ONE << np.uint64(one))
    if size == 1:
        return hits
    gap, other = _ring(philox(key, c0, c1, number + ONE, step), size - 1)
    time, other = time + gap, other + (other >= one)
    if time >= latest:
        return hits
    if time < weight * hazard[first + other]:
        hits |= wanted & (ONE << np.uint64(other))
    wanted &= ~((ONE << np.uint64(one)) | (ONE << np.uint64(other)))
    for quad in range((size + 3) // 4):
        if (wanted >> np.uint64(4 * quad)) & np.uint64(15):
            words = philox(key, c0, c1, number + np.uint64(2 + quad), step)
            for lane in range(4):
                item = 4 * quad + lane
                if (wanted >> np.uint64(item)) & ONE and time - log(unit(words[lane])) < weight * hazard[first + item]:
                    hits |= ONE << np.uint64(item)
    return hits


@parallel
def hear(indptr, indices, weights, heaviest, uid, step, batches, hazard, knows, immune, knows_next):
    """Tell along every arc what the sender knows and the receiver does not; each item of each arc has its own clock.

    hazard (n_slots,) is the rate a step along a tie of weight 1, `heaviest` the largest weight. An empty `immune`
    protects nobody.
    """
    n_agents = len(uid)
    longest = soonest(batches, hazard)
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        start, n_arcs = indptr[low], indptr[high] - indptr[low]
        listener, teller, ring = np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int32), np.empty(n_arcs, np.uint32)
        hearer, rung, heard = np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int64), np.empty(n_arcs, np.uint64)
        for i in range(low, high):
            knows_next[i] = knows[i]
            for e in range(indptr[i] - start, indptr[i + 1] - start):
                listener[e], hearer[e], teller[e] = i, uid[i], uid[indices[start + e]]
        for b in range(len(batches)):
            key, number = batches[b, KEY], DRAWS * batches[b, NUMBER]
            first, size = np.int64(batches[b, FIRST]), np.int64(batches[b, SIZE])
            if longest[b] == 0.0:
                continue
            limit = ring_limit(size, heaviest * longest[b])
            for e in range(n_arcs):
                ring[e] = philox(key, hearer[e], teller[e], number, step)[0]
            n_rung = 0
            for e in range(n_arcs):
                rung[n_rung] = e
                n_rung += ring[e] >= limit
            for k in range(n_rung):
                heard[k] = items_of(knows, np.uint32(indices[start + rung[k]]), first, size)
            for k in range(n_rung):
                e, i = rung[k], listener[rung[k]]
                news = heard[k] & ~items_of(knows_next, i, first, size)
                if len(immune):
                    news &= ~items_of(immune, i, first, size)
                if news:
                    weight = np.float64(weights[start + e]) if len(weights) else 1.0
                    hits = _happening(
                        key, number, first, size, hearer[e], teller[e], step, longest[b], hazard, weight, news
                    )
                    add_items(knows_next, i, first, hits)


@parallel
def flip(uid, step, batches, hazard, candidates, hits):
    """hits (n_agents, n_words): the candidates that happen to each person, at hazard (n_slots,) a step."""
    n_agents = len(uid)
    longest = soonest(batches, hazard)
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        ring = np.empty(high - low, np.uint32)
        hits[low:high] = np.uint64(0)
        for b in range(len(batches)):
            key, number = batches[b, KEY], DRAWS * batches[b, NUMBER]
            first, size = np.int64(batches[b, FIRST]), np.int64(batches[b, SIZE])
            if longest[b] == 0.0:
                continue
            limit = ring_limit(size, longest[b])
            for i in range(high - low):
                ring[i] = philox(key, uid[low + i], 0, number, step)[0]
            for i in range(high - low):
                if ring[i] < limit:
                    continue
                wanted = items_of(candidates, low + i, first, size)
                if wanted:
                    hit = _happening(key, number, first, size, uid[low + i], 0, step, longest[b], hazard, 1.0, wanted)
                    add_items(hits, low + i, first, hit)


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
