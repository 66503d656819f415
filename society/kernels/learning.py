"""Kernels of `learning`: one step of the law for personality, and the ledger of work."""

import math

import numpy as np
from numba import prange

from society.kernels import device, parallel
from society.kernels.maths import normal
from society.kernels.philox import ROWS, four_normals, philox, unit


@device
def asked(displacement, i, d):
    """Sum of the displacements of trait d that person i is to make as they are."""
    total = 0.0
    for k in range(len(displacement)):
        total += displacement[k, i, d]
    return total


@parallel
def reinforce(
    key, step, first, uid, years, noise, renewal, low, high,
    rel_rate, traits, trial, sd, plasticity, plasticity_rms, reward, displacement, baseline, coefficient, traits_next,
):  # fmt: skip
    """Move people along what they tried by how much better than expected it went, source by source.

    coefficient (n_sources + 1, n) is what each source, and last the noise of judgement, multiplies y − x by, beside
    rel_rate (n_traits,), the multiplier of a trait's learning rate; `renewal` is the share of expected reward that a
    step replaces. What sources do together is capped at sd √n_traits. plasticity_rms (n,) is the learning rate
    of chance. `first` is where the n people begin in displacement (n_direct, n_agents, n_traits) and baseline
    (n_sources, n_agents).
    """
    n_sources, (n_all, n_traits) = len(reward), traits.shape
    for block in prange((n_all + ROWS - 1) // ROWS):
        start, n = block * ROWS, min(ROWS, n_all - block * ROWS)
        total, judgement = np.zeros(n), np.empty(n)
        for k in range(n):
            judgement[k] = unit(philox(key, uid[start + k], 0, 0, step)[0])
        for k in range(n):
            judgement[k] = normal(judgement[k])
        for s in range(n_sources):
            for k in range(n):
                i = start + k
                r, expected = reward[s, i], np.float64(baseline[s, first + i])
                expected = r if np.isnan(expected) else expected
                gain = plasticity[i] * years * (r - expected) / (np.float64(sd[i]) * sd[i])
                coefficient[s, i] = 0.0 if np.isnan(r) else gain
                total[k] += 0.0 if np.isnan(r) else gain
                baseline[s, first + i] = expected + renewal * (r - expected)
        for k in range(n):
            i = start + k
            here, tried, there = traits[i], trial[i], traits_next[i]
            square = 0.0
            for d in range(n_traits):
                gap = rel_rate[d] * (np.float64(tried[d]) - here[d])
                square += gap * gap
            length, limit = abs(total[k]) * math.sqrt(square), sd[i] * math.sqrt(float(n_traits))
            along = total[k] * limit / length if length > limit else total[k]
            chance = plasticity_rms[i] * math.sqrt(years) * noise * judgement[k] / (np.float64(sd[i]) * sd[i])
            coefficient[n_sources, i] = chance
            along += chance
            for d in range(n_traits):
                moved = here[d] + along * (rel_rate[d] * (np.float64(tried[d]) - here[d]))
                moved += asked(displacement, first + i, d)
                there[d] = min(max(moved, low), high)


@parallel
def follow_gradient(
    key, step, first, uid, years, temperature, low, high,
    rel_rate, traits, plasticity, gradient, displacement, diffusion, traits_next,
):  # fmt: skip
    """Move people up the gradient of each source, with diffusion (n, n_traits) of a given temperature.

    gradient is (n_sources, ≥ n, n_traits); `rel_rate` and `first` as in `reinforce`.
    """
    n_all, n_traits = traits.shape
    root = np.sqrt(rel_rate)
    for block in prange((n_all + ROWS - 1) // ROWS):
        start, n = block * ROWS, min(ROWS, n_all - block * ROWS)
        drawn = np.empty((4, n))
        for number in range((n_traits + 3) // 4):
            four_normals(key, uid[start : start + n], number, step, drawn)
            for k in range(n):
                scale = math.sqrt(2.0 * plasticity[start + k] * temperature * years)
                for lane in range(min(4, n_traits - 4 * number)):
                    d = 4 * number + lane
                    diffusion[start + k, d] = scale * root[d] * drawn[lane, k]
        for i in range(start, start + n):
            for d in range(n_traits):
                moved = np.float64(traits[i, d]) + diffusion[i, d]
                for s in range(len(gradient)):
                    moved += plasticity[i] * years * rel_rate[d] * gradient[s, i, d]
                traits_next[i, d] = min(max(moved + asked(displacement, first + i, d), low), high)


@parallel
def between(traits, traits_next, share, out):
    """out (n, n_traits): the point a given share of the way through the step."""
    for i in prange(len(traits)):
        for d in range(traits.shape[1]):
            out[i, d] = traits[i, d] + share * (np.float64(traits_next[i, d]) - traits[i, d])


@parallel
def add_vectors(weight, vectors, total):
    """total (n_agents, n_traits) += weight · vectors."""
    for i in prange(len(total)):
        for d in range(total.shape[1]):
            total[i, d] += weight * vectors[i, d]


@parallel
def add_rewards(weight, reward, total):
    """total (n_agents,) += weight · reward, where there is one."""
    for i in prange(len(total)):
        if not np.isnan(reward[i]):
            total[i] += weight * reward[i]


@parallel
def book_change(now, before, change):
    """change (n,) += now − before, and before = now; nothing is booked where there is no before."""
    for i in prange(len(now)):
        change[i] += 0.0 if np.isnan(before[i]) else now[i] - before[i]
        before[i] = now[i]


@device
def dot(one, other):
    """Scalar product of two vectors, in double precision."""
    total = 0.0
    for d in range(len(one)):
        total += np.float64(one[d]) * other[d]
    return total


@device
def learnt(rel_rate, gradient, slope):
    """Scalar product in which each trait counts by the multiplier of its learning rate."""
    total = 0.0
    for d in range(len(rel_rate)):
        total += rel_rate[d] * np.float64(gradient[d]) * slope[d]
    return total


@parallel
def book_drift(years, rel_rate, plasticity, gradient, slope, drift_work):
    """drift_work (n,) += η h Σ_d m_d ∂R ∂U, m_d the multiplier of a trait's learning rate."""
    for i in prange(len(plasticity)):
        drift_work[i] += plasticity[i] * years * learnt(rel_rate, gradient[i], slope[i])


@parallel
def book_reinforce(first, rel_rate, traits, trial, traits_next, coefficient, displacement, slope, work):
    """Add to work (n_accounts, n_agents) what each source, direct rule, chance and the bounds did to interest.

    `slope` is the mean of ∇U over the two Gauss points of the step; the bounds (and the cap) are what remains. `first`
    is where the people begin in displacement and work.
    """
    n_sources = len(coefficient) - 1
    n_direct = len(displacement)
    for i in prange(len(traits)):
        along, whole = 0.0, 0.0
        for d in range(traits.shape[1]):
            along += rel_rate[d] * (np.float64(trial[i, d]) - traits[i, d]) * slope[i, d]
            whole += (np.float64(traits_next[i, d]) - traits[i, d]) * slope[i, d]
        for s in range(n_sources):
            part = coefficient[s, i] * along
            work[s, first + i] += part
            whole -= part
        for k in range(n_direct):
            part = dot(displacement[k, first + i], slope[i])
            work[n_sources + k, first + i] += part
            whole -= part
        part = coefficient[n_sources, i] * along
        work[n_sources + n_direct, first + i] += part
        work[n_sources + n_direct + 1, first + i] += whole - part


@parallel
def book_gradient(
    first, years, rel_rate, traits, traits_next, plasticity, gradient, displacement, diffusion, slope, work
):
    """The same as `book_reinforce` where personality follows the gradient."""
    n_sources, n_direct = len(gradient), len(displacement)
    for i in prange(len(traits)):
        chance, whole = dot(diffusion[i], slope[i]), 0.0
        for d in range(traits.shape[1]):
            whole += (np.float64(traits_next[i, d]) - traits[i, d]) * slope[i, d]
        for s in range(n_sources):
            part = plasticity[i] * years * learnt(rel_rate, gradient[s, i], slope[i])
            work[s, first + i] += part
            whole -= part
        for k in range(n_direct):
            part = dot(displacement[k, first + i], slope[i])
            work[n_sources + k, first + i] += part
            whole -= part
        work[n_sources + n_direct, first + i] += chance
        work[n_sources + n_direct + 1, first + i] += whole - chance
