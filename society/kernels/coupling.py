"""Kernels of `coupling`: the pull to the mean of one's society or group."""

import numpy as np
from numba import prange

from society.kernels import parallel


@parallel
def coupling_reward(group, mean, strength, at, out):
    """out (n,) = −½ Σ_d strength_d (at − mean)², mean (n_groups, n_traits) that of one's group.

    An empty `group` counts everybody to the first.
    """
    for i in prange(len(out)):
        middle, total = mean[group[i] if len(group) else 0], 0.0
        for d in range(len(at)):
            gap = np.float64(at[d, i]) - middle[d]
            total += strength[d] * gap * gap
        out[i] = -0.5 * total


@parallel
def coupling_gradient(group, mean, strength, at, out):
    """out (n_traits, n) = strength (mean − at), the arguments those of `coupling_reward`."""
    for i in prange(at.shape[1]):
        middle = mean[group[i] if len(group) else 0]
        for d in range(len(at)):
            out[d, i] = strength[d] * (middle[d] - np.float64(at[d, i]))
