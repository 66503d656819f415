"""Kernels of `landscape`: reward and gradient of three landscapes, chosen by the person's environment.

`form` holds, a row an environment: number of wells, temperature, 1/w², curvature, optimum, endowment weight,
depth, field, the trait with two wells.
"""

import numpy as np
from numba import prange

from society.kernels import device, parallel
from society.kernels.maths import exp, log
from society.kernels.philox import ROWS

WELLS, QUADRATIC, DOUBLE_WELL = 0, 1, 2
N_WELLS, TEMPERATURE, PRECISION, CURVATURE, OPTIMUM, ENDOWMENT_WEIGHT, DEPTH, FIELD, TRAIT = range(9)
N_PARAMETERS = 9


@device
def _gather(environment, e, low, high, at, members, x):
    """How many of rows low … high − 1 live in environment e: who, and their points as x (n_traits, n)."""
    n = 0
    for i in range(low, high):
        if environment[i] == e:
            members[n] = i
            n += 1
    for d in range(len(x)):
        for k in range(n):
            x[d, k] = at[np.uint32(members[k]), d]
    return n


@device
def _well_shares(x, form, centre, bonus, members, share, top, total):
    """share (n_wells, n) of each well in Σ exp(exponent), unnormalised; total (n,) is the sum of shares.

    What all exponents of a person have in common is left out: −½|x|²/w², and top (n,), the largest of the rest.
    """
    n = len(members)
    top[:n] = -np.inf
    total[:n] = 0.0
    for b in range(np.int64(form[N_WELLS])):
        exponent, level = share[b], 0.0
        for d in range(len(x)):
            level -= 0.5 * form[PRECISION] * centre[b, d] * centre[b, d]
        for k in range(n):
            exponent[k] = level + bonus[np.uint32(members[k]), b]
        for d in range(len(x)):
            pull = form[PRECISION] * centre[b, d]
            for k in range(n):
                exponent[k] += pull * x[d, k]
        for k in range(n):
            top[k] = max(top[k], exponent[k])
    for b in range(np.int64(form[N_WELLS])):
        for k in range(n):
            share[b, k] = exp(share[b, k] - top[k])
        for k in range(n):
            total[k] += share[b, k]


@device
def _wells_reward(x, n, form, total, value):
    """value (n,) = τ (log Σ_b e^exponent − ½|x|²/w²); it comes as the largest exponent, which is left out of total."""
    for k in range(n):
        value[k] += log(total[k])
    for d in range(len(x)):
        for k in range(n):
            value[k] -= 0.5 * form[PRECISION] * x[d, k] * x[d, k]
    for k in range(n):
        value[k] *= form[TEMPERATURE]


@device
def _wells_gradient(x, n, form, centre, share, total, slope):
    """slope (n_traits, n) = τ/w² (Σ_b p_b c_b − x), p_b the share of well b in the sum."""
    scale = form[TEMPERATURE] * form[PRECISION]
    for d in range(len(x)):
        climb = slope[d]
        climb[:n] = 0.0
        for b in range(np.int64(form[N_WELLS])):
            for k in range(n):
                climb[k] += share[b, k] * centre[b, d]
        for k in range(n):
            climb[k] = scale * (climb[k] / total[k] - x[d, k])


@device
def _quadratic(x, form, endowment, members, value, slope):
    """value (n,) = −½ k |x − c − w u|² and its slope (n_traits, n)."""
    value[: len(members)] = 0.0
    for d in range(len(x)):
        for k in range(len(members)):
            gap = x[d, k] - form[OPTIMUM] - form[ENDOWMENT_WEIGHT] * endowment[members[k], d]
            value[k] -= 0.5 * form[CURVATURE] * gap * gap
            slope[d, k] = -form[CURVATURE] * gap


@device
def _double_well(x, n, form, value, slope):
    """value (n,) = −d (x⁴/4 − x²/2 − f x) on one trait − ½ k x² on the others, and its slope (n_traits, n)."""
    value[:n] = 0.0
    for d in range(len(x)):
        for k in range(n):
            y = x[d, k]
            if d == np.int64(form[TRAIT]):
                value[k] -= form[DEPTH] * (0.25 * y * y * y * y - 0.5 * y * y - form[FIELD] * y)
                slope[d, k] = -form[DEPTH] * (y * y * y - y - form[FIELD])
            else:
                value[k] -= 0.5 * form[CURVATURE] * y * y
                slope[d, k] = -form[CURVATURE] * y


@parallel
def landscape(environment, shape, form, centre, bonus, endowment, at, reward, gradient):
    """reward (n,) of everybody's own environment at (n, n_traits), and its gradient (n, n_traits); empty if not wanted.

    People of one environment are taken together, trait by trait, so that the processor can work on several at once.
    """
    n_all, n_traits = at.shape
    for block in prange((n_all + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, n_all)
        lives_here, x, slope = np.empty(high - low, np.int64), np.empty((n_traits, ROWS)), np.empty((n_traits, ROWS))
        share, value, total = np.empty((centre.shape[1], ROWS)), np.empty(ROWS), np.empty(ROWS)
        for e in range(len(shape)):
            n = _gather(environment, e, low, high, at, lives_here, x)
            members = lives_here[:n]
            if shape[e] == WELLS:
                _well_shares(x, form[e], centre[e], bonus, members, share, value, total)
                if len(gradient):
                    _wells_gradient(x, n, form[e], centre[e], share, total, slope)
                if len(reward):
                    _wells_reward(x, n, form[e], total, value)
            elif shape[e] == QUADRATIC:
                _quadratic(x, form[e], endowment, members, value, slope)
            else:
                _double_well(x, n, form[e], value, slope)
            for k in range(len(reward) and n):
                reward[members[k]] = value[k]
            for d in range(len(gradient) and n_traits):
                for k in range(n):
                    gradient[np.uint32(members[k]), d] = slope[d, k]


@parallel
def well_bonus(environment, log_weight, direction, endowment, out):
    """out (n_agents, n_wells): log π_b + k u·s_b; `direction` (environment, well, trait) holds k s_b."""
    for i in prange(len(out)):
        e = environment[i]
        for b in range(out.shape[1]):
            total = log_weight[e, b]
            for d in range(endowment.shape[1]):
                total += endowment[i, d] * direction[e, b, d]
            out[i, b] = total
