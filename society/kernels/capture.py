"""Kernels of `capture`: the pull of a platform on those who attend to it."""

import numpy as np
from numba import prange

from society.kernels import ROWS_BY_TRAIT as ROWS
from society.kernels import parallel


@parallel
def pull_reward(attention, power, target, is_named, at, out):
    """out (n,) = −½ power · attention |at − target|² over the named traits; nan for who does not attend."""
    for block in prange((len(out) + ROWS - 1) // ROWS):
        some = slice(block * ROWS, (block + 1) * ROWS)
        share, square = attention[some], out[some]
        square[:] = 0.0
        for d in range(len(at)):
            if is_named[d]:
                y = at[d, some]
                for k in range(len(y)):
                    gap = y[k] - target[d]
                    square[k] += gap * gap
        for k in range(len(square)):
            square[k] = -0.5 * power * share[k] * square[k] if share[k] > 0.0 else np.nan


@parallel
def pull_gradient(attention, power, target, is_named, at, out):
    """out (n_traits, n) = power · attention (target − at) on the named traits, else 0."""
    for d in prange(len(out)):
        y, pull = at[d], out[d]
        if is_named[d]:
            for k in range(len(pull)):
                pull[k] = power * attention[k] * (target[d] - y[k])
        else:
            pull[:] = 0.0
