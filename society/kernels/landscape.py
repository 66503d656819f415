"""Kernels of `landscape`: reward and gradient of three landscapes, chosen by the person's environment.

`form` holds, a row an environment: number of wells, temperature, 1/w², curvature, optimum, endowment weight,
depth, field, the trait with two wells.
"""

import numpy as np
from numba import prange

from society.kernels import ROWS_BY_TRAIT as ROWS
from society.kernels import device, parallel
from society.kernels.maths import exp, log

WELLS, QUADRATIC, DOUBLE_WELL = 0, 1, 2
N_WELLS, TEMPERATURE, PRECISION, CURVATURE, OPTIMUM, ENDOWMENT_WEIGHT, DEPTH, FIELD, TRAIT = range(9)
N_PARAMETERS = 9


@device
def _living(environment, e, members):
    """How many live in environment e: the first so many of `members`, by their place."""
    n = 0
    for i in range(len(environment)):
        members[n] = i
        n += environment[i] == e
    return n


@device
def _take(row, members, out):
    """out (≥ n,): entries of a row for the n members, at once where they are all."""
    if len(members) == len(row):
        for k in range(len(row)):
            out[k] = row[k]
    else:
        for k in range(len(members)):
            out[k] = row[members[k]]


@device
def _give(values, members, row):
    """Write the values of the n members to their entries of a row."""
    if len(members) == len(row):
        for k in range(len(row)):
            row[k] = values[k]
    else:
        for k in range(len(members)):
            row[members[k]] = values[k]


@device
def _well_shares(x, form, centre, bonus, members, share, top, total):
    """share (n_wells, n) of each well in Σ exp(exponent), unnormalised; total (n,) is the sum of shares.

    What all exponents of a person have in common is left out: −½|x|²/w², and top (n,), the largest of the rest.
    """
    n = len(members)
    top[:] = -np.inf
    total[:] = 0.0
    for b in range(np.int64(form[N_WELLS])):
        exponent, level = share[b], 0.0
        for d in range(len(x)):
            level -= 0.5 * form[PRECISION] * centre[b, d] * centre[b, d]
        for k in range(n):
            exponent[k] = level + bonus[members[k], b]
        for d in range(len(x)):
            y, pull = x[d], form[PRECISION] * centre[b, d]
            for k in range(n):
                exponent[k] += pull * y[k]
        for k in range(n):
            top[k] = max(top[k], exponent[k])
    for b in range(np.int64(form[N_WELLS])):
        mine = share[b]
        for k in range(n):
            mine[k] = exp(mine[k] - top[k])
        for k in range(n):
            total[k] += mine[k]


@device
def _wells_reward(x, n, form, total, value):
    """value (n,) = τ (log Σ_b e^exponent − ½|x|²/w²); it comes as the largest exponent, which is left out of total."""
    for k in range(n):
        value[k] += log(total[k])
    for d in range(len(x)):
        y = x[d]
        for k in range(n):
            value[k] -= 0.5 * form[PRECISION] * y[k] * y[k]
    for k in range(n):
        value[k] *= form[TEMPERATURE]


@device
def _wells_gradient(x, n, form, centre, share, total, slope):
    """slope (n_traits, n) = τ/w² (Σ_b p_b c_b − x), p_b the share of well b in the sum."""
    scale = form[TEMPERATURE] * form[PRECISION]
    for k in range(n):
        total[k] = 1.0 / total[k]
    for d in range(len(x)):
        y, climb = x[d], slope[d]
        climb[:] = 0.0
        for b in range(np.int64(form[N_WELLS])):
            mine, place = share[b], centre[b, d]
            for k in range(n):
                climb[k] += mine[k] * place
        for k in range(n):
            climb[k] = scale * (climb[k] * total[k] - y[k])


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
    """reward (n,) of everybody's own environment at (n_traits, n), and its gradient (n_traits, n); empty if not wanted.

    People of one environment are taken together, so that the processor can work on several at once.
    """
    n_traits, n_all = at.shape
    for block in prange((n_all + ROWS - 1) // ROWS):
        some = slice(block * ROWS, (block + 1) * ROWS)
        place, theirs, born_with = environment[some], bonus[some], endowment[some]
        lives_here, x, slope = np.empty(ROWS, np.uint32), np.empty((n_traits, ROWS)), np.empty((n_traits, ROWS))
        share, value, total = np.empty((centre.shape[1], ROWS)), np.empty(ROWS), np.empty(ROWS)
        for e in range(len(shape)):
            n = _living(place, e, lives_here)
            members = lives_here[:n]
            for d in range(n_traits):
                _take(at[d, some], members, x[d])
            if shape[e] == WELLS:
                _well_shares(x, form[e], centre[e], theirs, members, share, value, total)
                if len(reward):
                    _wells_reward(x, n, form[e], total, value)
                if len(gradient):
                    _wells_gradient(x, n, form[e], centre[e], share, total, slope)
            elif shape[e] == QUADRATIC:
                _quadratic(x, form[e], born_with, members, value, slope)
            else:
                _double_well(x, n, form[e], value, slope)
            if len(reward):
                _give(value, members, reward[some])
            for d in range(len(gradient)):
                _give(slope[d], members, gradient[d, some])


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
