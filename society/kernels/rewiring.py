"""Kernels of `rewiring`: which ties are given up, with whom new ones are made, and the ties after that."""

import numpy as np
from numba import prange

from society.kernels import device, parallel
from society.kernels.distance import log_distance, squared_distance
from society.kernels.maths import exp, log
from society.kernels.philox import ROWS, philox, unit

WORD, HALF_WORD = 2.0**32, np.uint64(1 << 31)


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
def give_up(
    key, step, hazard, homophily, farthest, directed, indptr, indices, weights, uid, traits, leaves
):  # fmt: skip
    """leaves (n_arcs,): whether the person who stands for the row gives up the tie, at hazard · distance^homophily.

    An undirected tie is drawn once, by the uids of both, and given up by one of them by lot. Ties of weight below 0
    stay. No distance is above `farthest`, so that most draws say without it that the tie stays.
    """
    n_agents = len(uid)
    most = hazard * exp(homophily * log(farthest)) if homophily > 0.0 else hazard
    soon = np.uint64(min((1.0 - exp(-most)) * WORD + 1.0, WORD))
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        start, n_arcs = indptr[low], indptr[high] - indptr[low]
        one, other = np.empty(n_arcs, np.int32), np.empty(n_arcs, np.int32)
        is_lower, may_leave = np.empty(n_arcs, np.bool_), np.empty(n_arcs, np.bool_)
        for i in range(low, high):
            for e in range(indptr[i] - start, indptr[i + 1] - start):
                me, you = uid[i], uid[np.uint32(indices[start + e])]
                is_lower[e] = me < you
                one[e], other[e] = (me, you) if directed else (min(me, you), max(me, you))
        for e in range(n_arcs):
            words = philox(key, one[e], other[e], 0, step)
            may_leave[e] = (words[0] < soon) & (directed | ((words[1] < HALF_WORD) == is_lower[e]))
        for i in range(low, high):
            for e in range(indptr[i], indptr[i + 1]):
                leaves[e] = False
                if not may_leave[e - start] or (len(weights) and weights[e] < 0.0):
                    continue
                square = squared_distance(traits, i, indices[e])
                bound = hazard if homophily == 0.0 else 0.0
                if homophily > 0.0 and square > 0.0:
                    bound = hazard * exp(0.5 * homophily * log(square))
                draw = unit(philox(key, one[e - start], other[e - start], 0, step)[0])
                leaves[e] = draw < 1.0 - exp(-bound)


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
                time += homophily * log_distance(traits, i, k)
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
