"""How many replicates are needed, and how small a difference the present ones can show."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, ncf, t

from society.analysis.points import Residual

POWER = 0.8
MAX_REPLICATES = 10**9


def half_width(sd: float, n: int, *, level: float = 0.95, n_samples: int = 1) -> float:
    """Half-width of Student's t interval of a mean of n values, or of the difference of two such means."""
    return float(t.ppf((1 + level) / 2, n_samples * (n - 1)) * sd * np.sqrt(n_samples / n))


def replicates_needed(sd: float, wanted: float, *, level: float = 0.95, n_samples: int = 1) -> int:
    """Smallest n, at least 2, at which the interval is no wider: n ≥ k (t_{k(n−1), 1−α/2} s / w)², k samples.

    Examples
    --------
    >>> replicates_needed(sd=1.0, wanted=0.5)
    18

    References
    ----------
    Law, A. M. (2015). Simulation Modeling and Analysis, 5th ed. McGraw-Hill. Section 9.4.1.
    """
    low, high = 1, 2
    while half_width(sd, high, level=level, n_samples=n_samples) > wanted and high < MAX_REPLICATES:
        low, high = high, 2 * high
    while high - low > 1:  # the half-width falls with n
        middle = (low + high) // 2
        if half_width(sd, middle, level=level, n_samples=n_samples) > wanted:
            low = middle
        else:
            high = middle
    return high


def upper_bound(spread: Residual, *, level: float = 0.95) -> float:
    """Upper confidence bound of a standard deviation: s √(df / χ²_{1−level, df}), for normal values."""
    if spread.df < 1:
        return np.nan
    return float(np.sqrt(spread.sum_of_squares / chi2.ppf(1 - level, spread.df)))


def detectable(sd: float, n: int, *, level: float = 0.95, n_samples: int = 1, power: float = POWER) -> float:
    """Smallest difference that a two-sided t test at 1 − level finds with this power.

    One sample of n values (or of n differences of pairs) or two of n each: the shift δ at which the noncentral t with
    k (n − 1) degrees of freedom and noncentrality δ √(n / k) / s is beyond the critical values with this probability
    (computed from its square, a noncentral F).

    References
    ----------
    Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed. Lawrence Erlbaum.
    """
    if n < 2 or not sd > 0:
        return 0.0 if sd == 0 and n > 1 else np.nan
    df = n_samples * (n - 1)
    critical = float(t.ppf((1 + level) / 2, df))

    def missing(noncentrality: float) -> float:
        return float(ncf.sf(critical**2, 1, df, noncentrality**2)) - power

    highest = critical + 1
    while missing(highest) < 0:
        highest *= 1.5
    return float(brentq(missing, 0.0, highest) * sd * np.sqrt(n_samples / n))
