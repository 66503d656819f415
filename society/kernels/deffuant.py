"""Kernels of `deffuant`: who meets whom in a step, and how the two of a pair move."""

import math

import numpy as np
from numba import prange

from society.kernels import parallel
from society.kernels.maths import exp, log
from society.kernels.philox import philox, unit


@parallel
def first_to_meet(key, step, hazard, heaviest, indptr, indices, weights, uid, partner):
    """partner (n_agents,): with whom each would meet first within the step, −1 for nobody.

    The clock of a tie rings at `hazard` a step times its weight, at most `heaviest`, and is drawn by the uids of both.
    """
    limit = exp(-hazard * heaviest)
    for i in prange(len(uid)):
        partner[i] = -1
        earliest = np.inf
        for e in range(indptr[i], indptr[i + 1]):
            j = np.uint32(indices[e])
            share = unit(philox(key, min(uid[i], uid[j]), max(uid[i], uid[j]), 0, step)[0])
            weight = np.float64(weights[e]) if len(weights) else 1.0
            if share < limit or weight <= 0.0:
                continue
            time = -log(share) / weight
            if time < hazard and time < earliest:
                partner[i], earliest = j, time


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
