"""Kernel of `exploration`."""

import numpy as np
from numba import prange

from society.kernels import parallel
from society.kernels.philox import ROWS, four_normals


@parallel
def explore(key, step, uid, traits, sd, trial):
    """Trial = traits + sd · standard normal."""
    n_agents, n_traits = traits.shape
    for block in prange((n_agents + ROWS - 1) // ROWS):
        first = block * ROWS
        people = uid[first : first + ROWS]
        drawn = np.empty((4, len(people)))
        for number in range((n_traits + 3) // 4):
            four_normals(key, people, number, step, drawn)
            for lane in range(min(4, n_traits - 4 * number)):
                d = 4 * number + lane
                for i in range(len(people)):
                    trial[first + i, d] = traits[first + i, d] + sd[first + i] * drawn[lane, i]
