"""Kernels of `landscape`: reward and gradient of three landscapes, chosen by the person's environment.

`form` holds, a row an environment: number of wells, temperature, 1/w², curvature, optimum, endowment weight,
depth, field, the trait with two wells.
"""

import numpy as np
from numba import prange

from society.kernels import device, parallel
from society.kernels.maths import exp, log

WELLS, QUADRATIC, DOUBLE_WELL = 0, 1, 2
N_WELLS, TEMPERATURE, PRECISION, CURVATURE, OPTIMUM, ENDOWMENT_WEIGHT, DEPTH, FIELD, TRAIT = range(9)
N_PARAMETERS = 9


@device
def well_exponent(x, centre, bonus, precision):
    """Log of a well's weight at x."""
    square = 0.0
    for d in range(len(x)):
        square += (x[d] - centre[d]) * (x[d] - centre[d])
    return bonus - 0.5 * precision * square


@device
def wells_reward(x, form, centre, bonus):
    """τ log Σ exp(exponent), in one pass: the largest exponent so far is taken out of the sum."""
    top, total = -np.inf, 0.0
    for b in range(np.int64(form[N_WELLS])):
        exponent = well_exponent(x, centre[b], bonus[b], form[PRECISION])
        if exponent <= top:
            total += exp(exponent - top)
        else:
            total = total * exp(top - exponent) + 1.0
            top = exponent
    return form[TEMPERATURE] * (top + log(total))


@device
def wells_gradient(x, form, centre, bonus, out):
    """τ/w² Σ_b p_b (c_b − x), p_b the share of well b in the sum, in one pass as `wells_reward`."""
    top, total = -np.inf, 0.0
    for d in range(len(x)):
        out[d] = 0.0
    for b in range(np.int64(form[N_WELLS])):
        exponent = well_exponent(x, centre[b], bonus[b], form[PRECISION])
        kept, added = 1.0, 1.0
        if exponent <= top:
            added = exp(exponent - top)
        else:
            kept = exp(top - exponent)
            top = exponent
        total = total * kept + added
        for d in range(len(x)):
            out[d] = out[d] * kept + added * (centre[b, d] - x[d])
    for d in range(len(x)):
        out[d] *= form[TEMPERATURE] * form[PRECISION] / total


@device
def quadratic_reward(x, form, endowment):
    """−½ k |x − c − w u|²."""
    square = 0.0
    for d in range(len(x)):
        gap = x[d] - form[OPTIMUM] - form[ENDOWMENT_WEIGHT] * endowment[d]
        square += gap * gap
    return -0.5 * form[CURVATURE] * square


@device
def quadratic_gradient(x, form, endowment, out):
    """−k (x − c − w u)."""
    for d in range(len(x)):
        out[d] = -form[CURVATURE] * (x[d] - form[OPTIMUM] - form[ENDOWMENT_WEIGHT] * endowment[d])


@device
def double_well_reward(x, form):
    """−d (x⁴/4 − x²/2 − f x) on one trait, −½ k x² on the others."""
    total = 0.0
    for d in range(len(x)):
        square = np.float64(x[d]) * x[d]
        if d == np.int64(form[TRAIT]):
            total -= form[DEPTH] * (0.25 * square * square - 0.5 * square - form[FIELD] * x[d])
        else:
            total -= 0.5 * form[CURVATURE] * square
    return total


@device
def double_well_gradient(x, form, out):
    """−d (x³ − x − f) on one trait, −k x on the others."""
    for d in range(len(x)):
        if d == np.int64(form[TRAIT]):
            out[d] = -form[DEPTH] * (np.float64(x[d]) * x[d] * x[d] - x[d] - form[FIELD])
        else:
            out[d] = -form[CURVATURE] * x[d]


@parallel
def landscape_reward(environment, shape, form, centre, bonus, endowment, at, out):
    """out (n_agents,): reward of everybody's own environment at (n_agents, n_traits)."""
    for i in prange(len(at)):
        e = environment[i]
        if shape[e] == WELLS:
            out[i] = wells_reward(at[i], form[e], centre[e], bonus[i])
        elif shape[e] == QUADRATIC:
            out[i] = quadratic_reward(at[i], form[e], endowment[i])
        else:
            out[i] = double_well_reward(at[i], form[e])


@parallel
def landscape_gradient(environment, shape, form, centre, bonus, endowment, at, out):
    """out (n_agents, n_traits): gradient of `landscape_reward`."""
    for i in prange(len(at)):
        e = environment[i]
        if shape[e] == WELLS:
            wells_gradient(at[i], form[e], centre[e], bonus[i], out[i])
        elif shape[e] == QUADRATIC:
            quadratic_gradient(at[i], form[e], endowment[i], out[i])
        else:
            double_well_gradient(at[i], form[e], out[i])


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
