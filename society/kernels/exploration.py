"""Kernel of `exploration`."""

from numba import prange

from society.kernels import parallel
from society.kernels.maths import normal
from society.kernels.philox import philox, unit


@parallel
def explore(key, step, uid, traits, sd, trial):
    """Trial = traits + sd · standard normal."""
    n_traits = traits.shape[1]
    for i in prange(len(traits)):
        for block in range((n_traits + 3) // 4):
            words = philox(key, uid[i], 0, block, step)
            for lane in range(min(4, n_traits - 4 * block)):
                d = 4 * block + lane
                trial[i, d] = traits[i, d] + sd[i] * normal(unit(words[lane]))
