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


@parallel
def fill_normal(key, step, uid, out):
    """Fill out (n_agents, width) with independent standard normal numbers, four to a Philox block."""
    for i in prange(len(uid)):
        for block in range((out.shape[1] + 3) // 4):
            words = philox(key, uid[i], 0, block, step)
            for lane in range(4):
                d = 4 * block + lane
                if d < out.shape[1]:
                    out[i, d] = normal(unit(words[lane]))


@parallel
def fill_pairs(key, indptr, indices, uid, out):
    """Fill out (n_arcs,) with one uniform number an ordered pair (receiver, sender), keyed by both uids."""
    for i in prange(len(uid)):
        for e in range(indptr[i], indptr[i + 1]):
            out[e] = unit(philox(key, uid[i], uid[indices[e]], 0, 0)[0])
