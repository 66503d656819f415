"""Kernels of `novelty`: how new the environment is to people, and what that does to their learning rate."""

import numpy as np
from numba import prange

from society.kernels import parallel

OVER = 1e-9
"""Novelty below which there is none; numbers much smaller would slow the processor down."""


@parallel
def fade(kept, novelty):
    """novelty (n_agents,) loses all but a share in a step."""
    for i in prange(len(novelty)):
        left = kept * novelty[i]
        novelty[i] = left if left > OVER else 0.0


@parallel
def update_gain(drift, steady, novelty):
    """One step of a Kalman filter whose gain K is steady · (1 + novelty (n_agents,)).

    The next gain is f(K + drift) with f(P) = P/(1 + P), and f(P) − f(P') = (P − P')/((1 + P)(1 + P')).
    """
    for i in prange(len(novelty)):
        gain = steady * (1.0 + np.float64(novelty[i]))
        left = novelty[i] / ((1.0 + gain + drift) * (1.0 + steady + drift))
        novelty[i] = left if left > OVER else 0.0


@parallel
def notice(jump, gain, environment, known, novelty, plasticity_gain):
    """Raise the novelty of whose environment is not the one they know (−1: none yet), and learning rates by it.

    All but `jump` and `gain` are (n_agents,).
    """
    for i in prange(len(novelty)):
        if known[i] >= 0 and environment[i] != known[i]:
            novelty[i] += jump
        known[i] = environment[i]
        plasticity_gain[i] *= 1.0 + gain * novelty[i]
