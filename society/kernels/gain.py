"""Kernels of the ledger's other side: what a platform gains from people."""

from numba import prange

from society.kernels import parallel
from society.kernels.learning import dot


@parallel
def gain_attention(attention, years, gain):
    """gain (n,) += attention (n,) · years."""
    for i in prange(len(gain)):
        gain[i] += attention[i] * years


@parallel
def gain_movement(plasticity, years, gradient, direction, gain):
    """gain (n,) += η h ∇R · w, for a gradient (≥ n, n_traits) and a direction (n_traits,)."""
    for i in prange(len(gain)):
        gain[i] += plasticity[i] * years * dot(gradient[i], direction)
