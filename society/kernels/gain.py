"""Kernels of the ledger's other side: what a platform gains from people."""

import numpy as np
from numba import prange

from society.kernels import parallel


@parallel
def gain_attention(attention, years, gain):
    """gain (n,) += attention (n,) · years."""
    for i in prange(len(gain)):
        gain[i] += attention[i] * years


@parallel
def gain_movement(plasticity, years, gradient, direction, gain):
    """gain (n,) += η h ∇R · w, for a gradient (n_traits, n) and a direction (n_traits,)."""
    for i in prange(len(gain)):
        total = 0.0
        for d in range(len(direction)):
            total += np.float64(gradient[d, i]) * direction[d]
        gain[i] += plasticity[i] * years * total
