"""Kernels of `exchange` and `forgetting`: changes of the bit sets of who knows what.

Each item has a clock on each arc. It rings again and again, after exponential times of mean 1, and something happens
to the item if it rings within its hazard. The clocks of a batch, up to 64 items of one family, on all arcs of a person
are drawn together: K clocks ring like one that is K times as fast, of which each ring is by lot that of one of them.
Rings are drawn in order of time. So one draw settles all clocks of a person to whom nothing happens, and in a twin
whose hazards are higher the same rings are followed by others. Where hazards are so high that on an arc more than one
clock of a batch would ring, each item is a batch by itself, so that only what can happen is drawn.

A row of `batches` is key, number within the family, first slot and size.
"""

import numpy as np
from numba import prange

from society.kernels import device, parallel, serial
from society.kernels.maths import log
from society.kernels.memory import prefetch
from society.kernels.philox import HALF, LOW, philox

KEY, NUMBER, FIRST, SIZE = range(4)
TOGETHER = 64
"""Items of a full batch."""
ALONE = np.uint64(1 << 16)
"""Numbers from here on are those of items that are batches by themselves."""
LATEST = 38.0
"""When every clock has rung: one in e^38 has not, which is less than the resolution of a draw."""
ONE = np.uint64(1)
ROWS = 2048  # people that one iteration handles at a time: so many that what it sets up for them counts for little


@device
def items_of(words, i, first, size):
    """Bits first … first + size − 1 of a row of words, as the lowest bits of one word."""
    word, shift = first >> 6, np.uint64(first & 63)
    following = min(word + 1, words.shape[1] - 1)  # without a branch: what it has too much is cut off below
    bits = words[i, word] >> shift | words[i, following] << ONE << (np.uint64(63) - shift)
    return bits & (~np.uint64(0) >> np.uint64(64 - size))


@device
def has_item(words, i, slot):
    """1 if the item of a slot is in a row of words, else 0."""
    return words[i, slot >> np.uint64(6)] >> (slot & np.uint64(63)) & ONE


@device
def add_item(words, i, slot, count):
    """Add the item of a slot to a row of words if count is 1, nothing if it is 0."""
    words[i, slot >> np.uint64(6)] |= count << (slot & np.uint64(63))


@serial
def in_parts(batches, hazard, heaviest):
    """Batches as they are drawn, each too full for that as its items, and (n_batches,) the latest ring that matters.

    That is the largest hazard of an item of the batch on the heaviest arc, or `LATEST`.
    """
    parts, reach = np.empty((len(hazard), 4), np.uint64), np.zeros(len(hazard))
    n = 0
    for batch in batches:
        first, size = np.int64(batch[FIRST]), np.int64(batch[SIZE])
        longest = 0.0
        for slot in range(first, first + size):
            longest = max(longest, min(heaviest * hazard[slot], LATEST))
        if size * longest <= 1.0:
            parts[n], reach[n] = batch, longest
            n += 1
            continue
        for item in range(size):
            parts[n, KEY], parts[n, FIRST], parts[n, SIZE] = batch[KEY], np.uint64(first + item), ONE
            parts[n, NUMBER] = ALONE + np.uint64(TOGETHER) * batch[NUMBER] + np.uint64(item)
            reach[n] = min(heaviest * hazard[first + item], LATEST)
            n += 1
    return parts[:n], reach[:n]


@device
def _batch(batches, b):
    """Key, number, first slot and size of a batch."""
    return batches[b, KEY], batches[b, NUMBER], np.int64(batches[b, FIRST]), np.int64(batches[b, SIZE])


@device
def _room(n_people):
    """Room for the rings of so many people: whose, at which time, by what lot; and for what is drawn on the way."""
    person, time, lot = np.empty(n_people, np.uint32), np.empty(n_people), np.empty(n_people, np.uint64)
    return person, time, lot, np.empty(n_people, np.int32), np.empty(n_people), np.empty(n_people, np.uint32)


@device
def _begin(wanting, n_arcs, room):
    """Those with arcs and an item in (n_people,) wanting: their number, and they as the first entries of room."""
    person, time = room[:2]
    n = 0
    for i in range(len(wanting)):
        person[n], time[n] = i, 0.0
        n += (n_arcs[i] > 0) & (wanting[i] != 0)
    return n


@device
def _next_rings(batch, uid, step, turn, n_arcs, reach, room, n):
    """The next ring within `reach` of each of the first n entries of room: how many have one, and they as its first."""
    key, number, _, size = batch
    person, time, lot, who, rate, word = room
    for k in range(n):
        who[k], rate[k] = uid[person[k]], size * n_arcs[person[k]]
    for k in range(n):
        word[k] = philox(key, who[k], turn, number, step)[0]
    n_near = 0
    for k in range(n):  # −log u is at least 1 − u: one word is enough to see who is far from a ring
        near = 1.0 - 2.0**-32 * (word[k] + 1.0) < (reach - time[k]) * rate[k]
        person[n_near], time[n_near], who[n_near], rate[n_near] = person[k], time[k], who[k], rate[k]
        n_near += near
    n = 0
    for k in range(n_near):
        words = philox(key, who[k], turn, number, step)
        draw = (np.float64((words[0] << np.uint64(21)) | (words[1] >> np.uint64(11))) + 0.5) * 2.0**-53
        person[n], time[n], lot[n] = person[k], time[k] - log(draw) / rate[k], (words[2] << HALF) | words[3]
        n += time[n] < reach
    return n


