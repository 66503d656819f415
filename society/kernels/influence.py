"""Kernels of `influence`: what one's neighbours are like on average, and the reward for being like them."""

import numpy as np
from numba import prange

from society.kernels import ROWS_BY_TRAIT, parallel
from society.kernels.memory import prefetch
from society.kernels.philox import ROWS

AHEAD = 128
"""Arcs between asking memory for a neighbour and looking at them: 40 % of the time at 10⁶ people."""


@parallel
def neighbour_mean(indptr, indices, weights, self_weight, traits, norm):
    """norm (n_agents, n_traits): Σ a x / Σ |a| over in-neighbours and oneself; nan for who has no neighbours.

    An empty `weights` counts every tie as 1. Who is disliked, a < 0, counts as their opposite.
    """
    n_agents, n_traits = traits.shape
    last = len(indices) - 1
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        mean = np.empty(n_traits)
        for i in range(low, high):
            total = self_weight
            for d in range(n_traits):
                mean[d] = self_weight * traits[i, d]
            for e in range(indptr[i], indptr[i + 1]):
                prefetch(traits, indices[min(e + AHEAD, last)])
                other = traits[np.uint32(indices[e])]  # unsigned: spares asking whether it counts from the end
                weight = weights[e] if len(weights) else np.float32(1.0)
                total += abs(weight)
                for d in range(n_traits):
                    mean[d] += weight * other[d]
            if indptr[i] == indptr[i + 1]:
                norm[i] = np.nan
            else:
                for d in range(n_traits):
                    norm[i, d] = mean[d] / total


@parallel
def nearest_mean(indptr, indices, k, uid, self_weight, traits, norm):
    """norm (n_agents, n_traits): mean over oneself and the k neighbours nearest in traits, ties by smaller uid."""
    n_traits = traits.shape[1]
    for i in prange(len(traits)):
        nearest = np.empty(k, np.int64)
        distance = np.empty(k)
        found = 0
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            square = 0.0
            for d in range(n_traits):
                gap = np.float64(traits[i, d]) - np.float64(traits[j, d])
                square += gap * gap
            place = found
            while place > 0 and (
                square < distance[place - 1] or (square == distance[place - 1] and uid[j] < uid[nearest[place - 1]])
            ):
                place -= 1
            if place >= k:
                continue
            found = min(found + 1, k)
            for later in range(found - 1, place, -1):
                nearest[later], distance[later] = nearest[later - 1], distance[later - 1]
            nearest[place], distance[place] = j, square
        total = self_weight + found
        for d in range(n_traits):
            mean = self_weight * traits[i, d]
            for place in range(found):
                mean += traits[nearest[place], d]
            norm[i, d] = mean / total if found else np.nan


@parallel
def mean_within(indptr, indices, weights, confidence, self_weight, traits, norm):
    """norm (n_agents, n_traits): weighted mean over oneself and the neighbours no further away than `confidence`.

    It is nan for who has no such neighbours.
    """
    n_traits = traits.shape[1]
    for i in prange(len(traits)):
        mean, total, is_alone = np.empty(n_traits), np.float64(self_weight), True
        for d in range(n_traits):
            mean[d] = self_weight * traits[i, d]
        for e in range(indptr[i], indptr[i + 1]):
            other = traits[np.uint32(indices[e])]
            square = 0.0
            for d in range(n_traits):
                gap = np.float64(traits[i, d]) - np.float64(other[d])
                square += gap * gap
            if square > confidence * confidence:
                continue
            weight = np.float64(weights[e]) if len(weights) else 1.0
            total += weight
            is_alone = False
            for d in range(n_traits):
                mean[d] += weight * other[d]
        for d in range(n_traits):
            norm[i, d] = np.nan if is_alone else mean[d] / total


@parallel
def weigh_groups(indptr, indices, weights, group, between, out):
    """out (n_arcs,): weight of each tie, times `between` where it joins people of different groups."""
    for i in prange(len(group)):
        for e in range(indptr[i], indptr[i + 1]):
            weight = weights[e] if len(weights) else np.float32(1.0)
            out[e] = weight if group[i] == group[indices[e]] else between * weight


@parallel
def hold_on(stubbornness, traits, innate, norm):
    """Move norm (n_agents, n_traits) towards what one is innately, which is what one is now where that is nan."""
    for i in prange(len(traits)):
        for d in range(traits.shape[1]):
            if np.isnan(innate[i, d]):
                innate[i, d] = traits[i, d]
            norm[i, d] = stubbornness * innate[i, d] + (1.0 - stubbornness) * norm[i, d]


@parallel
def conformity_reward(norm, strength, at, out):
    """out (n,) = −½ strength |at − norm|², norm (n, n_traits); nan for who has no norm."""
    for block in prange((len(out) + ROWS_BY_TRAIT - 1) // ROWS_BY_TRAIT):
        some = slice(block * ROWS_BY_TRAIT, (block + 1) * ROWS_BY_TRAIT)
        middle, square = norm[some], out[some]
        square[:] = 0.0
        for d in range(len(at)):
            y = at[d, some]
            for k in range(len(y)):
                gap = np.float64(y[k]) - middle[k, d]
                square[k] += gap * gap
        for k in range(len(square)):
            square[k] *= -0.5 * strength


@parallel
def conformity_gradient(norm, strength, at, out):
    """out (n_traits, n) = strength (norm − at), norm (n, n_traits); 0 for who has no norm."""
    for block in prange((at.shape[1] + ROWS_BY_TRAIT - 1) // ROWS_BY_TRAIT):
        some = slice(block * ROWS_BY_TRAIT, (block + 1) * ROWS_BY_TRAIT)
        middle = norm[some]
        for d in range(len(at)):
            y, pull = at[d, some], out[d, some]
            for k in range(len(y)):
                pull[k] = 0.0 if np.isnan(middle[k, d]) else strength * (np.float64(middle[k, d]) - y[k])


@parallel
def move_to_norm(norm, traits, out):
    """out (n_agents, n_traits) = norm − traits; 0 for who has no norm."""
    for i in prange(len(traits)):
        for d in range(traits.shape[1]):
            out[i, d] = 0.0 if np.isnan(norm[i, d]) else norm[i, d] - traits[i, d]
