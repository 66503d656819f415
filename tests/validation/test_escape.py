"""The time to get from one well to the other, against the exact integral of first passage."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import cumulative_simpson

from society.population import Array
from tests.validation.evidence import Values, errors_from, run, society

OVERSHOOT = 0.5826
"""−ζ(1/2)/√(2π): how far beyond a barrier, in standard deviations of a step, a walk seen at steps only stands."""
H = 1 / 50


def first_passage(t: float, b: float = 1.0) -> float:
    """Mean time from −1 to b in the potential x⁴/4 − x²/2 at temperature T: (1/T) ∫ e^(V/T) ∫ e^(−V/T).

    From where V is 40 T above the bottom of the well: e^(−40) of the weight lies beyond.
    """
    z = np.linspace(-np.sqrt(1.0 + np.sqrt(160.0 * t)), b, 40_001)
    v = z**4 / 4 - z**2 / 2
    inner = cumulative_simpson(np.exp(-v / t), x=z, initial=0.0)
    outer = cumulative_simpson(np.exp(v / t) * inner, x=z, initial=0.0) / t
    return float(outer[-1] - np.interp(-1.0, z, outer))


def seen_at_steps(t: float) -> float:
    """The same where one is looked at after steps of h only."""
    return first_passage(t, 1.0 + OVERSHOOT * np.sqrt(2.0 * t * H))


def passages(t: float, values: Values | None = None) -> Array:
    """(n_agents,) when people who start at −1 are first seen beyond 1."""
    model = society("escape", {"process.learning.temperature": t} | (values or {}))
    model.population["traits"][:] = -1.0
    passed = np.full(model.n_agents, np.inf)
    while np.isinf(passed).any():
        assert model.running, "somebody never got there"
        model.step()
        passed[np.isinf(passed) & (model.population["traits"][:, 0] >= 1.0)] = model.n_steps * H
    return passed


def log_slope(times: list[Array], temperatures: list[float]) -> tuple[Array, Array]:
    """Slope of log T_passage over 1/T between neighbouring temperatures, and its standard error."""
    pairs = [*pairwise(zip(times, temperatures, strict=True))]
    slopes = [(np.log(b.mean()) - np.log(a.mean())) / (1 / tb - 1 / ta) for (a, ta), (b, tb) in pairs]
    spreads = [np.hypot(*(x.std() / x.mean() / np.sqrt(len(x)) for x in (a, b))) for (a, _), (b, _) in pairs]
    return np.array(slopes), np.array(spreads) / np.diff([1 / t for t in temperatures])


def expected_slopes(temperatures: list[float]) -> Array:
    logs = [np.log(seen_at_steps(t)) for t in temperatures]
    return np.diff(logs) / np.diff([1 / t for t in temperatures])


def test_the_integral_has_its_known_values() -> None:
    """To four digits, from quadrature on a finer grid."""
    known = {1 / 4: 14.28, 1 / 6: 24.93, 1 / 8: 41.03, 1 / 10: 66.27, 1 / 12: 106.6}
    assert [float(f"{first_passage(t):.4g}") for t in known] == [*known.values()]


def test_the_integral_tends_to_the_formula_of_kramers() -> None:
    """2π/√(V''(−1) |V''(0)|) e^(ΔV/T) with ΔV = 1/4, to order T: at T = 1/100 within 3 %, at 1/200 half as far."""
    excess = [first_passage(t) / (2 * np.pi / np.sqrt(2.0) * np.exp(0.25 / t)) - 1.0 for t in (1 / 100, 1 / 200)]
    assert 0.0 < excess[0] < 0.03
    assert excess[1] == pytest.approx(excess[0] / 2, rel=0.1)


TEMPERATURES = [1 / 4, 1 / 6, 1 / 8]


@pytest.fixture(scope="module")
def times() -> list[Array]:
    """(1000,) times at each of three temperatures."""
    return [passages(t) for t in TEMPERATURES]


def test_escape_takes_as_long_as_the_integral_says(times: list[Array]) -> None:
    """h = 1/50, 1,000 people at each T, within 4 SE; the error of the step is .6 %, a fifth of one SE."""
    for t, each in zip(TEMPERATURES, times, strict=True):
        assert errors_from(each, seen_at_steps(t)) < 4


def test_the_logarithm_of_escape_time_has_the_slope_of_the_integral(times: list[Array]) -> None:
    """d log T_passage/d(1/T) between the three, within 4 SE; errors of the step that all share drop out."""
    slopes, errors = log_slope(times, TEMPERATURES)
    assert (np.abs(slopes - expected_slopes(TEMPERATURES)) < 4 * errors).all()


def test_escape_is_told_from_that_over_a_barrier_twice_as_high(times: list[Array]) -> None:
    """Negative control: depth 2 at T is depth 1 at T/2 in half the time, more than 4 SE away."""
    for t, each in zip(TEMPERATURES, times, strict=True):
        assert errors_from(each, first_passage(t / 2) / 2) > 4


def test_without_chance_nobody_escapes() -> None:
    model = society("escape", {"process.learning.temperature": 0.0})
    model.population["traits"][:] = np.linspace(-2.0, -0.01, model.n_agents)[:, np.newaxis]
    assert run(model, 2000).population["traits"].max() < -0.99


@pytest.mark.slow
def test_escape_takes_as_long_as_the_integral_says_at_low_temperatures_too() -> None:
    """T = 1/4 … 1/12, 4,000 people each: SE 1.6 %, a third of it the error of the step."""
    temperatures = [1 / 4, 1 / 6, 1 / 8, 1 / 10, 1 / 12]
    times = [passages(t, {"population.n_agents": 4000, "run.seed": 2}) for t in temperatures]
    assert (np.array([errors_from(x, seen_at_steps(t)) for x, t in zip(times, temperatures, strict=True)]) < 4).all()
    slopes, errors = log_slope(times, temperatures)
    assert (np.abs(slopes - expected_slopes(temperatures)) < 4 * errors).all()
