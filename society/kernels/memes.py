"""Bit sets of who knows what, and the value of items by the share of people who know them."""

import numpy as np
from numba import prange

from society.kernels import device, parallel, serial
from society.kernels.maths import exp, logistic

LOWEST_OF_EACH_BYTE = np.uint64(0x0101010101010101)
ROWS = 4096  # people counted by one iteration, so that sums are the same for any number of threads


@device
def _count_few(words, counts):
    """Add to counts (up to 64,) how many of at most 255 words have each bit: as many as a byte of a sum can hold."""
    for bit in range(8):
        total = np.uint64(0)
        for i in range(len(words)):
            total += (words[i] >> np.uint64(bit)) & LOWEST_OF_EACH_BYTE
        for slot in range(bit, len(counts), 8):
            counts[slot] += np.int64((total >> np.uint64(slot - bit)) & np.uint64(255))


@parallel
def count_by_block(knows, counts):
    """Fill counts (n_blocks, n_slots) with the knowers of each slot among each block of ROWS people."""
    for block in prange(counts.shape[0]):
        counts[block] = 0
        for word in range(knows.shape[1]):
            people = knows[block * ROWS : (block + 1) * ROWS, word]
            for first in range(0, len(people), 255):
                _count_few(people[first : first + 255], counts[block, 64 * word : 64 * word + 64])


def count_knowers(knows: np.ndarray, n_slots: int) -> np.ndarray:
    """(n_slots,) int64 number of people who know each item, from the (n_agents, n_words) bit sets."""
    counts = np.empty((-(-len(knows) // ROWS), n_slots), np.int64)
    count_by_block(knows, counts)
    return counts.sum(axis=0)


@device
def whole_power(base: float, exponent: int) -> float:
    """base^exponent by repeated multiplication."""
    result = 1.0
    for _ in range(exponent):
        result *= base
    return result


@device
def curve_value(code: int, p: float, q: float, f: float) -> float:
    """Value of an item, relative to its base, when a share f of people know it."""
    f = min(max(f, 0.0), 1.0)
    if code == 1:
        return whole_power(f, np.int64(p))
    if code == 2:
        return 1.0 if f >= p else 0.0
    if code == 3:
        low, high = logistic(-p / q), logistic((1.0 - p) / q)
        return (logistic((f - p) / q) - low) / (high - low)
    if code == 4:
        return exp(-f / p)
    if code == 5:
        return 1.0 / (1.0 + f / p)
    if code == 6:
        return whole_power(1.0 - f, np.int64(p))
    return 1.0


@serial
def item_values(code, base, p, q, share, out):
    """Fill out (n_slots,) with the value of each item at its share of knowers."""
    for slot in range(len(out)):
        out[slot] = base[slot] * curve_value(code[slot], p[slot], q[slot], share[slot])
