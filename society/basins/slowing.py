"""Critical slowing down: signs in a series that what it fluctuates about is losing its hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from society.errors import InputError
from society.population import Array


@dataclass(frozen=True)
class EarlyWarning:
    """Indicators of critical slowing down in a series, each over a window that rolls along it."""

    indicators: pd.DataFrame
    """`variance` and `autocorrelation` (with the value before) at the end of each window, indexed as the series is."""
    trends: dict[str, float]
    """Kendall's τ of each indicator with time: 1 if it always rises, −1 if it always falls."""
    p_values: dict[str, float]
    """Share of stationary series alike in spectrum whose τ is as great or greater; nan where none were made."""


def early_warning(
    series: ArrayLike | pd.Series,
    *,
    window: float = 0.5,
    bandwidth: float | None = 0.1,
    surrogates: int = 0,
    seed: int = 0,
) -> EarlyWarning:
    """Look for rising variance and autocorrelation in a series before a transition.

    The series is detrended by a Gaussian smoother; variance and lag-1 autocorrelation are taken over windows of what is
    left, and their trend by Kendall's τ. Windows overlap, so that the usual p-value of τ means nothing: `surrogates`
    of the AR(1) process fitted to what is left, which has no trend, say what τ comes by chance.

    Parameters
    ----------
    series
        (n,) values at equal distances of time, up to the transition and not beyond it.
    window
        Length of a window as a share of the series.
    bandwidth
        Standard deviation of the smoother as a share of the series; None if there is no trend to remove.
    surrogates
        How many stationary series to compare with; 200 or more are worth while.
    seed
        Of the surrogates.

    Raises
    ------
    InputError
        If the series holds less than 4 values to a window, or anything but finite numbers, or a share is not one.

    References
    ----------
    Scheffer, M., Bascompte, J., Brock, W. A., Brovkin, V., Carpenter, S. R., Dakos, V., Held, H., van Nes, E. H.,
    Rietkerk, M., & Sugihara, G. (2009). Early-warning signals for critical transitions. Nature 461, 53–59.
    Dakos, V., Carpenter, S. R., Brock, W. A., Ellison, A. M., Guttal, V., Ives, A. R., Kéfi, S., Livina, V.,
    Seekell, D. A., van Nes, E. H., & Scheffer, M. (2012). Methods for detecting early warnings of critical transitions
    in time series illustrated using simulated ecological data. PLoS ONE 7, e41010.
    """
    index = series.index if isinstance(series, pd.Series) else None
    values = np.asarray(series, float)
    if not 0 < window <= 1 or (bandwidth is not None and not 0 < bandwidth <= 1):
        raise InputError(f"window = {window}, bandwidth = {bandwidth}: must be above 0 and at most 1")
    length = round(window * values.size)
    if values.ndim != 1 or not np.isfinite(values).all() or length < 4:
        raise InputError(f"series: must be (n,) finite numbers, 4 or more to a window; it has shape {values.shape}")
    rest = values - smoothed(values, bandwidth * len(values)) if bandwidth else values
    found = {name: rolling(rest, length) for name, rolling in INDICATORS.items()}
    ends = np.arange(length - 1, len(values)) if index is None else index[length - 1 :]
    trends = {name: trend(values) for name, values in found.items()}
    return EarlyWarning(pd.DataFrame(found, index=ends), trends, _p_values(rest, length, trends, (surrogates, seed)))


def smoothed(values: Array, sd: float) -> Array:
    """(n,) values smoothed by a normal kernel with a standard deviation of `sd` steps, its weights adding up to 1."""
    from scipy.ndimage import gaussian_filter1d

    weight = gaussian_filter1d(np.ones(len(values)), sd, mode="constant")
    return np.asarray(gaussian_filter1d(values, sd, mode="constant") / weight)


def rolling_variance(values: Array, length: int) -> Array:
    """(n − length + 1,) sample variance of each window of `length` values."""
    return pd.Series(values).rolling(length).var().to_numpy()[length - 1 :]


def rolling_autocorrelation(values: Array, length: int) -> Array:
    """(n − length + 1,) correlation of each value of a window with the one before; nan where all are equal."""
    after = pd.Series(values)
    return after.rolling(length - 1).corr(after.shift(1)).to_numpy()[length - 1 :]


def trend(values: Array) -> float:
    """Kendall's τ-b of values with their order; nan where it is not defined."""
    from scipy.stats import kendalltau

    known = np.isfinite(values)
    if known.sum() < 2 or np.ptp(values[known]) == 0:
        return float("nan")
    return float(kendalltau(np.flatnonzero(known), values[known], method="asymptotic").statistic)


INDICATORS = {"variance": rolling_variance, "autocorrelation": rolling_autocorrelation}


def _p_values(rest: Array, length: int, trends: dict[str, float], drawn: tuple[int, int]) -> dict[str, float]:
    """Share of surrogates, and of the series itself, with as strong a trend."""
    n, seed = drawn
    if n < 1:
        return dict.fromkeys(trends, float("nan"))
    alike = _stationary(rest, n, np.random.default_rng(seed))
    by_chance = {name: np.array([trend(of(one, length)) for one in alike]) for name, of in INDICATORS.items()}
    return {
        name: (1 + int((by_chance[name] >= found).sum())) / (1 + n) if np.isfinite(found) else float("nan")
        for name, found in trends.items()
    }


def _stationary(rest: Array, n: int, rng: np.random.Generator) -> Array:
    """(n, n_times) runs of the AR(1) process with the variance and lag-1 autocorrelation of a series."""
    from scipy.signal import lfilter

    correlation = float(np.nan_to_num(np.clip(rolling_autocorrelation(rest, len(rest))[0], -0.999, 0.999)))
    noise = rng.standard_normal((n, len(rest))) * np.sqrt(1.0 - correlation**2)
    noise[:, 0] /= np.sqrt(1.0 - correlation**2)
    return np.asarray(rest.std() * lfilter([1.0], [1.0, -correlation], noise, axis=1))
