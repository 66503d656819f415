"""Coupled double wells (Desai & Zwanzig 1978, Dawson 1983): when does a society have a side of its own?

How large societies of N people are matters: their mean has a spread of order 1/√N above the critical temperature, and
below it they change sides now and then. For any N the law of the mean is known exactly: with φ normal about the mean m,
of variance T/(Nκ), exp(κNm²/2T) becomes an integral over φ in which people are independent.
"""

from __future__ import annotations

from math import gamma

import numpy as np
import pytest
from scipy.optimize import brentq

from society.model import Society
from society.population import Array
from tests.validation.evidence import Values, errors_from, run, society

N = 4000
"""People of a scenario."""
X = np.linspace(-5.0, 5.0, 4001)


def average(power: int, t: float, kappa: float, mean: float = 0.0) -> float:
    """The mean of x^power under the law exp(−[V(x) + κ (x − m)²/2]/T) of one person among very many of mean m."""
    height = X**4 / 4 - X**2 / 2 + kappa * (X - mean) ** 2 / 2
    return float(np.average(X**power, weights=np.exp(-(height - height.min()) / t)))


def critical_temperature(kappa: float) -> float:
    """Where m = ⟨x⟩ begins to have solutions besides 0: κ⟨x²⟩ = T."""
    return float(brentq(lambda t: kappa * average(2, t, kappa) - t, 0.05, 5.0))


def side(t: float, kappa: float) -> float:
    """The positive solution of m = ⟨x⟩."""
    return float(brentq(lambda m: average(1, t, kappa, m) - m, 0.05, 2.0))


def second_moment(t: float, kappa: float, n_people: int) -> float:
    """E m² of a society of N people, ⟨φ²⟩ − T/(Nκ)."""
    phi = np.linspace(-2.5, 2.5, 2001)
    one = np.exp(-(X**4 / 4 - X**2 / 2 + kappa * X**2 / 2) / t)
    log_density = n_people * (np.log(np.exp(kappa * np.outer(phi, X) / t) @ one) - kappa * phi**2 / (2 * t))
    density = np.exp(log_density - log_density.max())
    return float(np.average(phi**2, weights=density) - t / (n_people * kappa))


def society_at(t: float, *, start: float, **values: float) -> Society:
    """People who are one society, all of them at `start`."""
    model = society("coupled_wells", {"process.learning.temperature": t} | values)
    model.population["traits"][:] = start
    return model


def means_of_groups(t: float, n_people: int, *, steps: int, kappa: float = 1.0, rate: int = 100) -> Array:
    """(n_groups,) mean of each of many societies of n_people, from random beginnings, after some steps."""
    n_groups = N // n_people
    groups: Values = {"population.groups": {f"g{number}": 1.0 for number in range(n_groups)}}
    coupling: Values = {"process.coupling.of": "group", "process.coupling.strength": kappa}
    chance: Values = {"process.learning.temperature": t, "run.steps_per_year": rate}
    model = society("coupled_wells", groups | coupling | chance)
    model.population["group"][:] = np.arange(model.n_agents) % n_groups
    traits = run(model, steps).population["traits"][:, 0].astype(float)
    return traits.reshape(-1, n_groups).mean(axis=0)


def test_the_critical_temperature_is_that_of_the_closed_form() -> None:
    """At κ = 1 the effective potential is x⁴/4, and ⟨x²⟩ = T has the solution 4 [Γ(3/4)/Γ(1/4)]² = .45695."""
    assert critical_temperature(1.0) == pytest.approx(4.0 * (gamma(0.75) / gamma(0.25)) ** 2, rel=1e-9)


def test_the_critical_temperature_rises_with_coupling() -> None:
    """M67: better communication lets society hold a side at higher noise."""
    assert [round(critical_temperature(kappa), 4) for kappa in (0.5, 1.0, 2.0)] == [0.2645, 0.4569, 0.8158]


def test_below_the_critical_temperature_society_holds_its_side() -> None:
    """T = .3, κ = 1: m = .7055 within 4 SE √(.6253/N) of .0125, after 10 relaxation times from 1.

    The spread is ⟨(x − m)²⟩/(1 − κ⟨(x − m)²⟩/T)/N; Euler–Maruyama takes .005 at h = 1/100.
    """
    traits = run(society_at(0.3, start=1.0)).population["traits"]
    assert abs(traits.mean(dtype=float) - side(0.3, 1.0)) < 4 * np.sqrt(0.6253 / N)


def test_above_the_critical_temperature_society_forgets_its_side() -> None:
    """T = .7, κ = 1: m = 0 within 4 SE √(2.945/N) of .027; e^(−.238 · 30) = .0008 of the start at 1 is left."""
    traits = run(society_at(0.7, start=1.0), 3000).population["traits"]
    assert abs(traits.mean(dtype=float)) < 4 * np.sqrt(2.945 / N)


def test_without_coupling_there_is_no_side_to_hold() -> None:
    """Negative control: at the same T = .3 people alone go over the barrier, and the mean decays from 1 to 0.

    It takes 11.5 units of time from one bottom to the other: at twice that rate e^(−2 · 30/11.5) = .005 is left.
    """
    traits = run(society_at(0.3, start=1.0, **{"process.coupling.strength": 0.0}), 3000).population["traits"]
    assert abs(traits.mean(dtype=float)) < 4 * np.sqrt(average(2, 0.3, 0.0) / N)


@pytest.fixture(scope="module")
def societies() -> Array:
    """(20,) means of societies of 200 people at T = .3, after 40 units of time from people spread about 0."""
    return means_of_groups(0.3, 200, steps=4000)


def test_societies_without_a_side_take_one(societies: Array) -> None:
    """From means of order 1/√200 = .07 each comes to about ±.7055, some here and some there."""
    assert np.abs(societies).min() > 0.35
    assert {*np.sign(societies)} == {-1.0, 1.0}


def test_small_societies_hold_a_side_as_far_as_the_exact_law_says(societies: Array) -> None:
    """E m² at N = 200, within 4 SE over 20 societies; it is m² = .4977 for very many people."""
    assert errors_from(societies**2, second_moment(0.3, 1.0, 200)) < 4


def test_above_the_critical_temperature_the_mean_of_small_societies_spreads_as_the_exact_law_says() -> None:
    """T = .7, N = 50: √(E m²) = .227 within 4 SE over 80 societies, and not the .106 of independent people as spread.

    Steps of 1/25 raise ⟨x²⟩ by .4 %, and so E m² by 2 %: an eighth of one SE.
    """
    means = means_of_groups(0.7, 50, steps=750, rate=25)
    assert errors_from(means, 0.0) < 4
    assert errors_from(means**2, second_moment(0.7, 1.0, 50)) < 4
    assert errors_from(means**2, average(2, 0.7, 1.0) / 50) > 4


@pytest.mark.parametrize(("kappa", "holds"), [(1.0, False), (2.0, True)])
def test_the_same_noise_leaves_a_closely_coupled_society_its_side(kappa: float, holds: bool) -> None:
    """T = .6 lies between the critical temperatures .457 of κ = 1 and .816 of κ = 2, where m = .589."""
    traits = run(society_at(0.6, start=1.0, **{"process.coupling.strength": kappa}), 3000).population["traits"]
    assert (traits.mean(dtype=float) > 0.3) == holds
