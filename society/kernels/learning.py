"""Kernels of `learning`: the age curve, one step of the law for personality, and the ledger of work."""

import math

import numpy as np
from numba import prange

from society.kernels import device, parallel
from society.kernels.maths import exp, normal
from society.kernels.philox import philox, unit


@parallel
def learning_rate(age, ages, log_rates, out):
    """out (n_agents,): rate interpolated log-linearly between `ages`, constant beyond the ends."""
    last = len(ages) - 1
    for i in prange(len(out)):
        a = age[i]
        if a <= ages[0]:
            out[i] = exp(log_rates[0])
        elif a >= ages[last]:
            out[i] = exp(log_rates[last])
        else:
            k = 0
            while a >= ages[k + 1]:
                k += 1
            share = (a - ages[k]) / (ages[k + 1] - ages[k])
            out[i] = exp(log_rates[k] + share * (log_rates[k + 1] - log_rates[k]))


@parallel
def reinforce(
    key, step, uid, years, noise, renewal, low, high,
    traits, trial, sd, plasticity, reward, displacement, baseline, coefficient, traits_next,
):  # fmt: skip
    """Move everybody along what they tried by how much better than expected it went, source by source.

    coefficient (n_sources + 1, n_agents) is what each source, and last the noise of judgement, multiplies y − x by;
    `renewal` is the share of expected reward that a step replaces. What sources do together is capped at sd √n_traits.
    """
    n_sources, n_traits = len(reward), traits.shape[1]
    for i in prange(len(traits)):
        variance = np.float64(sd[i]) * sd[i]
        total = 0.0
        for s in range(n_sources):
            r = reward[s, i]
            expected = r if np.isnan(baseline[s, i]) else np.float64(baseline[s, i])
            gain = 0.0 if np.isnan(r) else plasticity[i] * years * (r - expected) / variance
            coefficient[s, i] = gain
            total += gain
            baseline[s, i] = expected + renewal * (r - expected)
        square = 0.0
        for d in range(n_traits):
            square += (np.float64(trial[i, d]) - traits[i, d]) * (np.float64(trial[i, d]) - traits[i, d])
        length, limit = abs(total) * math.sqrt(square), sd[i] * math.sqrt(float(n_traits))
        if length > limit:
            total *= limit / length
        chance = noise * normal(unit(philox(key, uid[i], 0, 0, step)[0]))
        coefficient[n_sources, i] = plasticity[i] * math.sqrt(years) * chance / variance
        total += coefficient[n_sources, i]
        for d in range(n_traits):
            moved = traits[i, d] + total * (np.float64(trial[i, d]) - traits[i, d])
            for k in range(len(displacement)):
                moved += displacement[k, i, d]
            traits_next[i, d] = min(max(moved, low), high)


@parallel
def follow_gradient(
    key, step, uid, years, temperature, low, high,
    traits, plasticity, gradient, displacement, diffusion, traits_next,
):  # fmt: skip
    """Move everybody up the gradient of each source, with diffusion (n_agents, n_traits) of a given temperature."""
    n_traits = traits.shape[1]
    for i in prange(len(traits)):
        scale = math.sqrt(2.0 * plasticity[i] * temperature * years)
        for block in range((n_traits + 3) // 4):
            words = philox(key, uid[i], 0, block, step)
            for lane in range(min(4, n_traits - 4 * block)):
                d = 4 * block + lane
                diffusion[i, d] = scale * normal(unit(words[lane]))
                moved = np.float64(traits[i, d]) + diffusion[i, d]
                for s in range(len(gradient)):
                    moved += plasticity[i] * years * gradient[s, i, d]
                for k in range(len(displacement)):
                    moved += displacement[k, i, d]
                traits_next[i, d] = min(max(moved, low), high)


@parallel
def between(traits, traits_next, share, out):
    """out (n_agents, n_traits): the point a given share of the way through the step."""
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


@device
def dot(one, other):
    """Scalar product of two vectors, in double precision."""
    total = 0.0
    for d in range(len(one)):
        total += np.float64(one[d]) * other[d]
    return total


@parallel
def book_drift(plasticity, years, gradient, slope, drift_work):
    """drift_work (n_sources, n_agents) += η h ∇R_s · ∇U."""
    for i in prange(len(plasticity)):
        for s in range(len(gradient)):
            drift_work[s, i] += plasticity[i] * years * dot(gradient[s, i], slope[i])


@parallel
def book_reinforce(traits, trial, traits_next, coefficient, displacement, slope, work):
    """Add to work (n_accounts, n_agents) what each source, direct rule, chance and the bounds did to interest.

    `slope` is the mean of ∇U over the two Gauss points of the step; the bounds (and the cap) are what remains.
    """
    n_sources = len(coefficient) - 1
    n_direct = len(displacement)
    for i in prange(len(traits)):
        along, whole = 0.0, 0.0
        for d in range(traits.shape[1]):
            along += (np.float64(trial[i, d]) - traits[i, d]) * slope[i, d]
            whole += (np.float64(traits_next[i, d]) - traits[i, d]) * slope[i, d]
        for s in range(n_sources):
            part = coefficient[s, i] * along
            work[s, i] += part
            whole -= part
        for k in range(n_direct):
            part = dot(displacement[k, i], slope[i])
            work[n_sources + k, i] += part
            whole -= part
        part = coefficient[n_sources, i] * along
        work[n_sources + n_direct, i] += part
        work[n_sources + n_direct + 1, i] += whole - part


@parallel
def book_gradient(years, traits, traits_next, plasticity, gradient, displacement, diffusion, slope, work):
    """The same as `book_reinforce` where personality follows the gradient."""
    n_sources, n_direct = len(gradient), len(displacement)
    for i in prange(len(traits)):
        chance, whole = dot(diffusion[i], slope[i]), 0.0
        for d in range(traits.shape[1]):
            whole += (np.float64(traits_next[i, d]) - traits[i, d]) * slope[i, d]
        for s in range(n_sources):
            part = plasticity[i] * years * dot(gradient[s, i], slope[i])
            work[s, i] += part
            whole -= part
        for k in range(n_direct):
            part = dot(displacement[k, i], slope[i])
            work[n_sources + k, i] += part
            whole -= part
        work[n_sources + n_direct, i] += chance
        work[n_sources + n_direct + 1, i] += whole - chance
