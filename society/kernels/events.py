"""Kernels of events: clocks of people, kicks, and what lasts within a step.

Moments (n_agents,) are parts of the step, from 0 to 1, nan for whom nothing happens; other times are in steps since the
start.
"""

import math

import numpy as np
from numba import prange

from society.kernels import device, parallel
from society.kernels.maths import exp, log, normal
from society.kernels.philox import ROWS, philox, uniform, unit

FIXED, NORMAL, HEAVY_TAILED = 0, 1, 2
RANDOM, TOWARDS, AWAY, ALONG = 0, 1, 2, 3
NEVER = 1e18  # steps: what a rate too low for a finite time comes to


@device
def _wait(key, uid, number, rate):
    """Steps from one ring of a clock to the next."""
    return min(-log(uniform(key, uid, number, 0)) / rate, NEVER)


@parallel
def ring(key, rate, first, until, step, uid, due, rings, moment):
    """Let the clock of each person ring once in a step, if it is due, and wind it up again.

    It rings at `rate` a step between two times; due (n_agents,) is when next, nan for who is new, and rings (n_agents,)
    how often it has rung, which counts its draws: when it rings does not depend on the length of a step.
    """
    end = min(step + 1.0, until)
    for block in prange((len(uid) + ROWS - 1) // ROWS):
        low, high = block * ROWS, min((block + 1) * ROWS, len(uid))
        for i in range(low, high):
            if np.isnan(due[i]):
                due[i] = max(first, float(step)) + _wait(key, uid[i], 0, rate)
        for i in range(low, high):
            moment[i] = due[i] - step if due[i] < end else np.nan
        for i in range(low, high):
            if not np.isnan(moment[i]):
                rings[i] += 1
                due[i] += _wait(key, uid[i], rings[i], rate)


@device
def _length(key, uid, number, law, size, tail):
    """Length of a kick."""
    if law == FIXED:
        return size
    draw = uniform(key, uid, number, 0)
    return size * abs(normal(draw)) if law == NORMAL else size * exp(-log(draw) / tail)


@parallel
def kick(key_size, key_direction, uid, number, moment, law, size, tail, way, point, is_named, traits, out):
    """out (n_agents, n_traits) += a kick of everybody who has a moment, from where earlier ones have led.

    `way` is RANDOM, TOWARDS or AWAY from the point (n_traits,) on named traits, or ALONG it, a unit vector; a kick away
    from where one is leads nowhere. A draw belongs to the person and the number (n_agents,) of the kick.
    """
    n_traits = traits.shape[1]
    for i in prange(len(uid)):
        if np.isnan(moment[i]):
            continue
        j, arrow, square = _length(key_size, uid[i], number[i], law, size, tail), np.zeros(n_traits), 0.0
        for d in range(n_traits):
            if way == RANDOM:
                words = philox(key_direction, uid[i], 0, number[i], d // 4)
                word = words[0] if d % 4 == 0 else words[1] if d % 4 == 1 else words[2] if d % 4 == 2 else words[3]
                arrow[d] = normal(unit(word))
            elif way == ALONG:
                arrow[d] = point[d]
            elif is_named[d]:
                gap = point[d] - (np.float64(traits[i, d]) + out[i, d])
                arrow[d] = gap if way == TOWARDS else -gap
            square += arrow[d] * arrow[d]
        distance = math.sqrt(square)
        if distance == 0.0:
            continue
        scale = (min(j, distance) if way == TOWARDS else j) / distance
        for d in range(n_traits):
            out[i, d] += scale * arrow[d]


@parallel
def keep_open(step, dur, last, is_open):
    """is_open (n_agents,): the share of a step in which windows are still open that were opened at `last`."""
    for i in prange(len(last)):
        left = last[i] + dur - step
        is_open[i] = min(max(left, 0.0), 1.0) if not np.isnan(left) else 0.0


@parallel
def reopen(step, dur, moment, last, is_open):
    """is_open (n_agents,) += the share by which windows of who has a moment are open longer than they would be."""
    for i in prange(len(last)):
        if not np.isnan(moment[i]):
            closed = moment[i] if np.isnan(last[i]) else max(last[i] + dur - step, moment[i])
            is_open[i] += max(0.0, min(moment[i] + dur, 1.0) - min(closed, 1.0))


@device
def _risen(time, rise):
    """Integral from 0 to `time` of min(1, t / rise)."""
    if time <= 0.0:
        return 0.0
    return time - 0.5 * rise if time >= rise else 0.5 * time * time / rise


@device
def _held(onset, end, rise, fall, start):
    """Integral from `start` to 1 of a field that begins at `onset`, begins to fall at `end`, and is 1 between."""
    low, high = max(start, onset), 1.0
    if np.isnan(onset) or low >= high:
        return 0.0
    total = max(0.0, _risen(min(high, end) - onset, rise) - _risen(min(low, end) - onset, rise))
    if end < high and fall > 0.0:
        top = 1.0 if end - onset >= rise else (end - onset) / rise
        past, now = min(max(low - end, 0.0), fall), min(high - end, fall)
        total += top * ((now - past) - 0.5 * (now * now - past * past) / fall)
    return total


@parallel
def hold(step, dur, rise, fall, onset, last, strength):
    """strength (n_agents,): mean over a step of the fields that began at `onset` and were renewed at `last`."""
    for i in prange(len(last)):
        strength[i] = _held(onset[i] - step, last[i] + dur - step, rise, fall, 0.0)


@parallel
def renew(step, dur, rise, fall, moment, onset, last, strength):
    """Begin the field of everybody who has a moment, or make it hold longer; strength (n_agents,) as in `hold`."""
    for i in prange(len(last)):
        if np.isnan(moment[i]):
            continue
        now = step + moment[i]
        strength[i] -= _held(onset[i] - step, last[i] + dur - step, rise, fall, moment[i])
        if not now < last[i] + dur:
            onset[i] = now
        strength[i] += _held(onset[i] - step, now + dur - step, rise, fall, moment[i])


@parallel
def field_reward(slope, strength, at, out):
    """out (n,) = strength · slope · at; nan for whom the field does not reach."""
    for i in prange(len(out)):
        total = 0.0
        for d in range(len(at)):
            total += slope[d] * at[d, i]
        out[i] = strength[i] * total if strength[i] > 0.0 else np.nan


@parallel
def field_gradient(slope, strength, out):
    """out (n_traits, n) = strength · slope."""
    for d in prange(len(out)):
        for i in range(out.shape[1]):
            out[d, i] = strength[i] * slope[d]
