"""Kernels of `exchange` and `forgetting`: changes of the bit sets of who knows what.

Four items share a block of random numbers: the draws of block b decide on bits 4b … 4b + 3 of the bit set.
"""

import numpy as np
from numba import prange

from society.kernels import device, parallel, serial
from society.kernels.maths import probability
from society.kernels.philox import philox, unit

ONE = np.uint64(1)
NIBBLE = np.uint64(15)


@serial
def chances(hazard):
    """(n_slots,) probability that what has this integrated hazard happens."""
    out = np.empty_like(hazard)
    for slot in range(len(hazard)):
        out[slot] = probability(hazard[slot])
    return out


@device
def successes(key, number, c0, c1, step, first, weight, hazard, chance, wanted):
    """Those of the four `wanted` bits whose draw succeeds, item k with probability 1 − e^(−weight · hazard[k]).

    `chance` holds that probability for weight 1.
    """
    words = philox(key, c0, c1, number, step)
    hit = np.uint64(0)
    for lane in range(4):
        bit = ONE << np.uint64(lane)
        if wanted & bit:
            p = chance[first + lane] if weight == 1.0 else probability(weight * hazard[first + lane])
            if unit(words[lane]) < p:
                hit |= bit
    return hit


@parallel
def hear(indptr, indices, weights, uid, step, block_key, block_number, hazard, chance, knows, immune, knows_next):
    """Tell along every arc what the sender knows and the receiver does not; each item of each arc has its own draw.

    hazard (n_slots,) is the rate a step along a tie of weight 1, chance the probability. An empty `immune` protects
    nobody.
    """
    n_words = knows.shape[1]
    for i in prange(len(uid)):
        for word in range(n_words):
            known = knows[i, word]
            closed = known | immune[i, word] if len(immune) else known
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                weight = weights[e] if len(weights) else np.float32(1.0)
                news = knows[j, word] & ~closed
                block = 16 * word
                while news:
                    wanted = news & NIBBLE
                    if wanted:
                        hit = successes(
                            block_key[block],
                            block_number[block],
                            uid[i],
                            uid[j],
                            step,
                            4 * block,
                            weight,
                            hazard,
                            chance,
                            wanted,
                        )
                        hit <<= np.uint64(4 * (block - 16 * word))
                        known |= hit
                        closed |= hit
                    news >>= np.uint64(4)
                    block += 1
            knows_next[i, word] = known


@parallel
def flip(uid, step, block_key, block_number, hazard, chance, candidates, hits):
    """hits (n_agents, n_words): the candidates that happen to each person, at hazard (n_slots,) a step."""
    for i in prange(len(uid)):
        for word in range(candidates.shape[1]):
            left = candidates[i, word]
            block = 16 * word
            hits[i, word] = np.uint64(0)
            while left:
                wanted = left & NIBBLE
                if wanted:
                    hit = successes(
                        block_key[block],
                        block_number[block],
                        uid[i],
                        0,
                        step,
                        4 * block,
                        np.float32(1.0),
                        hazard,
                        chance,
                        wanted,
                    )
                    hits[i, word] |= hit << np.uint64(4 * (block - 16 * word))
                left >>= np.uint64(4)
                block += 1


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
