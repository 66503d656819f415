"""Plain-Python twins of the kernels of events, as in `reference`."""

import math
from itertools import pairwise

from .reference import normal, philox, uniform, unit


def ring(key, rate, first, until, step, uid, due, rings, moment):
    """Times between rings are exponential; a new clock starts at the first time or at the step, whichever is later."""
    for i, person in enumerate(uid):
        wait = [-math.log(uniform(key, person, number, 0)) / rate for number in (int(rings[i]), int(rings[i]) + 1)]
        if math.isnan(due[i]):
            due[i] = max(first, step) - math.log(uniform(key, person, 0, 0)) / rate
        rings_now = float(due[i]) < min(step + 1, until)
        moment[i] = float(due[i]) - step if rings_now else math.nan
        if rings_now:
            due[i] += wait[1]
            rings[i] += 1


def kick(key_size, key_direction, uid, number, moment, law, size, tail, way, point, is_named, traits, out):
    """J d: J is s, s |N| or Pareto; d is isotropic, to or from a point, or along it."""
    n_traits = traits.shape[1]
    for i, person in enumerate(uid):
        if math.isnan(moment[i]):
            continue
        u = uniform(key_size, person, number[i], 0)
        j = [size, size * abs(normal(u)), size * u ** (-1 / tail)][law]
        gap = [float(point[d]) - float(traits[i, d]) - float(out[i, d]) if is_named[d] else 0 for d in range(n_traits)]
        drawn = [normal(unit(philox(key_direction, person, 0, number[i], d // 4)[d % 4])) for d in range(n_traits)]
        arrow = [drawn, gap, [-each for each in gap], [float(each) for each in point]][way]
        distance = math.hypot(*arrow)
        for d in range(n_traits):
            out[i, d] += arrow[d] / distance * (min(j, distance) if way == 1 else j) if distance else 0


def overlap(low, high):
    """Length of the part of [low, high) that lies between 0 and 1."""
    return max(0.0, min(high, 1.0) - max(low, 0.0))


def keep_open(step, dur, last, is_open):
    for i in range(len(last)):
        is_open[i] = 0.0 if math.isnan(last[i]) else overlap(float(last[i]) - step, float(last[i]) + dur - step)


def reopen(step, dur, moment, last, is_open):
    """The part of the new window that no earlier one covers."""
    for i in range(len(last)):
        if not math.isnan(moment[i]):
            start = float(moment[i])
            covered = start if math.isnan(last[i]) else max(start, float(last[i]) + dur - step)
            is_open[i] += overlap(covered, start + dur)


def level(time, onset, end, rise, fall):
    """The field at a time."""
    top = min(1.0, (min(time, end) - onset) / rise) if rise else 1.0
    if time < onset or (time >= end and not fall):
        return 0.0
    return top if time < end else top * max(0.0, 1 - (time - end) / fall)


def integral(start, onset, end, rise, fall):
    """From `start` to 1: the field is straight between its corners."""
    corners = sorted({start, 1.0, *(each for each in (onset, onset + rise, end, end + fall) if start < each < 1.0)})
    return math.fsum((b - a) * level((a + b) / 2, onset, end, rise, fall) for a, b in pairwise(corners))


def hold(step, dur, rise, fall, onset, last, strength):
    for i in range(len(last)):
        ends = float(onset[i]) - step, float(last[i]) + dur - step
        strength[i] = 0.0 if math.isnan(onset[i]) else integral(0.0, *ends, rise, fall)


def renew(step, dur, rise, fall, moment, onset, last, strength):
    for i in range(len(last)):
        if math.isnan(moment[i]):
            continue
        start, end = float(moment[i]), float(last[i]) + dur - step
        lasts = not math.isnan(last[i]) and start < end
        if not math.isnan(onset[i]):
            strength[i] -= integral(start, float(onset[i]) - step, end, rise, fall)
        onset[i] = onset[i] if lasts else step + start
        strength[i] += integral(start, float(onset[i]) - step, start + dur, rise, fall)


def field_reward(slope, strength, at, out):
    """f a·y."""
    for i in range(len(out)):
        value = float(strength[i]) * math.fsum(float(a) * float(y) for a, y in zip(slope, at[:, i], strict=True))
        out[i] = value if strength[i] > 0 else math.nan


def field_gradient(slope, strength, out):
    """f a."""
    for i in range(len(strength)):
        out[:, i] = [float(strength[i]) * float(a) for a in slope]
