"""Learning by gradient: the Ornstein–Uhlenbeck process, rank-order stability, and the mixture law of wells."""

from __future__ import annotations

import numpy as np
import pytest

from society.population import Array
from tests.validation.evidence import Values, errors_from, run, society

CENTRES = np.array([[-1.5, 0.0], [1.5, 0.5], [0.0, -2.0]])
WEIGHTS = np.array([0.5, 0.3, 0.2])
CALIBRATION = {0.1748: 0.31, 0.0920: 0.54, 0.0666: 0.64, 0.0449: 0.74}
FINE = {"run.steps_per_year": 100, "run.steps": 400}


def squares(values: Values | None = None) -> Array:
    """(20000,) squared distance from the optimum of people without ties, each a run of the process."""
    return run(society("ornstein_uhlenbeck", values)).population["traits"][:, 0].astype(float) ** 2


@pytest.mark.parametrize(("values", "expected"), [({}, 2 / 3), (FINE, 0.505051)])
def test_variance_of_euler_maruyama_is_that_of_its_step(values: Values, expected: float) -> None:
    """T = 1, k = 2, η = 1, 20,000 people from the optimum on: (T/k)/(1 − ηkh/2) at h = 1/4 and 1/100, within 4 SE.

    What is left of the start is (1 − ηkh)^(2 steps): 0.5^80 and .98^800 < 1e-7. The chance of one draw is independent
    between people.
    """
    assert errors_from(squares(values), expected) < 4


def test_a_coarse_step_is_told_from_continuous_time() -> None:
    """At h = 1/4 the continuous variance T/k = 1/2 is off by a third: more than 10 SE."""
    assert errors_from(squares(), 0.5) > 10


def test_two_step_sizes_extrapolate_to_continuous_time() -> None:
    """1/variance is linear in h, (k/T)(1 − ηkh/2): from h = 1/4 and 1/8 it tends to k/T = 2 at h = 0, within 4 SE."""
    coarse = squares()
    finer = squares({"run.steps_per_year": 8, "run.steps": 80, "run.seed": 2})
    limit = 2 / finer.mean() - 1 / coarse.mean()
    error = np.hypot(*(w * each.std() / each.mean() ** 2 / np.sqrt(len(each)) for w, each in ((2, finer), (1, coarse))))
    assert abs(limit - 2.0) < 4 * error


def test_without_chance_everybody_is_at_the_optimum() -> None:
    assert squares({"process.learning.temperature": 0.0, "population.trait_sd": 1.0}).max() < 1e-12


def test_without_curvature_variance_grows_as_in_free_diffusion() -> None:
    """k = 0 has no stationary law: variance 2 η T t = 20 after ten years."""
    assert errors_from(squares({"environment.home.curvature": 0.0}), 20.0) < 4


def stability(rate: float, values: Values | None = None) -> Array:
    """(n_traits,) Fisher z of the correlation of people's traits with their own 6.7 years later."""
    model = society("retest", {"process.learning.age_curve": [[0.0, rate]]} | (values or {}))
    before = model.population["traits"].astype(float)
    after = run(model).population["traits"]
    return np.array([np.arctanh(np.corrcoef(b, a)[0, 1]) for b, a in zip(before.T, after.T, strict=True)])


def fisher_error(n_people: int, n_traits: int) -> float:
    """Standard error of the mean Fisher z of independent traits."""
    return float(1 / np.sqrt((n_people - 3) * n_traits))


@pytest.mark.parametrize(("rate", "retest"), CALIBRATION.items())
def test_retest_correlation_is_the_published_stability(rate: float, retest: float) -> None:
    """η = .1748 / .0920 / .0666 / .0449 a year for r = .31 / .54 / .64 / .74 over 6.7 years, within 4 SE of Fisher's z.

    10,000 people in 4 independent traits: SE .005. Steps of 1/50 year make (1 − ηh)^335 of e^(−6.7η): at most .0006
    of r.
    """
    assert abs(stability(rate).mean() - np.arctanh(retest)) < 4 * fisher_error(10_000, 4)


def test_people_who_do_not_learn_stay_as_they_are() -> None:
    """Negative control: as η → 0 retest tends to 1."""
    assert np.tanh(stability(1e-9, {"run.steps": 20})).min() > 0.9999


def test_people_who_do_not_learn_for_long_are_no_longer_told_from_others() -> None:
    """The other limit: after 60 relaxation times, e^(−67) of the correlation is left."""
    assert abs(stability(10.0).mean()) < 4 * fisher_error(10_000, 4)


def test_the_default_age_curve_is_the_calibration_rounded() -> None:
    """−ln r / 6.7 to three decimals at the four ages of the default table."""
    learning = society("retest").scenario.process["learning"]
    default = type(learning).model_fields["age_curve"].default
    exact = [-np.log(retest) / 6.7 for retest in CALIBRATION.values()]
    assert [rate for _, rate in default] == [round(rate, 3) for rate in exact]


def shares(traits: Array) -> Array:
    """(n_agents, 3) probability that a person of these traits comes from each well of the mixture."""
    square = ((traits[:, None] - CENTRES) ** 2).sum(axis=2)
    part = WEIGHTS * np.exp(-square / 2)
    return np.asarray(part / part.sum(axis=1, keepdims=True))


def wells(values: Values | None = None) -> Array:
    return run(society("wells_gradient", values)).population["traits"].astype(float)


@pytest.fixture(scope="module")
def settled() -> Array:
    """(10000, 2) traits of people without ties, each a run, after 7.6 relaxation times of moving between wells."""
    return wells()


def test_wells_are_occupied_by_their_weights(settled: Array) -> None:
    """At T = τ, w = 1 the law is Σ π_b N(c_b, 1); the mean of P(well | x) is π_b = .5 / .3 / .2, within 4 SE."""
    assert (errors_from(shares(settled), WEIGHTS) < 4).all()


def test_the_mean_is_that_of_the_mixture(settled: Array) -> None:
    """Σ π c = (−.3, −.25), within 4 SE."""
    assert (errors_from(settled, [-0.3, -0.25]) < 4).all()


def test_second_moments_are_those_of_the_mixture(settled: Array) -> None:
    """Σ π c cᵀ + 1 = (2.8, .225, 1.875), within 4 SE; the step's own bias is below 1 % of the
    wells' own variance 1, a third of one SE."""
    first, second = settled.T
    moments = np.stack([first**2, first * second, second**2], axis=1)
    assert (errors_from(moments, [2.8, 0.225, 1.875]) < 4).all()


def test_wells_of_equal_weight_are_told_from_unequal_ones() -> None:
    """Negative control: with weights 1/3 each, shares are not .5 / .3 / .2."""
    equal = wells({"environment.home.weights": [1.0, 1.0, 1.0]})
    assert (errors_from(shares(equal), WEIGHTS) > 4).any()


def test_the_mixture_needs_the_temperature_of_the_landscape() -> None:
    """Negative control: at T = τ/2 people sit deeper in the wells than the mixture does."""
    cold = wells({"process.learning.temperature": 0.5})
    assert (errors_from(cold**2, [2.8, 1.875]) > 4).any()
