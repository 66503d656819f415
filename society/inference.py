"""Inference about means of independent values: intervals, tests and sizes of differences.

Values are independent along their first axis, nan where one is lacking. Where nothing varies there is nothing to tell
chance by, and no interval and no p; but where all are 0, there is no difference: the interval is 0, and p is 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from society.population import Array

RESAMPLES = 9999
"""Resamples of a bootstrap."""
ROUNDING = 1e-14
"""Standard errors that are no larger, as a share of the mean, come from rounding."""


def interval(values: Array, level: float) -> dict[str, Any]:
    """Mean of independent values and its interval by Student's t; none for fewer than two."""
    n, mean, variance = moments(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = student(mean, np.sqrt(variance / n), n - 1, level)
    return {**{key: found[key] for key in ("difference", "low", "high")}, "pairs": n}


def moments(values: Array) -> tuple[Any, Any, Any]:
    """Number, mean and unbiased variance of the values that are there."""
    known = np.isfinite(values)
    n = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / n
        variance = np.square(np.where(known, values - mean, 0.0)).sum(axis=0) / (n - 1)
    return n, mean, variance


def by_replicate(values: Array) -> Array:
    """(n_replicates, …) means over design points by replicate; their mean is the mean over points of their means.

    Where runs are missing, deviations from the mean of their point are weighted up by the number of replicates over
    the number that the point has: the variance of the mean of what is returned is the cluster-robust one, and the usual
    one where nothing is missing.

    References
    ----------
    Liang, K.-Y., Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika 73: 13–22.
    """
    known = np.isfinite(values)
    there = known.any(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        n_known = known.sum(axis=1)
        means = np.where(known, values, 0.0).sum(axis=1) / n_known
        n_points = (n_known > 0).sum(axis=0)
        mean = np.where(n_known > 0, means, 0.0).sum(axis=0) / n_points
        weights = there.sum(axis=0) / n_known
        deviations = np.where(known, (values - means[:, None]) * weights[:, None], 0.0)
        units: Array = np.where(there, mean + deviations.sum(axis=0) / n_points, np.nan)
    return units


def student(difference: Any, error: Any, freedom: Any, level: float) -> dict[str, Any]:
    """Interval of a difference with a standard error of so many degrees of freedom, and two-sided p of none.

    Without a standard error there is neither, unless the difference is 0.
    """
    from scipy.stats import t

    with np.errstate(invalid="ignore", divide="ignore"):
        constant = np.asarray(error <= ROUNDING * np.abs(difference))
        same = np.where(np.asarray(difference) == 0, 0.0, np.nan)
        half = np.where(constant, same, t.ppf((1 + level) / 2, freedom) * error)[()]
        p = np.where(constant, 1.0 + same, 2 * t.sf(np.abs(difference) / error, freedom))[()]
    return {"difference": difference, "low": difference - half, "high": difference + half, "df": freedom, "p": p}


def paired(a: Array, b: Array, level: float) -> dict[str, Any]:
    """Mean difference of pairs by Student's t."""
    n, mean, variance = moments(a - b)
    with np.errstate(invalid="ignore", divide="ignore"):
        return student(mean, np.sqrt(variance / n), n - 1, level)


def welch(a: Array, b: Array, level: float) -> dict[str, Any]:
    """Difference of means of unpaired values whose variances may differ.

    References
    ----------
    Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are
    involved. Biometrika 34: 28–35.
    """
    (n_a, mean_a, variance_a), (n_b, mean_b, variance_b) = moments(a), moments(b)
    with np.errstate(invalid="ignore", divide="ignore"):
        part_a, part_b = variance_a / n_a, variance_b / n_b
        freedom = (part_a + part_b) ** 2 / (part_a**2 / (n_a - 1) + part_b**2 / (n_b - 1))
        return student(mean_a - mean_b, np.sqrt(part_a + part_b), freedom, level)


def effect_sizes(a: Array, b: Array, *, in_pairs: bool) -> dict[str, float]:
    """Difference of means in standard deviations: d_z of the differences of pairs, and Hedges' g_av of the values.

    Where nothing varies there are no standard deviations to measure by: nan, unless there is no difference, which is 0.

    g_av is d_av, the difference over `sd`, the root of the mean of both variances, times
    J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2)), which takes its small-sample bias away. The degrees of freedom m of that mean
    of variances are Satterthwaite's, in which pairs count by their correlation r: 2 (n − 1) / (1 + r²) where variances
    are equal.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related estimators. Journal of
    Educational Statistics 6: 107–128.
    Lakens, D. (2013). Calculating and reporting effect sizes to facilitate cumulative science: a practical primer for
    t-tests and ANOVAs. Frontiers in Psychology 4: 863.
    """
    (n_a, mean_a, variance_a), (n_b, mean_b, variance_b) = moments(a), moments(b)
    r = correlation(a, b) if in_pairs else 0.0
    r = 0.0 if np.isnan(r) else r
    with np.errstate(invalid="ignore", divide="ignore"):
        uncertain = variance_a**2 / (n_a - 1) + variance_b**2 / (n_b - 1)
        uncertain += 2 * r**2 * variance_a * variance_b / (n_a - 1) if in_pairs else 0.0
        freedom = (variance_a + variance_b) ** 2 / uncertain
    size = max(abs(mean_a), abs(mean_b))
    d_av = _in_sds(mean_a - mean_b, (variance_a + variance_b) / 2, size)
    d_z = _in_sds(mean_a - mean_b, moments(a - b)[2], size) if in_pairs else np.nan
    g_av = d_av * unbiasing(freedom) if np.isfinite(d_av) and freedom > 1 else d_av
    return {"sd": float(np.sqrt((variance_a + variance_b) / 2)), "d_z": d_z, "g_av": g_av}


def unbiasing(freedom: float) -> float:
    """Hedges' J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2)), which unbiases a difference over an estimated standard deviation.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related estimators. Journal of
    Educational Statistics 6: 107–128.
    """
    from scipy.special import gammaln

    return float(np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2)) / np.sqrt(freedom / 2))


