"""Kernels of `attention`: coming and going of users, and division of attention among platforms and life."""

import numpy as np
from numba import prange

from society.kernels import parallel
from society.kernels.maths import exp, log
from society.kernels.philox import HALF, LOW, ROWS, philox, unit

ONE, TWO = np.uint64(1), np.uint64(2)


@parallel
def membership(
    key, step, uid, age, entry_age, p_entry, p_exit, p_return, loyalty, friends_here, is_user, age_at_entry
):  # fmt: skip
    """Enter for the first time, leave or come back; is_user and age_at_entry (n_agents,) of one platform.

    The share friends_here (n_agents,) of friends who use it divides the rate of leaving by e^(loyalty · share).
    """
    for block in prange((len(uid) + ROWS - 1) // ROWS):
        low, n = block * ROWS, min(ROWS, len(uid) - block * ROWS)
        draw = np.empty(n)
        for k in range(n):
            draw[k] = unit(philox(key, uid[low + k], 0, 0, step)[0])
        for i in range(low, low + n):
            if is_user[i]:
                p_leave = p_exit
                if loyalty > 0.0 and p_exit < 1.0:
                    p_leave = 1.0 - exp(log(1.0 - p_exit) * exp(-loyalty * friends_here[i]))
                if draw[i - low] < p_leave:
                    is_user[i] = False
            elif not np.isnan(age_at_entry[i]):
                is_user[i] = draw[i - low] < p_return
            elif age[i] >= entry_age and draw[i - low] < p_entry:
                is_user[i] = True
                age_at_entry[i] = age[i]


@parallel
def friends_inside(indptr, indices, is_user, out):
    """out (n_platforms ≤ 8, n_agents): share of one's neighbours who use each platform, 0 for who has none.

    is_user (n_agents,) has a bit for each platform. Users are counted through from arc to arc, two platforms in the
    halves of a word, and a person's are the difference: without a loop for each, whose end the processor would miss.
    """
    n_agents = out.shape[1]
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_agents)
        heard = indices[indptr[low] : indptr[high]]
        so_far = np.zeros(len(heard) + 1, np.uint64)
        for p in range(0, len(out), 2):
            for e in range(len(heard)):
                uses = np.uint64(is_user[np.uint32(heard[e])]) >> np.uint64(p)
                so_far[e + 1] = so_far[e] + (uses & ONE | (uses & TWO) << np.uint64(31))
            for i in range(low, high):
                first, end = indptr[i] - indptr[low], indptr[i + 1] - indptr[low]
                inside, n_friends = so_far[end] - so_far[first], max(end - first, 1)
                out[p, i] = (inside & LOW) / n_friends
                if p + 1 < len(out):
                    out[p + 1, i] = (inside >> HALF) / n_friends


@parallel
def utility_of(key, uid, appeal, taste, friends, friends_here, is_user, out):
    """out (n_agents,): appeal + taste · Gumbel noise + friends · share of friends here; −∞ for who is no user."""
    for i in prange(len(uid)):
        if not is_user[i]:
            out[i] = -np.inf
            continue
        utility = appeal + friends * friends_here[i]
        if taste > 0.0:
            utility -= taste * log(-log(unit(philox(key, uid[i], 0, 0, 0)[0])))
        out[i] = utility


@parallel
def to_shares(attention):
    """Turn utilities (n_options, n_agents), of which one at least is finite, into logit shares."""
    n_options, n_agents = attention.shape
    for block in prange((n_agents + ROWS - 1) // ROWS):
        low, n = block * ROWS, min(ROWS, n_agents - block * ROWS)
        weight, best, total = np.empty((n_options, n)), np.full(n, -np.inf), np.zeros(n)
        for option in range(n_options):
            utility, mine = attention[option, low : low + n], weight[option]
            for k in range(n):
                mine[k] = utility[k]
            for k in range(n):
                best[k] = max(best[k], mine[k])
        for option in range(n_options):
            mine = weight[option]
            for k in range(n):
                mine[k] = exp(mine[k] - best[k])
            for k in range(n):
                total[k] += mine[k]
        for option in range(n_options):
            share, mine = attention[option, low : low + n], weight[option]
            for k in range(n):
                share[k] = mine[k] / total[k]


@parallel
def add_scaled(weight, share, out):
    """out (n_agents,) += weight · share."""
    for i in prange(len(out)):
        out[i] += weight * share[i]
