"""Durations: the law of durations some of which are only known to be longer than was watched."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from society.errors import InputError
from society.population import Array


@dataclass(frozen=True)
class Survival:
    """Share not yet ended as a function of time, by the estimate of Kaplan and Meier."""

    times: Array
    """(n,) durations at which some ended, and those at which others were last seen."""
    survival: Array
    """(n,) share that lasts longer."""
    low: Array
    """(n,) lower end of the interval of confidence."""
    high: Array
    """(n,) upper end."""
    n: int
    """How many were watched."""
    rate: float
    """Ends per unit of time at risk: the hazard, if it is constant."""
    rate_error: float
    """Its standard error, the rate over the root of the number of ends."""

    @property
    def median(self) -> float:
        """Duration that half outlast; nan if more than half were censored before."""
        ended = np.flatnonzero(self.survival <= 0.5)
        return float(self.times[ended[0]]) if len(ended) else float("nan")

    def at(self, time: float) -> float:
        """Share that lasts longer than a time; nan beyond the longest that was watched, unless all ended."""
        before = np.searchsorted(self.times, time, side="right")
        if before == len(self.times) and time > self.times[-1] and self.survival[-1] > 0:
            return float("nan")
        return float(self.survival[before - 1]) if before else 1.0

    def restricted_mean(self, until: float) -> float:
        """Mean of the duration or `until`, whichever is less: the area below the curve up to there.

        The mean itself is not known where somebody was censored; this is. nan beyond what was watched.
        """
        if np.isnan(self.at(until)):
            return float("nan")
        inside = self.times < until
        ends = np.concatenate([[0.0], self.times[inside], [until]])
        return float((np.diff(ends) * np.concatenate([[1.0], self.survival[inside]])).sum())


def survival(durations: ArrayLike, ended: ArrayLike, *, confidence: float = 0.95) -> Survival:
    """Estimate the law of durations of which some are known only to be longer than was watched.

    Parameters
    ----------
    durations
        (n,) how long each lasted, or was watched, in any unit of time.
    ended
        (n,) whether its end was seen.
    confidence
        Of the interval round the estimate at each time: log-log, by Greenwood's variance; nan where that is none.

    References
    ----------
    Kaplan, E. L., & Meier, P. (1958). Nonparametric estimation from incomplete observations. Journal of the American
    Statistical Association 53, 457–481.
    """
    from scipy import stats

    lengths, is_end = np.asarray(durations, float), np.asarray(ended, bool)
    if lengths.ndim != 1 or lengths.shape != is_end.shape or not len(lengths):
        raise InputError(f"durations {lengths.shape} and ended {is_end.shape}: must be as many, and at least one")
    if not (lengths >= 0).all():
        raise InputError("durations: must all be 0 or more")
    if not 0 < confidence < 1:
        raise InputError(f"confidence = {confidence}: must be between 0 and 1")
    curve: Any = stats.ecdf(stats.CensoredData(lengths[is_end], right=lengths[~is_end])).sf
    low, high = _interval(curve, confidence)
    n_ends, risk = int(is_end.sum()), float(lengths.sum())
    rate = n_ends / risk if risk else float("nan")
    error = rate / np.sqrt(n_ends) if n_ends else float("nan")
    return Survival(curve.quantiles, curve.probabilities, low, high, len(lengths), rate, float(error))


def _interval(curve: Any, confidence: float) -> tuple[Array, Array]:
    with warnings.catch_warnings():  # it warns of times at which there is no interval, and says nan
        warnings.simplefilter("ignore", RuntimeWarning)
        found = curve.confidence_interval(confidence_level=confidence, method="log-log")
    return found.low.probabilities, found.high.probabilities
