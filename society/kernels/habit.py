"""Kernels of `habit`: what goes otherwise than expected, how deep habits become, and the pull back to them."""

import numpy as np
from numba import prange

from society.kernels import parallel


@parallel
def surprise(counts, renewal, baseline, before, out):
    """out (n_agents,): size of the reward beyond expectation that moved baselines, over the sources that count.

    baseline and before are (n_sources, n_agents), now and a step ago; before becomes baseline.
    """
    for i in prange(len(out)):
        total = 0.0
        for s in range(len(counts)):
            moved = (np.float64(baseline[s, i]) - before[s, i]) / renewal
            if counts[s] and not np.isnan(moved):
                total += moved
            before[s, i] = baseline[s, i]
        out[i] = abs(total)


@parallel
def settle(
    years, following, deepening, reach, least, gain, most, environment, traits, surprise, habit, depth, tenure, place
):
    """Let habits follow traits, and the depth of their pull grow in place and fade away from it.

    `following` and `deepening` are the shares of the way that a step covers. Who has no habit yet begins with what they
    are; who has come to another environment has neither habit nor depth, and begins anew.
    """
    n_agents, n_traits = traits.shape
    for i in prange(n_agents):
        square = 0.0
        for d in range(n_traits):
            gap = np.float64(traits[i, d]) - habit[i, d]
            if np.isnan(gap):
                habit[i, d], gap = traits[i, d], 0.0
            habit[i, d] += following * gap
            square += gap * gap
        if place[i] >= 0 and place[i] != environment[i]:
            tenure[i], depth[i] = 0.0, 0.0
            habit[i] = traits[i]
        elif square > reach * reach * n_traits:
            tenure[i], depth[i] = 0.0, depth[i] - deepening * depth[i]
        else:
            tenure[i] += years
            depth[i] = min(depth[i] + deepening * (least + gain * surprise[i] - depth[i]), most)
        place[i] = environment[i]


@parallel
def loosen(indptr, indices, uid, indptr_before, indices_before, uid_before, share, depth):
    """Lose of depth (n_agents,) a given share of what was held by the contacts one no longer has.

    Rows of both graphs are ascending; who stands in a row but has another uid is another contact.
    """
    for i in prange(len(depth)):
        first, end, kept = indptr[i], indptr[i + 1], 0
        n_before = indptr_before[i + 1] - indptr_before[i]
        for e in range(indptr_before[i], indptr_before[i + 1]):
            j = np.uint32(indices_before[e])
            while first < end and np.uint32(indices[first]) < j:
                first += 1
            if first < end and np.uint32(indices[first]) == j and uid[j] == uid_before[j]:
                kept += 1
        if kept < n_before:
            depth[i] -= share * depth[i] * (n_before - kept) / n_before


@parallel
def homing_reward(strength, home, at, out):
    """out (n,) = −½ strength |at − home|², home (n, n_traits); nan for who has no strength or no home."""
    for i in prange(len(out)):
        square = 0.0
        for d in range(len(at)):
            gap = np.float64(at[d, i]) - home[i, d]
            square += gap * gap
        out[i] = -0.5 * strength[i] * square


@parallel
def homing_gradient(strength, home, at, out):
    """out (n_traits, n) = strength (home − at), home (n, n_traits); 0 for who has no strength or no home."""
    for i in prange(at.shape[1]):
        for d in range(len(at)):
            pull = strength[i] * (np.float64(home[i, d]) - at[d, i])
            out[d, i] = 0.0 if np.isnan(pull) else pull
