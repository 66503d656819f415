"""Kernels of `deffuant`: who meets whom in a step, and how the two of a pair move."""

import math

import numpy as np
from numba import prange

from society.kernels import parallel
from society.kernels.maths import exp, log
from society.kernels.philox import ROWS, philox, unit

WORD = 2.0**32


@parallel
def first_to_meet(key, step, hazard, heaviest, indptr, indices, weights, uid, partner):
    """partner (n_agents,): with whom each would meet first within the step, −1 for nobody.

    The clock of a tie rings at `hazard` a step times its weight, at most `heaviest`, and is drawn by the uids of both.
    """
    n_agents = len(uid)
    late = np.uint64(max(exp(-hazard * heaviest) * WORD - 1.0, 0.0))
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        start, n_arcs = indptr[low], indptr[high] - indptr[low]
        one, other = np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int32)
        ring = np.empty(n_arcs, np.uint32)
        for i in range(low, high):
            for e in range(indptr[i] - start, indptr[i + 1] - start):
                me, you = uid[i], uid[np.uint32(indices[start + e])]
                one[e], other[e] = min(me, you), max(me, you)
        for e in range(n_arcs):
            ring[e] = philox(key, one[e], other[e], 0, step)[0]
        for i in range(low, high):
            partner[i] = -1
            earliest = hazard
            for e in range(indptr[i], indptr[i + 1]):
                weight = np.float64(weights[e]) if len(weights) else 1.0
                if ring[e - start] < late or weight <= 0.0:
                    continue
                time = -log(unit(ring[e - start])) / weight
                if time < earliest:
                    partner[i], earliest = indices[e], time


@parallel
def approach(convergence, confidence, partner, traits, out):
    """out (n_agents, n_traits): what brings both of each pair nearer, if they choose each other and are near enough."""
    for i in prange(len(traits)):
        j = partner[i]
        square = np.inf
        if j >= 0 and partner[j] == i:
            square = 0.0
            for d in range(traits.shape[1]):
                square += (np.float64(traits[j, d]) - traits[i, d]) * (np.float64(traits[j, d]) - traits[i, d])
        for d in range(traits.shape[1]):
            gap = np.float64(traits[j, d]) - traits[i, d] if math.sqrt(square) < confidence else 0.0
            out[i, d] = convergence * gap
