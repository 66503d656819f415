"""Kernels of `turnover`: who dies, whom newborns take after, and whom they hear from."""

import numpy as np
from numba import prange

from society.kernels import device, parallel
from society.kernels.maths import exp, probability
from society.kernels.philox import philox, uniform


@parallel
def dies(key, step, uid, age, years, rate, senescence, modal_age, until, leaving):
    """Let people leave by the hazard μ(a) = rate + s e^(s(a − M)) of the last `years`, and who has reached `until`."""
    grown = 1.0 - exp(-senescence * years)
    for i in prange(len(uid)):
        hazard = rate * years + grown * exp(senescence * (age[i] - modal_age))
        if age[i] >= until or uniform(key, uid[i], 0, step) < probability(hazard):
            leaving[i] = True


@parallel
def neighbour_parent(key, who, uid, is_new, indptr, indices, parent):
    """parent (n,): row of the neighbour of `who` (n,) who draws the smallest lot, newborns apart; -1 where nobody."""
    for k in prange(len(who)):
        i, best = who[k], np.uint64(2**32)
        parent[k] = -1
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            lot = philox(key, uid[i], uid[j], 0, 0)[0]
            if not is_new[j] and lot < best:
                best, parent[k] = lot, j


@parallel
def random_parent(key, who, uid, is_new, environment, n_there, parent):
    """parent (n,): row of a random person who lives where `who` (n,) live, newborns apart; -1 where nobody does.

    n_there (n_environments,) counts those who may be drawn. Rows are drawn until one fits, so that who else lives
    there makes little difference to whom one draws.
    """
    for k in prange(len(who)):
        i, number = who[k], 0
        parent[k] = -1
        while parent[k] < 0 and n_there[environment[i]] > 0:
            j = np.int64(uniform(key, uid[i], number, 0) * len(uid))
            number += 1
            if not is_new[j] and environment[j] == environment[i]:
                parent[k] = j


@parallel
def count_new_ties(who, is_new, wanted, indptr, indices, n_ties):
    """n_ties (n,): the ties wanted (n_agents,) by newborns, less those that their places have with other newborns'."""
    for k in prange(len(who)):
        n_ties[k] = wanted[who[k]]
        for e in range(indptr[who[k]], indptr[who[k] + 1]):
            n_ties[k] -= is_new[indices[e]]
        n_ties[k] = max(n_ties[k], 0)


@device
def _befriend(key, i, j, known, uid, is_new, indptr, indices, weights, friends, strengths, n):
    """Add those of row j, in order of lot, whom i does not have from row `known` (-1: none), from place n on."""
    low, high = indptr[j], indptr[j + 1]
    lots = np.empty(high - low, np.uint64)
    for e in range(low, high):
        lots[e - low] = philox(key, uid[i], uid[indices[e]], 0, 0)[0]
    for e in low + np.argsort(lots, kind="mergesort"):
        other = indices[e]
        if n == len(friends):
            break
        if is_new[other] or other == known:
            continue
        if known >= 0:
            row = indices[indptr[known] : indptr[known + 1]]
            place = np.searchsorted(row, other)
            if place < len(row) and row[place] == other:
                continue
        friends[n] = other
        if len(weights):
            strengths[n] = weights[e]
        n += 1
    return n


@parallel
def new_ties(key, who, parent, uid, is_new, indptr, indices, weights, starts, friends, strengths):
    """Fill rows of friends (n_ties,), bounded by starts (n + 1,), with whom newborns have ties; -1 where nobody is.

    First comes the parent, then the parent's friends, then those of the place; each in order of lot. Ties are as strong
    as those of the parent or of the place, the one to the parent as the parent's strongest; strengths has no entries
    where weights has none.
    """
    for k in prange(len(who)):
        i, p = who[k], parent[k]
        mine = friends[starts[k] : starts[k + 1]]
        strong = strengths[starts[k] : starts[k + 1]] if len(weights) else strengths
        mine[:] = -1
        if not len(mine):
            continue
        mine[0] = p
        if len(weights):
            row = weights[indptr[p] : indptr[p + 1]]
            strong[0] = row.max() if len(row) else 1.0
        n = _befriend(key, i, p, -1, uid, is_new, indptr, indices, weights, mine, strong, 1)
        _befriend(key, i, i, p, uid, is_new, indptr, indices, weights, mine, strong, n)
