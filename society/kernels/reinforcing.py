"""Kernels of `reinforcing`: who is active, whom they contact, and one Runge–Kutta step on those contacts."""

import numpy as np
from numba import prange

from society.kernels import parallel
from society.kernels.distance import log_distance
from society.kernels.maths import exp, log, logistic
from society.kernels.philox import philox, unit


@parallel
def activate(key, step, lowest, exponent, uid, is_active):
    """is_active (n_agents,): by chance, of a probability that has density ∝ a^−exponent from `lowest` to 1.

    How active a person is they are for good: drawn by uid alone.
    """
    power = 1.0 - exponent
    lowest_power = exp(power * log(lowest))
    for i in prange(len(uid)):
        share = unit(philox(key, uid[i], 0, 0, 0)[0])
        if abs(power) < 1e-9:
            activity = exp((1.0 - share) * log(lowest))
        else:
            activity = exp(log(lowest_power + share * (1.0 - lowest_power)) / power)
        is_active[i] = unit(philox(key, uid[i], 1, 0, step)[0]) < activity


@parallel
def contact(key, step, homophily, reciprocity, active, indptr, indices, weights, uid, traits, chosen, is_mutual):
    """chosen (n_active, n_contacts): whom the active hear, −1 where nobody is left; is_mutual is whether both hear.

    Each active person draws distinct others one after another with probability ∝ weight · distance^−homophily: those
    whose exponential clocks of that rate ring first. They are neighbours, of positive weight, or anybody if `indptr`
    has no rows.
    """
    n_agents, most = len(uid), chosen.shape[1]
    for a in prange(len(active)):
        i = active[a]
        along_ties = len(indptr) > 0
        first, last = (indptr[i], indptr[i + 1]) if along_ties else (0, n_agents)
        times, n_chosen = np.empty(most), 0
        for place in range(most):
            chosen[a, place], is_mutual[a, place] = -1, False
        for e in range(first, last):
            j = np.int64(indices[e]) if along_ties else e
            weight = np.float64(weights[e]) if len(weights) else 1.0
            if j == i or weight <= 0.0:
                continue
            words = philox(key, uid[i], uid[j], 0, step)
            time = log(-log(unit(words[0]))) - log(weight)
            if homophily > 0.0:
                time += homophily * log_distance(traits, i, j)
            if n_chosen == most and time >= times[most - 1]:
                continue
            place = min(n_chosen, most - 1)
            while place > 0 and time < times[place - 1]:
                times[place], chosen[a, place] = times[place - 1], chosen[a, place - 1]
                is_mutual[a, place] = is_mutual[a, place - 1]
                place -= 1
            times[place], chosen[a, place] = time, j
            is_mutual[a, place] = unit(words[1]) < reciprocity
            n_chosen = min(n_chosen + 1, most)


@parallel
def speak(controversy, stage, voice):
    """voice (n_agents, n_traits) = tanh(controversy · stage), what people make others hear."""
    for i in prange(len(stage)):
        for d in range(stage.shape[1]):
            voice[i, d] = 2.0 * logistic(2.0 * controversy * stage[i, d]) - 1.0


@parallel
def velocity(coupling, indptr, indices, voice, stage, slope):
    """slope (n_agents, n_traits) = −stage + coupling · Σ voice of those one hears."""
    for i in prange(len(stage)):
        for d in range(stage.shape[1]):
            heard = 0.0
            for e in range(indptr[i], indptr[i + 1]):
                heard += voice[np.uint32(indices[e]), d]
            slope[i, d] = coupling * heard - stage[i, d]


@parallel
def advance(ahead, share, traits, slope, stage, moved):
    """Add share · slope to moved, and set stage = traits + ahead · slope; all (n_agents, n_traits)."""
    for i in prange(len(traits)):
        for d in range(traits.shape[1]):
            moved[i, d] += share * slope[i, d]
            stage[i, d] = traits[i, d] + ahead * slope[i, d]
