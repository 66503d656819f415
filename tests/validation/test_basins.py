"""Basins of a double well: escape by chance and by pushes, the fold under a slow ramp, and what goes before it."""

from __future__ import annotations

import numpy as np
import pytest

from society.basins import Surface, first_passages, follow, mean_first_passage, push_threshold, survival
from society.kernels import landscape as kernels
from society.population import Array
from tests.validation.evidence import Values, errors_from, run, society

LATE = 0.5826
"""−ζ(½)/√(2π): how much farther off a place seems to be, in standard deviations of a step, if seen once a step only."""


def passage_times(values: Values | None = None) -> tuple[Array, float]:
    """(n_agents,) years from the left attractor to the right one, and their mean by the integral."""
    model = society("double_well", values)
    model.population["traits"][:] = -1.0
    surface = Surface.from_environment(model, "home")
    temperature = model.scenario.process["learning"].temperature
    seen_at = 1.0 + LATE * np.sqrt(2 * temperature * model.years_per_step)
    expected = mean_first_passage(surface.along(0), -1.0, seen_at, temperature=temperature)
    trajectory = follow(model, lambda m: m.population["traits"][:, 0] >= 1.0, steps=model.scenario.run.steps)
    found = first_passages(trajectory, lambda there: there)
    assert found["ended"].all()
    return found["duration"].to_numpy(), expected


@pytest.fixture(scope="module")
def warm() -> tuple[Array, float]:
    return passage_times()


def test_the_mean_time_of_escape_is_that_of_the_integral(warm: tuple[Array, float]) -> None:
    """2,000 people at T = 1/4 and h = 1/50, seen once a step: within 4 SE (of 2 % each)."""
    times, expected = warm
    assert errors_from(times, expected) < 4


def test_another_barrier_is_told_apart(warm: tuple[Array, float]) -> None:
    """Negative control: of a well twice as deep the integral is off by far more than 4 SE."""
    assert errors_from(warm[0], mean_first_passage(lambda x: x**2 - x**4 / 2, -1.0, 1.0, temperature=0.25)) > 10


def test_escape_goes_on_at_a_constant_rate(warm: tuple[Array, float]) -> None:
    """Past the relaxation time escape is exponential: of those left at 14 years e^−1 are left another mean later."""
    times, expected = warm
    curve = survival(times, np.ones(len(times), bool))
    left = curve.at(14.0)
    share, error = curve.at(14.0 + expected) / left, np.sqrt(np.exp(-1) * (1 - np.exp(-1)) / (len(times) * left))
    assert abs(share - np.exp(-1)) < 4 * error


@pytest.mark.slow
def test_the_logarithm_of_escape_times_rises_as_the_integrals_do(warm: tuple[Array, float]) -> None:
    """Slope of log mean time with 1/T between T = 1/4 and 1/8, within 4 SE: nearly the barrier, 1/4."""
    cold = passage_times({"process.learning.temperature": 0.125, "run.steps": 40000, "run.seed": 2})
    logs = [np.log(times.mean()) for times, _ in (warm, cold)]
    errors = [times.std(ddof=1) / times.mean() / np.sqrt(len(times)) for times, _ in (warm, cold)]
    expected = (np.log(cold[1]) - np.log(warm[1])) / 4
    assert abs((logs[1] - logs[0]) / 4 - expected) < 4 * np.hypot(*errors) / 4
    assert expected == pytest.approx(0.25, abs=0.05)


WITHOUT_CHANCE: Values = {"process.learning.temperature": 0.0}


