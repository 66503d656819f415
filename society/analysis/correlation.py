"""Partial rank correlation and standardised regression: how much an outcome rises with each factor, others held."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata, t

from society.population import Array

ROUNDING = 1e-12
"""Share of a variance that is none."""


def partial_rank_correlation(x: pd.DataFrame, y: Array, *, level: float = 0.95) -> pd.DataFrame:
    """PRCC of an outcome with each factor: the correlation of their ranks once those of the others are regressed out.

    Of the regression of ranks (ties get their mean rank) on ranks, with slopes b, variance v left and inverse
    correlation matrix C of the factors, it is b_j / √(b_j² + v C_jj). With n points and q other factors, p is that of
    Student's t = r √((n − 2 − q) / (1 − r²)) with n − 2 − q degrees of freedom, and the interval is Fisher's z with
    standard error 1 / √(n − q − 3). It sees monotone effects only.

    Parameters
    ----------
    x
        (n_points, n_factors) numbers, none a linear function of the others.
    y
        (n_points,) outcome.
    level
        Of the intervals.

    Returns
    -------
    DataFrame
        One row a factor: `index` PRCC, `factor`, `estimate`, `low`, `high`, `p`.

    References
    ----------
    Marino, S., Hogue, I. B., Ray, C. J. & Kirschner, D. E. (2008). A methodology for performing global uncertainty and
    sensitivity analysis in systems biology. Journal of Theoretical Biology 254, 178–196.
    """
    ranks = rankdata(np.column_stack([x.to_numpy("f8"), y]), axis=0)
    correlations = np.corrcoef(ranks, rowvar=False)
    inverse = np.linalg.inv(correlations[:-1, :-1])
    slopes = inverse @ correlations[:-1, -1]
    left = 1 - correlations[:-1, -1] @ slopes
    if left > ROUNDING:
        r = slopes / np.sqrt(slopes**2 + left * np.diag(inverse))
    else:  # the ranks are given by the factors
        r = np.where(np.abs(slopes) > np.sqrt(ROUNDING), np.sign(slopes), 0.0)
    n, n_others = len(x), x.shape[1] - 1
    df = n - 2 - n_others
    with np.errstate(divide="ignore"):
        p = 2 * t.sf(np.abs(r) * np.sqrt(df / (1 - r**2)), df)
        half_width = norm.ppf((1 + level) / 2) / np.sqrt(df - 1) if df > 1 else np.nan
        low, high = np.tanh(np.arctanh(r) - half_width), np.tanh(np.arctanh(r) + half_width)
    return pd.DataFrame({"index": "PRCC", "factor": [*x], "estimate": r, "low": low, "high": high, "p": p})


def standardised_regression(x: pd.DataFrame, y: Array, *, level: float = 0.95) -> pd.DataFrame:
    """Coefficients of the linear regression of an outcome on all factors, each in standard deviations, and its R².

    Where R² is well below 1, the response is not linear (or noisy), and the coefficients tell little.

    Parameters
    ----------
    x, y, level
        As for `partial_rank_correlation`.

    Returns
    -------
    DataFrame
        One row a factor: `index` SRC, `factor`, `estimate`, `low`, `high`, `p`; then one row `index` R2.

    References
    ----------
    Saltelli, A., Ratto, M., Andres, T., Campolongo, F., Cariboni, J., Gatelli, D., Saisana, M. & Tarantola, S. (2008).
    Global Sensitivity Analysis: The Primer. Wiley. Section 1.2.5.
    """
    columns = x.to_numpy("f8")
    standard = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    response = (y - y.mean()) / y.std()
    df = len(y) - x.shape[1] - 1
    inverse = np.linalg.inv(standard.T @ standard)
    slopes = inverse @ standard.T @ response
    left = float(((response - standard @ slopes) ** 2).sum())
    errors = np.sqrt(np.diag(inverse) * left / df)
    half_width = t.ppf((1 + level) / 2, df) * errors
    with np.errstate(divide="ignore"):
        p = 2 * t.sf(np.abs(slopes) / errors, df)
    frame = pd.DataFrame({"index": "SRC", "factor": [*x], "estimate": slopes})
    frame = frame.assign(low=slopes - half_width, high=slopes + half_width, p=p)
    fit = pd.DataFrame({"index": ["R2"], "factor": [""], "estimate": [1 - left / len(y)]})
    return pd.concat([frame, fit], ignore_index=True)


def independent_columns(x: pd.DataFrame) -> list[str]:
    """Columns that vary and are no linear function, in values or in ranks, of those before them."""
    kept: list[str] = []
    for name in x.columns:
        tried = x[[*kept, name]].to_numpy("f8")
        both = (tried, rankdata(tried, axis=0))
        if all(np.linalg.matrix_rank(_standard(columns)) == len(kept) + 1 for columns in both):
            kept.append(name)
    return kept


def _standard(columns: Array) -> Array:
    spread = columns.std(axis=0)
    standard: Array = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return standard
