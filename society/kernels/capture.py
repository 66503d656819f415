"""Kernels of `capture`: the pull of a platform on those who attend to it."""

import numpy as np
from numba import prange

from society.kernels import parallel


@parallel
def pull_reward(attention, power, target, is_named, at, out):
    """out (n_agents,) = −½ power · attention |at − target|² over the named traits; nan for who does not attend."""
    for i in prange(len(at)):
        square = 0.0
        for d in range(at.shape[1]):
            if is_named[d]:
                gap = at[i, d] - target[d]
                square += gap * gap
        out[i] = -0.5 * power * attention[i] * square if attention[i] > 0.0 else np.nan


@parallel
def pull_gradient(attention, power, target, is_named, at, out):
    """out (n_agents, n_traits) = power · attention (target − at) on the named traits, else 0."""
    for i in prange(len(at)):
        for d in range(at.shape[1]):
            out[i, d] = power * attention[i] * (target[d] - at[i, d]) if is_named[d] else 0.0
