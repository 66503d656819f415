"""Kernels of `rewiring`: which ties are given up, with whom new ones are made, and the ties after that."""

import numpy as np
from numba import prange

from society.kernels import device, parallel
from society.kernels.maths import exp, log
from society.kernels.philox import philox, unit

HALF_WORD = np.uint64(1 << 31)


@device
def squared_distance(traits, i, j):
    """Squared Euclidean distance between two people; 0 without traits."""
    square = 0.0
    for d in range(traits.shape[1]):
        gap = np.float64(traits[i, d]) - np.float64(traits[j, d])
        square += gap * gap
    return square


@device
def place_of(indices, first, last, j):
    """Where j stands in the ascending indices[first:last], or would stand."""
    while first < last:
        middle = (first + last) // 2
        if indices[middle] < j:
            first = middle + 1
        else:
            last = middle
    return first


@device
def one_of(word, n):
    """A whole number below n, from a 32-bit word."""
    return np.int64((word * np.uint64(n)) >> np.uint64(32))


@parallel
def give_up(key, step, hazard, homophily, directed, indptr, indices, weights, uid, traits, leaves):
    """leaves (n_arcs,): whether the person who stands for the row gives up the tie, at hazard · distance^homophily.

    An undirected tie is drawn once, by the uids of both, and given up by one of them by lot. Ties of weight below 0
    stay.
    """
    for i in prange(len(uid)):
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            is_lower = directed or uid[i] < uid[j]
            one, other = (uid[i], uid[j]) if is_lower else (uid[j], uid[i])
            words = philox(key, one, other, 0, step)
            leaves[e] = False
            if not directed and (words[1] < HALF_WORD) != is_lower:
                continue
            if len(weights) and weights[e] < 0.0:
                continue
            bound = hazard
            if homophily > 0.0:
                square = squared_distance(traits, i, j)
                bound = hazard * exp(0.5 * homophily * log(square)) if square > 0.0 else 0.0
            leaves[e] = unit(words[0]) < 1.0 - exp(-bound)


@parallel
def seek(
    key, step, closure, homophily, n_candidates, indptr, indices, uid, traits, giver, lost, found
):  # fmt: skip
    """found (n_lost,): with whom the giver of each tie makes a new one, −1 for nobody.

    Each candidate is a friend's friend with probability `closure`, else anybody. Of those who are not tied to the giver
    one is chosen with probability ∝ distance^−homophily, as the first of clocks of that rate to ring.
    """
    n_agents = len(uid)
    for t in prange(len(giver)):
        i, soonest = giver[t], np.inf
        first, last = indptr[i], indptr[i + 1]
        found[t] = -1
        for candidate in range(n_candidates):
            words = philox(key, uid[i], uid[lost[t]], candidate, step)
            if unit(words[0]) < closure:
                friend = indices[first + one_of(words[1], last - first)]
                degree = indptr[friend + 1] - indptr[friend]
                if degree == 0:
                    continue
                k = np.int64(indices[indptr[friend] + one_of(words[2], degree)])
            else:
                k = one_of(words[1], n_agents)
            place = place_of(indices, first, last, k)
            if k == i or (place < last and indices[place] == k):
                continue
            time = log(-log(unit(words[3])))
            if homophily > 0.0:
                time += 0.5 * homophily * log(max(squared_distance(traits, i, k), 1e-24))
            if time < soonest:
                found[t], soonest = k, time


@parallel
def find_arcs(indptr, indices, listener, heard, arcs):
    """arcs (n,): where each arc stands, from whom is heard to the listener."""
    for t in prange(len(listener)):
        i = listener[t]
        arcs[t] = place_of(indices, indptr[i], indptr[i + 1], heard[t])


@parallel
def move_arcs(
    indptr, indices, weights, leaves, new_starts, new_heard, new_weights, indptr_next, indices_next, weights_next
):  # fmt: skip
    """Merge what stays of each row with what is new in it, new_heard[new_starts[i] : new_starts[i + 1]], ascending."""
    weighted = len(weights) > 0
    for i in prange(len(indptr) - 1):
        new, last_new, place = new_starts[i], new_starts[i + 1], indptr_next[i]
        for e in range(indptr[i], indptr[i + 1]):
            if leaves[e]:
                continue
            while new < last_new and new_heard[new] < indices[e]:
                indices_next[place] = new_heard[new]
                if weighted:
                    weights_next[place] = new_weights[new]
                new, place = new + 1, place + 1
            indices_next[place] = indices[e]
            if weighted:
                weights_next[place] = weights[e]
            place += 1
        while new < last_new:
            indices_next[place] = new_heard[new]
            if weighted:
                weights_next[place] = new_weights[new]
            new, place = new + 1, place + 1
