"""Kernels of `income`: what the items a person knows pay, as a linear function of behaviour."""

import numpy as np
from numba import prange

from society.kernels import parallel


@parallel
def tally(knows, value, content, base, slope):
    """Sum over known items: base (n_agents,) of values v, slope (n_agents, n_traits) of v · content."""
    n_slots, n_traits = content.shape
    for i in prange(len(base)):
        total = 0.0
        direction = np.zeros(n_traits)
        for slot in range(n_slots):
            if (knows[i, slot >> 6] >> np.uint64(slot & 63)) & np.uint64(1):
                total += value[slot]
                for d in range(n_traits):
                    direction[d] += value[slot] * content[slot, d]
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