@device
def _go_on(wanting, got, room, n):
    """Those of the first n entries of room who still want an item after they have got the bits (n,) got."""
    person, time = room[:2]
    left = 0
    for k in range(n):
        i = person[k]
        wanting[i] &= ~got[k]
        person[left], time[left] = i, time[k]
        left += wanting[i] != 0
    return left


@parallel
def hear(indptr, indices, weights, heaviest, uid, step, batches, hazard, knows, immune, knows_next):
    """Tell along every arc what the sender knows and the receiver does not; each item of each arc has its own clock.

    hazard (n_slots,) is the rate a step along a tie of weight 1, `heaviest` the largest weight. An empty `immune`
    protects nobody.
    """
    n_agents = len(uid)
    parts, reach = in_parts(batches, hazard, heaviest)
    are_asked = len(parts) > len(batches)
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        start, n_people = indptr[low], high - low
        tellers = indices[start : indptr[high]].copy()  # memory is fastest if asked for all in order
        n_arcs, wanting, room = np.empty(n_people, np.int64), np.empty(n_people, np.uint64), _room(n_people)
        person, time, lot = room[:3]
        arc, slot, news = np.empty(n_people, np.int64), np.empty(n_people, np.uint64), np.empty(n_people, np.uint64)
        weight, new = np.ones(n_people), ~knows[low:high]
        knows_next[low:high] = knows[low:high]
        for i in range(len(immune) and n_people):
            new[i] &= ~immune[low + i]
        for i in range(n_people):
            n_arcs[i] = indptr[low + i + 1] - indptr[low + i]
        for i in range(are_asked and n_people):
            for word in range(new.shape[1]):
                known = np.uint64(0)
                for e in range(indptr[low + i] - start, indptr[low + i + 1] - start):
                    known |= knows[np.uint32(tellers[e]), word]
                new[i, word] &= known
        for b in range(len(parts)):
            batch = _batch(parts, b)
            first, size = batch[2:]
            for i in range(n_people):
                wanting[i] = items_of(new, i, first, size)
            n, turn = _begin(wanting, n_arcs, room) if reach[b] else 0, 0
            while n:
                n = _next_rings(batch, uid[low:high], step, turn, n_arcs, reach[b], room, n)
                turn += 1
                for k in range(n):
                    place = (lot[k] >> HALF) * np.uint64(n_arcs[person[k]]) >> HALF
                    arc[k] = indptr[low + person[k]] - start + np.int64(place)
                    slot[k] = np.uint64(first) + ((lot[k] & LOW) * np.uint64(size) >> HALF)
                    prefetch(knows, tellers[arc[k]])
                for k in range(len(weights) and n):
                    weight[k] = weights[start + arc[k]]
                for k in range(n):
                    news[k] = has_item(knows, np.uint32(tellers[arc[k]]), slot[k])
                for k in range(n):
                    news[k] &= has_item(new, person[k], slot[k]) & np.uint64(time[k] < weight[k] * hazard[slot[k]])
                for k in range(n):
                    add_item(knows_next, low + person[k], slot[k], news[k])
                    news[k] <<= slot[k] - np.uint64(first)
                n = _go_on(wanting, news, room, n)


@parallel
def flip(uid, step, batches, hazard, candidates, hits):
    """hits (n_agents, n_words): the candidates that happen to each person, at hazard (n_slots,) a step."""
    n_agents = len(uid)
    parts, reach = in_parts(batches, hazard, 1.0)
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        n_people = high - low
        n_arcs, wanting, room = np.ones(n_people, np.int64), np.empty(n_people, np.uint64), _room(n_people)
        (person, time, lot), got = room[:3], np.empty(n_people, np.uint64)
        hits[low:high] = np.uint64(0)
        for b in range(len(parts)):
            batch = _batch(parts, b)
            first, size = batch[2:]
            for i in range(n_people):
                wanting[i] = items_of(candidates, low + i, first, size)
            n, turn = _begin(wanting, n_arcs, room) if reach[b] else 0, 0
            while n:
                n = _next_rings(batch, uid[low:high], step, turn, n_arcs, reach[b], room, n)
                turn += 1
                for k in range(n):
                    slot = np.uint64(first) + ((lot[k] & LOW) * np.uint64(size) >> HALF)
                    happens = has_item(candidates, low + person[k], slot) & np.uint64(time[k] < hazard[slot])
                    add_item(hits, low + person[k], slot, happens)
                    got[k] = happens << (slot - np.uint64(first))
                n = _go_on(wanting, got, room, n)


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
