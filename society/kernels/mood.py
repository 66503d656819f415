"""Kernel of `mood`."""

import math

import numpy as np
from numba import prange

from society.kernels import device, parallel
from society.kernels.maths import normal
from society.kernels.philox import philox, unit


@device
def offset_of(key, uid, mood, fixed, spread, out):
    """out (n_traits,): what a mood does to a person's behaviour, from the mean over the person's moods."""
    n_moods, n_traits = fixed.shape
    scale = spread * math.sqrt(n_moods / (n_moods - 1))
    for number in range((n_traits + 3) // 4):
        total, own = np.zeros(4), np.zeros(4)
        for m in range(n_moods):
            words = philox(key, uid, m, number, 0)
            for lane in range(4):
                drawn = normal(unit(words[lane]))
                total[lane] += drawn
                if m == mood:
                    own[lane] = drawn
        for lane in range(min(4, n_traits - 4 * number)):
            d = 4 * number + lane
            out[d] = fixed[mood, d] + scale * (own[lane] - total[lane] / n_moods)


@parallel
def feel(key, offset_key, step, p_switch, uid, fixed, spread, mood, offset, trial):
    """Change moods with probability `p_switch`, to any of them alike, and add what the mood does to trial behaviour.

    fixed is (n_moods, n_traits), with mean 0 over moods; `spread` is the standard deviation of what is drawn for each
    person and mood. Who has no mood yet draws one; an offset of nan is worked out anew.
    """
    n_moods, n_traits = fixed.shape
    for i in prange(len(uid)):
        words = philox(key, uid[i], 0, 0, step)
        before = mood[i]
        if before < 0 or unit(words[0]) < p_switch:
            mood[i] = int(unit(words[1]) * n_moods)
        if mood[i] != before or np.isnan(offset[i, 0]):
            offset_of(offset_key, uid[i], mood[i], fixed, spread, offset[i])
        for d in range(n_traits):
            trial[i, d] += offset[i, d]
