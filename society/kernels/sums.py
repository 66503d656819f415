"""Sums over people in a fixed order and in double precision, so that measures are reproducible bit by bit."""

import math

import numpy as np

from society.kernels import serial


@serial
def mean(values, where):
    """Mean of values (n,) over those where `where` (n,) is true and the value is not nan; nan if there are none."""
    total, count = 0.0, 0
    for i in range(len(values)):
        if where[i] and not np.isnan(values[i]):
            total += values[i]
            count += 1
    return total / count if count else np.nan


@serial
def moments(matrix):
    """(2, n_columns) mean and standard deviation of each column of (n, n_columns)."""
    n, width = matrix.shape
    out = np.zeros((2, width))
    for i in range(n):
        for d in range(width):
            out[0, d] += matrix[i, d]
    for d in range(width):
        out[0, d] /= n
    for i in range(n):
        for d in range(width):
            gap = matrix[i, d] - out[0, d]
            out[1, d] += gap * gap
    for d in range(width):
        out[1, d] = math.sqrt(out[1, d] / n)
    return out


@serial
def group_means(matrix, group, out):
    """out (n_groups, n_columns): mean of each column of (n, n_columns) over each group, nan for one without people.

    An empty `group` counts everybody to the first.
    """
    count = np.zeros(len(out), np.int64)
    out[:] = 0.0
    for i in range(len(matrix)):
        g = group[i] if len(group) else 0
        count[g] += 1
        for d in range(matrix.shape[1]):
            out[g, d] += matrix[i, d]
    for g in range(len(out)):
        for d in range(matrix.shape[1]):
            out[g, d] /= count[g]