def correlation(a: Array, b: Array) -> float:
    """Correlation of pairs; nan if there is none because one side does not vary."""
    known = np.isfinite(a) & np.isfinite(b)
    a, b = a[known], b[known]
    if len(a) < 2 or not a.std() or not b.std():
        return np.nan
    return float(np.corrcoef(a, b)[0, 1])


def bootstrap(samples: tuple[Array, ...], statistic: Callable[..., Any], level: float) -> tuple[float, float]:
    """Interval of a statistic of samples by the bias-corrected and accelerated bootstrap, the same each time.

    If no sample varies, 0 where that is the value and else nan; nan, too, with fewer than two values in a sample, or
    where the method finds none.

    References
    ----------
    Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American Statistical Association 82:
    171–185.
    """
    import warnings

    from scipy.stats import DegenerateDataWarning
    from scipy.stats import bootstrap as resample

    samples = tuple(sample[np.isfinite(sample)] for sample in samples)
    if min(map(len, samples)) < 2:
        return np.nan, np.nan
    if not any(np.ptp(sample) for sample in samples):
        return (0.0, 0.0) if statistic(*samples) == 0 else (np.nan, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)
        found = resample(
            samples, statistic, n_resamples=RESAMPLES, batch=1000, confidence_level=level, rng=np.random.default_rng(0)
        ).confidence_interval
    return float(found.low), float(found.high)


def holm(p: Array) -> Array:
    """P values adjusted for their number by Holm's step-down rule; nan stays nan and counts for nothing.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6:
    65–70.
    """
    adjusted = np.full(len(p), np.nan)
    order = np.argsort(p)[: np.isfinite(p).sum()]  # nan comes last
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted


def _in_sds(difference: float, variance: float, size: float) -> float:
    """A difference of means of some size over a standard deviation; nan if nothing varies, unless it is none."""
    if np.sqrt(variance) > ROUNDING * size:
        return float(difference / np.sqrt(variance))
    return np.nan if difference or np.isnan(variance) else 0.0
