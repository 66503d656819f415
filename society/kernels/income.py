"""Kernels of `income`: what the items a person knows pay, as a linear function of behaviour."""

import numpy as np
from numba import prange

from society.kernels import ROWS_BY_TRAIT as ROWS
from society.kernels import parallel, serial


@serial
def pattern_sums(value, content, base, slope):
    """Sums over the items in each pattern of eight bits, for each byte of the bit set.

    base (n_bytes, 256) of values v, slope (n_bytes, 256, n_traits) of v · content, both left as they are in patterns
    of the last byte with a bit beyond the last item, which nobody has.
    """
    for byte in range(len(base)):
        base[byte, 0] = 0.0
        slope[byte, 0] = 0.0
        for pattern in range(1, 1 << min(8, len(value) - 8 * byte)):
            lowest = 0
            while not (pattern >> lowest) & 1:
                lowest += 1
            rest, slot = pattern & (pattern - 1), 8 * byte + lowest
            base[byte, pattern] = base[byte, rest] + value[slot]
            for d in range(content.shape[1]):
                slope[byte, pattern, d] = slope[byte, rest, d] + value[slot] * content[slot, d]


@parallel
def tally(knows, pattern_base, pattern_slope, base, slope):
    """Sum over known items: base (n_agents,) of values v, slope (n_traits, n_agents) of v · content."""
    n_traits, n_agents = slope.shape
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
                slope[d, i] = direction[d]


@parallel
def income_reward(first, base, slope, strength, at, out):
    """out (n,) = strength (base + slope · at), for people who begin at `first` in base and slope."""
    for block in prange((len(out) + ROWS - 1) // ROWS):
        some, start = slice(block * ROWS, (block + 1) * ROWS), first + block * ROWS
        total = out[some]
        n = len(total)
        paid = base[start : start + n]
        for k in range(n):
            total[k] = paid[k]
        for d in range(len(at)):
            y, gain = at[d, some], slope[d, start : start + n]
            for k in range(n):
                total[k] += np.float64(gain[k]) * y[k]
        for k in range(n):
            total[k] *= strength


@parallel
def income_gradient(first, slope, strength, out):
    """out (n_traits, n) = strength · slope, for people who begin at `first` in slope."""
    for d in prange(len(out)):
        rise = out[d]
        gain = slope[d, first : first + len(rise)]
        for k in range(len(rise)):
            rise[k] = strength * gain[k]


@parallel
def earn(base, slope, years, behaviour, wealth):
    """Wealth += (base + slope · behaviour (n_agents, n_traits)) · years."""
    for block in prange((len(wealth) + ROWS - 1) // ROWS):
        some = slice(block * ROWS, (block + 1) * ROWS)
        paid, mine, owned = base[some], behaviour[some], wealth[some]
        total = np.zeros(len(owned))
        for d in range(len(slope)):
            gain = slope[d, some]
            for k in range(len(owned)):
                total[k] += np.float64(gain[k]) * mine[k, d]
        for k in range(len(owned)):
            owned[k] += years * (paid[k] + total[k])
