"""Kernels of `income`: what the items a person knows pay, as a linear function of behaviour."""

import numpy as np
from numba import prange

from society.kernels import parallel, serial
from society.kernels.philox import ROWS


@serial
def pattern_sums(value, content, base, slope):
    """Sums over the items in each pattern of eight bits, for each byte of the bit set.

    base (n_bytes, 256) of values v, slope (n_bytes, 256, n_traits) of v · content.
    """
    for byte in range(len(base)):
        base[byte, 0] = 0.0
        slope[byte, 0] = 0.0
        for pattern in range(1, 256):
            lowest = 0
            while not (pattern >> lowest) & 1:
                lowest += 1
            rest, slot = pattern & (pattern - 1), 8 * byte + lowest
            base[byte, pattern] = base[byte, rest] + value[slot]
            for d in range(content.shape[1]):
                slope[byte, pattern, d] = slope[byte, rest, d] + value[slot] * content[slot, d]


@parallel
def tally(knows, pattern_base, pattern_slope, base, slope):
    """Sum over known items: base (n_agents,) of values v, slope (n_agents, n_traits) of v · content."""
    n_agents, n_traits = slope.shape
    for block in prange((n_agents + ROWS - 1) // ROWS):
        direction = np.empty(n_traits)
        for i in range(block * ROWS, min((block + 1) * ROWS, n_agents)):
            total = 0.0
            direction[:] = 0.0
            for byte in range(len(pattern_base)):
                pattern = (knows[i, byte >> 3] >> np.uint64(8 * (byte & 7))) & np.uint64(255)
                total += pattern_base[byte, pattern]
                known = pattern_slope[byte, pattern]
                for d in range(n_traits):
                    direction[d] += known[d]
            base[i] = total
            for d in range(n_traits):
                slope[i, d] = direction[d]


@parallel
def income_reward(base, slope, strength, at, out):
    """out (n_agents,) = strength (base + slope · at)."""
    for i in prange(len(at)):
        total = np.float64(base[i])
        for d in range(at.shape[1]):
            total += np.float64(slope[i, d]) * at[i, d]
        out[i] = strength * total


@parallel
def income_gradient(slope, strength, out):
    """out (n_agents, n_traits) = strength · slope."""
    for i in prange(len(out)):
        for d in range(out.shape[1]):
            out[i, d] = strength * slope[i, d]


@parallel
def earn(base, slope, years, behaviour, wealth):
    """Wealth += (base + slope · behaviour) · years."""
    for i in prange(len(wealth)):
        total = np.float64(base[i])
        for d in range(behaviour.shape[1]):
            total += np.float64(slope[i, d]) * behaviour[i, d]
        wealth[i] += years * total
