"""Early warnings on series with known indicators."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from society.basins import early_warning
from society.basins.slowing import _stationary
from society.errors import InputError
from society.population import Array

RNG = np.random.default_rng(1)
SERIES = RNG.normal(size=60)


def ar1(correlation: Array | float, n: int, rng: np.random.Generator) -> Array:
    """(n,) values x_t = a_t x_{t−1} + N(0, 1), from its stationary law."""
    a = np.broadcast_to(correlation, n)
    x, noise = np.empty(n), rng.standard_normal(n)
    x[0] = noise[0] / np.sqrt(1 - a[0] ** 2)
    for t in range(1, n):
        x[t] = a[t] * x[t - 1] + noise[t]
    return x


def test_variance_is_that_of_each_window() -> None:
    found = early_warning(SERIES, window=0.5, bandwidth=None).indicators["variance"]
    assert found.to_numpy() == pytest.approx([SERIES[end - 30 : end].var(ddof=1) for end in range(30, 61)])


def test_autocorrelation_is_the_correlation_with_the_value_before() -> None:
    found = early_warning(SERIES, window=0.5, bandwidth=None).indicators["autocorrelation"]
    windows = [SERIES[end - 30 : end] for end in range(30, 61)]
    assert found.to_numpy() == pytest.approx([np.corrcoef(each[:-1], each[1:])[0, 1] for each in windows])


def test_windows_are_named_by_their_last_value() -> None:
    years = pd.Series(SERIES, index=np.arange(1900, 1960))
    assert [*early_warning(years).indicators.index] == [*range(1929, 1960)]


def test_an_indicator_that_always_rises_has_a_trend_of_one() -> None:
    swelling = np.resize([1.0, -1.0], 60) * np.arange(1, 61)
    assert early_warning(swelling, bandwidth=None).trends["variance"] == pytest.approx(1.0)
    assert early_warning(swelling[::-1], bandwidth=None).trends["variance"] == pytest.approx(-1.0)


def test_a_slow_trend_is_taken_away() -> None:
    """A normal smoother leaves a straight line as it is, but near the ends."""
    line = SERIES + 50.0 * np.linspace(0, 1, 60)
    with_line, without = (early_warning(each, bandwidth=0.05).indicators["variance"] for each in (line, SERIES))
    middle = slice(5, 26)  # windows that do not touch the last values
    assert with_line.to_numpy()[middle] == pytest.approx(without.to_numpy()[middle], rel=0.35)
    assert early_warning(line, bandwidth=None).indicators["variance"].min() > 10 * without.max()


def test_a_series_that_slows_down_is_told_from_chance() -> None:
    """x_t = a_t x_{t−1} + noise, a from 0 to .95: both indicators rise in each of ten series."""
    for seed in range(10):
        x = ar1(np.linspace(0, 0.95, 400), 400, np.random.default_rng(seed))
        found = early_warning(x, bandwidth=None, surrogates=19)
        assert min(found.trends.values()) > 0.3
        assert max(found.p_values.values()) <= 0.1


def test_p_values_of_a_stationary_series_are_even() -> None:
    """p ≤ .2 in a fifth of 80 series of AR(1), a = .6, within 4 SE of the binomial (.045)."""
    rng = np.random.default_rng(3)
    found = [early_warning(ar1(0.6, 200, rng), bandwidth=None, surrogates=19, seed=seed) for seed in range(80)]
    for indicator in ("variance", "autocorrelation"):
        share = np.mean([each.p_values[indicator] <= 0.2 for each in found])
        assert abs(share - 0.2) < 4 * np.sqrt(0.2 * 0.8 / 80)


def test_without_surrogates_there_is_no_p_value() -> None:
    assert all(np.isnan(p) for p in early_warning(SERIES).p_values.values())


def test_the_seed_decides_the_surrogates() -> None:
    one, same = (early_warning(SERIES, surrogates=20, seed=4).p_values for _ in range(2))
    assert one == same


def test_a_series_that_stands_still_has_no_trend() -> None:
    found = early_warning(np.ones(20), surrogates=5)
    assert all(np.isnan(value) for value in (*found.trends.values(), *found.p_values.values()))


@pytest.mark.parametrize(
    ("series", "values", "said"),
    [
        (np.zeros((5, 2)), {}, "series"),
        (np.array([1.0, np.nan] * 10), {}, "series"),
        (np.ones(6), {}, "series"),
        (SERIES, {"window": 0.0}, "window"),
        (SERIES, {"window": 1.5}, "window"),
        (SERIES, {"bandwidth": -1.0}, "bandwidth"),
    ],
)
def test_what_is_no_series_is_refused(series, values, said) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=said):
        early_warning(series, **values)


def test_surrogates_are_alike_in_variance_and_correlation() -> None:
    """What makes surrogates has the variance and lag-1 correlation of the series."""
    x = ar1(0.7, 5000, np.random.default_rng(5))
    alike = _stationary(x, 200, np.random.default_rng(6))
    correlation = [np.corrcoef(each[:-1], each[1:])[0, 1] for each in alike]
    expected = np.corrcoef(x[:-1], x[1:])[0, 1]
    assert abs(np.mean(correlation) - expected) < 4 * np.std(correlation) / np.sqrt(200) + 1e-3
    assert alike.var(axis=1).mean() == pytest.approx(x.var(), rel=0.02)
