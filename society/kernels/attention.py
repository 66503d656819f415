"""Kernels of `attention`: coming and going of users, and division of attention among platforms and life."""

import numpy as np
from numba import prange

from society.kernels import parallel
from society.kernels.maths import exp, log
from society.kernels.philox import ROWS, philox, unit


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

    is_user (n_agents,) has a bit for each platform, so that one look at a neighbour serves all.
    """
    for i in prange(out.shape[1]):
        for p in range(len(out)):
            inside = 0
            for e in range(indptr[i], indptr[i + 1]):
                inside += (is_user[np.uint32(indices[e])] >> p) & 1
            out[p, i] = inside / max(indptr[i + 1] - indptr[i], 1)


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
