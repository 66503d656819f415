"""Kernels of landscapes of reward."""

import numpy as np
import pytest

from society.kernels import landscape as kernels

from .comparison import N_TRAITS, SIZES_BY_TRAIT, assert_equals_twin, random_floats

N_WELLS = 3
NO_GRADIENT = np.empty((0, 0), "f4")
FORMS = np.array(
    [
        # wells, temperature, 1/w², curvature, optimum, endowment weight, depth, field, trait
        [N_WELLS, 0.992, 1.44, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0.8, -0.3, 0.6, 0, 0, 0],
        [0, 0, 0, 1.3, 0, 0, 2.0, 0.2, 1],
        [1, 0.5, 4.0, 0, 0, 0, 0, 0, 0],
    ],
    "f8",
)
SHAPES = np.array([kernels.WELLS, kernels.QUADRATIC, kernels.DOUBLE_WELL, kernels.WELLS], "i4")


def landscapes(rng, n, *, scale=1.0):
    """Arguments up to the point at which reward is asked for, with people in all environments."""
    environment = rng.integers(0, len(SHAPES), n).astype("i4")
    centre = rng.normal(size=(len(SHAPES), N_WELLS, N_TRAITS))
    bonus = random_floats(rng, n, N_WELLS)
    endowment = random_floats(rng, n, N_TRAITS)
    return environment, SHAPES, FORMS, centre, bonus, endowment, np.float32(scale) * random_floats(rng, N_TRAITS, n)


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
@pytest.mark.parametrize("scale", [0.0, 1.0, 5.0])
@pytest.mark.parametrize("wanted", [(True, True), (True, False), (False, True)])
def test_landscape_equals_its_twin(n, scale, wanted):
    out = np.zeros(n * wanted[0]), np.full((N_TRAITS, n) if wanted[1] else (0, 0), np.nan, "f4")
    assert_equals_twin(kernels.landscape, *landscapes(np.random.default_rng(n), n, scale=scale), *out)


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_landscape_equals_its_twin_where_all_live_in_one_environment(number):
    environment, *rest = landscapes(np.random.default_rng(1), 1100)
    out = np.zeros(1100), np.full((N_TRAITS, 1100), np.nan, "f4")
    assert_equals_twin(kernels.landscape, np.full_like(environment, number), *rest, *out)


def test_the_gradient_is_the_slope_of_the_reward():
    """Central differences of step 2⁻⁸ are off by h²/6 times the third derivative, and by float32 in the gradient."""
    arguments = landscapes(np.random.default_rng(1), 40)
    at, step = arguments[-1], np.float32(2.0**-8)
    gradient = np.empty_like(at)
    kernels.landscape(*arguments, np.empty(0), gradient)
    above, below = np.empty(at.shape[1]), np.empty(at.shape[1])
    for d in range(N_TRAITS):
        for sign, reward in ((1, above), (-1, below)):
            beside = at.copy()
            beside[d] += sign * step
            kernels.landscape(*arguments[:-1], beside, reward, NO_GRADIENT)
        np.testing.assert_allclose((above - below) / (2 * step), gradient[d], rtol=1e-3, atol=1e-3)


def test_far_from_all_wells_reward_is_finite():
    """Each well's own weight underflows there."""
    arguments = landscapes(np.random.default_rng(1), 30)
    reward = np.empty(30)
    kernels.landscape(*arguments[:-1], np.full((N_TRAITS, 30), 1e3, "f4"), reward, NO_GRADIENT)
    assert np.isfinite(reward).all()


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_well_bonus_equals_its_twin(n):
    rng = np.random.default_rng(n)
    environment, *_, endowment, _ = landscapes(rng, n)
    log_weight = rng.normal(size=(len(SHAPES), N_WELLS))
    direction = rng.normal(size=(len(SHAPES), N_WELLS, N_TRAITS))
    out = np.full((n, N_WELLS), np.nan, "f4")
    assert_equals_twin(kernels.well_bonus, environment, log_weight, direction, endowment, out)
