"""Comparisons in standard errors, four of them: a true statement fails once in 16,000 tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from society.population import Array

SE = 4.0
"""How many standard errors a statistic may be from its expectation."""


def has_share(happened: ArrayLike, p: float) -> bool:
    """Whether the share of True among independent trials is that of probability `p`."""
    trials = np.asarray(happened)
    return bool(abs(trials.mean() - p) <= SE * np.sqrt(p * (1.0 - p) / trials.size))


def has_mean(values: ArrayLike, mean: float) -> bool:
    """Whether independent values have this expectation, by their own standard error."""
    sample = np.asarray(values, float)
    return bool(abs(sample.mean() - mean) <= SE * _se_of_mean(sample))


def has_variance(values: ArrayLike, variance: float) -> bool:
    """Whether independent values have this variance, by the standard error from their fourth moment."""
    sample = np.asarray(values, float)
    return bool(abs(sample.var() - variance) <= SE * _se_of_variance(sample))


def same_law(one: ArrayLike, other: ArrayLike) -> bool:
    """Whether mean and variance of two independent samples agree, or all values where neither varies."""
    a, b = np.asarray(one, float), np.asarray(other, float)
    if a.std() < 1e-6 and b.std() < 1e-6:
        return bool(np.allclose(a.mean(), b.mean(), rtol=1e-5, atol=1e-5))
    mean = abs(a.mean() - b.mean()) <= SE * np.hypot(_se_of_mean(a), _se_of_mean(b))
    variance = abs(a.var() - b.var()) <= SE * np.hypot(_se_of_variance(a), _se_of_variance(b))
    return bool(mean and variance)


def _se_of_mean(sample: Array) -> float:
    return float(sample.std() / np.sqrt(len(sample)))


def _se_of_variance(sample: Array) -> float:
    fourth = ((sample - sample.mean()) ** 4).mean()
    return float(np.sqrt((fourth - sample.var() ** 2) / len(sample)))
