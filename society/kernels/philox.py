"""Philox4x32-10 (Salmon et al. 2011): a random number is a pure function of its key and counter."""

import numpy as np

from society.kernels import device, parallel
from society.kernels.maths import log, normal

from numba import prange  # isort: skip

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MULTIPLY_0 = np.uint64(0xD2511F53)
MULTIPLY_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
UNIT = 2.0**-32
ROWS = 256  # people that one iteration handles at a time, so that the processor can work on several at once


@device
def philox(key, c0, c1, c2, c3):
    """Four independent 32-bit words (as uint64) for a 64-bit `key` and a counter of four 32-bit words."""
    k0, k1 = np.uint64(key) & LOW, np.uint64(key) >> HALF
    x0, x1, x2, x3 = np.uint64(c0) & LOW, np.uint64(c1) & LOW, np.uint64(c2) & LOW, np.uint64(c3) & LOW
    for _ in range(10):
        product_0, product_1 = MULTIPLY_0 * x0, MULTIPLY_1 * x2
        x0, x1, x2, x3 = (
            (product_1 >> HALF) ^ x1 ^ k0,
            product_1 & LOW,
            (product_0 >> HALF) ^ x3 ^ k1,
            product_0 & LOW,
        )
        k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    return x0, x1, x2, x3


@device
def unit(word) -> float:
    """Map a 32-bit word to the open interval (0, 1)."""
    return (float(word) + 0.5) * UNIT


@device
def uniform(key, uid, item, step) -> float:
    """One uniform number of (0, 1) for a person, an item (or draw number) and a step."""
    return unit(philox(key, uid, 0, item, step)[0])


@parallel
def fill_uniform(key, step, uid, out):
    """Fill out (n_agents,) with one uniform number a person."""
    for i in prange(len(uid)):
        out[i] = uniform(key, uid[i], 0, step)


@parallel
def fill_exponential(key, step, uid, out):
    """Fill out (n_agents,) with one exponential number of mean 1 a person."""
    for i in prange(len(uid)):
        out[i] = -log(uniform(key, uid[i], 0, step))


@device
def four_normals(key, uid, number, step, out):
    """out (4, len(uid)): the standard normal numbers of one Philox block a person."""
    for i in range(len(uid)):
        w0, w1, w2, w3 = philox(key, uid[i], 0, number, step)
        out[0, i], out[1, i], out[2, i], out[3, i] = unit(w0), unit(w1), unit(w2), unit(w3)
    for lane in range(4):
        for i in range(len(uid)):
            out[lane, i] = normal(out[lane, i])


@parallel
def fill_normal(key, step, uid, out):
    """Fill out (n_agents, width) with independent standard normal numbers, four to a Philox block."""
    width = out.shape[1]
    for block in prange((len(uid) + ROWS - 1) // ROWS):
        people = uid[block * ROWS : (block + 1) * ROWS]
        drawn = np.empty((4, len(people)))
        for number in range((width + 3) // 4):
            four_normals(key, people, number, step, drawn)
            for lane in range(min(4, width - 4 * number)):
                for i in range(len(people)):
                    out[block * ROWS + i, 4 * number + lane] = drawn[lane, i]


@parallel
def fill_pairs(key, indptr, indices, uid, out):
    """Fill out (n_arcs,) with one uniform number an ordered pair (receiver, sender), keyed by both uids."""
    for i in prange(len(uid)):
        for e in range(indptr[i], indptr[i + 1]):
            out[e] = unit(philox(key, uid[i], uid[indices[e]], 0, 0)[0])
