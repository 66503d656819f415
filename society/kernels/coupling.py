"""Kernels of `coupling`: the pull to the mean of one's society or group."""

import numpy as np
from numba import prange

from society.kernels import parallel


@parallel
def coupling_reward(group, mean, strength, at, out):
    """out (n_agents,) = −½ Σ_d strength_d (at − mean)², mean (n_groups, n_traits) that of one's group.

    An empty `group` counts everybody to the first.
    """
    for i in prange(len(at)):
        middle, total = mean[group[i] if len(group) else 0], 0.0
        for d in range(at.shape[1]):
            gap = np.float64(at[i, d]) - middle[d]
            total += strength[d] * gap * gap
        out[i] = -0.5 * total


@parallel
def coupling_gradient(group, mean, strength, at, out):
    """out (n_agents, n_traits) = strength (mean − at), the arguments those of `coupling_reward`."""
    for i in prange(len(at)):
        middle = mean[group[i] if len(group) else 0]
        for d in range(at.shape[1]):
            out[i, d] = strength[d] * (middle[d] - np.float64(at[i, d]))