@pytest.mark.parametrize("n_steps", [5, 25, 100])
def test_repeated_pushes_escape_just_above_their_threshold_and_never_below(n_steps: int) -> None:
    """M12: kicks δ every τ = .1, .5 or 2 for 20 people from −1 on, δ/δ_c from .9 to .999 and from 1.001 to 1.1.

    Those below never escape. Who is just above takes π/√(.001 δ_c √3 τ) = 1,200 kicks at τ = .1 to get past the place
    where nearly all is undone; 2,000 are given.
    """
    model = society("double_well", {**WITHOUT_CHANCE, "population.n_agents": 20})
    h = model.years_per_step
    threshold = push_threshold(lambda x: x - x**3, -1.0, 0.0, every=n_steps * h, step=h)
    near = np.geomspace(0.001, 0.1, 10)
    sizes, traits = threshold * np.concatenate([1 - near, 1 + near]), "traits"
    model.population[traits][:] = -1.0
    escaped = np.zeros(20, bool)
    for _ in range(2000):
        if escaped[10:].all():
            break
        run(model, n_steps)
        model.population[traits][:, 0] += sizes.astype("f4")
        escaped |= model.population[traits][:, 0] > 0.5
    assert escaped.tolist() == [False] * 10 + [True] * 10


def delays(rates: list[float]) -> Array:
    """How far beyond its fold the field is when people, each under a ramp of their own rate, have jumped to x > 0."""
    names = [f"place{number}" for number in range(len(rates))]
    model = society("double_well", {**WITHOUT_CHANCE, "population.n_agents": len(rates)} | {
        f"environment.{name}": {"kind": "double_well"} for name in names
    })  # fmt: skip
    fold, population = 2 / (3 * np.sqrt(3)), model.population
    population["environment"][:] = numbers = [[*model.environments].index(name) for name in names]
    field, found = np.full(len(rates), fold - 0.1), np.full(len(rates), np.nan)
    population["traits"][:, 0] = [np.sort(np.roots([1, 0, -1, -f]).real)[0] for f in field]
    while np.isnan(found).any():
        field += np.array(rates) * model.years_per_step
        population["landscape_form"][numbers, kernels.FIELD] = field
        model.step()
        jumped = np.isnan(found) & (population["traits"][:, 0] > 0)
        found[jumped] = field[jumped] - fold
    return found


def test_a_slow_ramp_jumps_late_by_its_rate_to_the_two_thirds() -> None:
    """Near the fold dx/dt = rt + √3 x² blows up at 2.33811 (√3 r)^−⅓, 2.33811 the first zero of Airy's function.

    So the field is 2.33811 · 3^(−1/6) r^⅔ beyond the fold. From there to x = 0 takes a time of order 1, a delay of
    order r, which two rates tell apart from the first; what is left, of order r ln r, is within 3 %.

    Jung, P., Gray, G., Roy, R., & Mandel, P. (1990). Scaling law for dynamical hysteresis. Physical Review Letters 65,
    1873–1876.
    """
    rates = [0.0004, 0.0016]
    slow, fast = delays(rates)
    first = np.linalg.solve([[r ** (2 / 3), r] for r in rates], [slow, fast])[0]
    assert first == pytest.approx(2.33811 * 3 ** (-1 / 6), rel=0.03)


@pytest.mark.parametrize("curvature", [2.0, 0.5, 0.125])
def test_variance_and_autocorrelation_rise_as_a_basin_flattens(curvature: float) -> None:
    """Critical slowing down: under Euler–Maruyama lag-1 autocorrelation is 1 − ηkh, variance (T/k)/(1 − ηkh/2).

    T = 1, η = 1, h = 1/4, 20,000 people as independent runs: within 4 SE of the variance and of Fisher's z.
    """
    values = {"environment.home.curvature": curvature, "run.steps": round(10 / curvature / 0.25) + 40}
    model = run(society("ornstein_uhlenbeck", values))
    before = model.population["traits"][:, 0].astype(float)
    after = run(model, 1).population["traits"][:, 0].astype(float)
    h = model.years_per_step
    assert errors_from(before**2, 1 / curvature / (1 - curvature * h / 2)) < 4
    z = np.arctanh(np.corrcoef(before, after)[0, 1])
    assert abs(z - np.arctanh(1 - curvature * h)) < 4 / np.sqrt(len(before) - 3)
