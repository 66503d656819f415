"""Kernels of age curves: a quantity at each person's age."""

import numpy as np
from numba import prange

from society.kernels import parallel
from society.kernels.maths import exp, log
from society.kernels.philox import ROWS


@parallel
def log_linear(age, ages, log_values, out):
    """out (n_agents,): value interpolated log-linearly between `ages`, constant beyond the ends."""
    for block in prange((len(out) + ROWS - 1) // ROWS):
        low, n = block * ROWS, min(ROWS, len(out) - block * ROWS)
        years, value, log_value = age[low : low + n], out[low : low + n], np.full(n, log_values[0])
        for point in range(len(ages) - 1):
            youngest, oldest = ages[point], ages[point + 1]
            slope = (log_values[point + 1] - log_values[point]) / (oldest - youngest)
            for k in range(n):
                here = log_values[point] + slope * (min(years[k], oldest) - youngest)
                log_value[k] = here if years[k] > youngest else log_value[k]
        for k in range(n):
            value[k] = exp(log_value[k])


@parallel
def log_normal_bump(age, height, peak, width, floor, out):
    """out (n_agents,) = floor + height exp(−½ (log(age/peak)/width)²), the floor at birth."""
    for i in prange(len(out)):
        z = log(np.float64(age[i]) / peak) / width
        out[i] = floor + height * exp(-0.5 * z * z) if age[i] > 0.0 else floor


@parallel
def exponential_decline(age, start, decay, floor, out):
    """out (n_agents,) = floor + (start − floor) exp(−decay · age)."""
    for i in prange(len(out)):
        out[i] = floor + (start - floor) * exp(-decay * np.float64(age[i]))
