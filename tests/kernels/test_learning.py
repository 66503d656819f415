"""Kernels of learning and of its ledger."""

import math

import numpy as np
import pytest

from society.kernels import learning as kernels

from .comparison import KEY, N_TRAITS, SIZES_BY_TRAIT, assert_equals_twin, random_floats, random_uids

YEARS = 1 / 52
SOURCES = [0, 1, 3]
DIRECTS = [0, 2]
ONE = np.ones(1)
UNBOUNDED = (-math.inf, math.inf)
TIGHT = (-0.5, 0.5)


def rates(rng, n):
    return rng.uniform(0.05, 0.2, n).astype("f4")


def with_gaps(rng, values):
    """The same values, a third of them nan."""
    return np.where(rng.random(values.shape) < 1 / 3, np.nan, values).astype(values.dtype)


def multipliers(rng):
    """Multipliers of the learning rates of traits, one of them 0."""
    return np.concatenate([[0.0], rng.uniform(0.5, 2.0, N_TRAITS - 1)])


def reinforced(rng, n, n_sources, n_directs):
    """Columns of `reinforce`, with rewards and baselines that do not exist."""
    traits = random_floats(rng, N_TRAITS, n)
    sd = rng.uniform(0.1, 0.5, n).astype("f4")
    trial = traits + sd * random_floats(rng, N_TRAITS, n)
    reward = with_gaps(rng, rng.normal(size=(n_sources, n)))
    baseline = with_gaps(rng, random_floats(rng, n_sources, n))
    displacement = random_floats(rng, n_directs, n, N_TRAITS)
    coefficient = np.zeros((n_sources + 1, n), "f4")
    return (
        multipliers(rng),
        traits,
        trial,
        sd,
        rates(rng, n),
        rates(rng, n),
        reward,
        displacement,
        baseline,
        coefficient,
        np.zeros_like(traits),
    )


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
@pytest.mark.parametrize("n_sources", SOURCES)
@pytest.mark.parametrize("n_directs", DIRECTS)
@pytest.mark.parametrize(("years", "bounds"), [(YEARS, UNBOUNDED), (YEARS, TIGHT), (5.0, UNBOUNDED)])
def test_reinforce_equals_its_twin(n, n_sources, n_directs, years, bounds):
    rng = np.random.default_rng([n, n_sources, n_directs])
    columns = reinforced(rng, n, n_sources, n_directs)
    assert_equals_twin(kernels.reinforce, KEY, 3, 0, random_uids(rng, n), years, 1.174, 0.08, *bounds, *columns)


def reinforce_one(*, reward, baseline, years=1.0):
    """One person with one trait at 0 who tried 0.5, σ = 0.5, η = 0.1, no noise; the columns after the step."""
    traits, trial, following = np.zeros((1, 1), "f4"), np.full((1, 1), 0.5, "f4"), np.zeros((1, 1), "f4")
    sd, plasticity = np.full(1, 0.5, "f4"), np.full(1, 0.1, "f4")
    rewards, expected = np.array([[reward]]), np.array([[baseline]], "f4")
    columns = (rewards, np.zeros((0, 1, 1), "f4"), expected, np.zeros((2, 1), "f4"), following)
    uid, rates = np.zeros(1, "i4"), (plasticity, plasticity)
    kernels.reinforce(KEY, 0, 0, uid, years, 0.0, 0.25, *UNBOUNDED, ONE, traits, trial, sd, *rates, *columns)
    return following[0, 0], expected[0, 0]


def test_who_did_better_than_expected_moves_towards_what_they_tried():
    moved, _ = reinforce_one(reward=3.0, baseline=1.0)
    assert moved == pytest.approx(0.1 * (3.0 - 1.0) / 0.5**2 * 0.5, rel=1e-6)


def test_expectation_follows_reward():
    _, baseline = reinforce_one(reward=3.0, baseline=1.0)
    assert baseline == 1.5


def test_the_first_reward_moves_nobody_and_is_what_is_expected_then():
    assert reinforce_one(reward=3.0, baseline=math.nan) == (0.0, 3.0)


def test_a_step_is_no_longer_than_the_cap():
    moved, _ = reinforce_one(reward=1e3, baseline=0.0)
    assert moved == 0.5  # σ√D


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
@pytest.mark.parametrize("n_sources", SOURCES)
@pytest.mark.parametrize("n_directs", DIRECTS)
@pytest.mark.parametrize("bounds", [UNBOUNDED, TIGHT])
def test_follow_gradient_equals_its_twin(n, n_sources, n_directs, bounds):
    rng = np.random.default_rng([n, n_sources, n_directs])
    traits = random_floats(rng, N_TRAITS, n)
    gradient = random_floats(rng, n_sources, N_TRAITS, n)
    displacement = random_floats(rng, n_directs, n, N_TRAITS)
    columns = (multipliers(rng), traits, rates(rng, n), gradient, displacement)
    columns += (np.zeros_like(traits), np.zeros_like(traits))
    assert_equals_twin(kernels.follow_gradient, KEY, 3, 0, random_uids(rng, n), YEARS, 0.992, *bounds, *columns)


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_by_trait_equals_its_twin(n):
    people = random_floats(np.random.default_rng(n), n, N_TRAITS)
    assert_equals_twin(kernels.by_trait, people, np.full((N_TRAITS, n), np.nan, "f4"))


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_by_person_equals_its_twin(n):
    traits = random_floats(np.random.default_rng(n), N_TRAITS, n)
    assert_equals_twin(kernels.by_person, traits, np.full((n, N_TRAITS), np.nan, "f4"))


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_between_equals_its_twin(n):
    traits, following, out = random_floats(np.random.default_rng(n), 3, N_TRAITS, n)
    assert_equals_twin(kernels.between, traits, following, 0.25, out)


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_add_vectors_equals_its_twin(n):
    vectors, total = random_floats(np.random.default_rng(n), 2, N_TRAITS, n)
    assert_equals_twin(kernels.add_vectors, -0.7, vectors, total)


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_add_rewards_equals_its_twin(n):
    rng = np.random.default_rng(n)
    assert_equals_twin(kernels.add_rewards, -0.7, with_gaps(rng, rng.normal(size=n)), rng.normal(size=n))


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_book_change_equals_its_twin(n):
    rng = np.random.default_rng(n)
    before = rng.normal(size=n)
    before[::3] = np.nan
    assert_equals_twin(kernels.book_change, rng.normal(size=n), before, rng.normal(size=n))


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
def test_book_drift_equals_its_twin(n):
    rng = np.random.default_rng(n)
    gradient, slope = random_floats(rng, 2, N_TRAITS, n)
    columns = (multipliers(rng), rates(rng, n), gradient, slope, rng.normal(size=n))
    assert_equals_twin(kernels.book_drift, YEARS, *columns)


def accounts(rng, n, n_sources, n_directs):
    """Displacements, the slope of interest, and work booked before."""
    displacement = random_floats(rng, n_directs, n, N_TRAITS)
    return displacement, random_floats(rng, N_TRAITS, n), rng.normal(size=(n_sources + n_directs + 2, n))


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
@pytest.mark.parametrize("n_sources", SOURCES)
@pytest.mark.parametrize("n_directs", DIRECTS)
def test_book_reinforce_equals_its_twin(n, n_sources, n_directs):
    rng = np.random.default_rng([n, n_sources, n_directs])
    points = random_floats(rng, 3, N_TRAITS, n)
    coefficient = random_floats(rng, n_sources + 1, n)
    booked = accounts(rng, n, n_sources, n_directs)
    assert_equals_twin(kernels.book_reinforce, 0, multipliers(rng), *points, coefficient, *booked)


@pytest.mark.parametrize("n", SIZES_BY_TRAIT)
@pytest.mark.parametrize("n_sources", SOURCES)
@pytest.mark.parametrize("n_directs", DIRECTS)
def test_book_gradient_equals_its_twin(n, n_sources, n_directs):
    rng = np.random.default_rng([n, n_sources, n_directs])
    traits, following, diffusion = random_floats(rng, 3, N_TRAITS, n)
    gradient = random_floats(rng, n_sources, N_TRAITS, n)
    displacement, slope, work = accounts(rng, n, n_sources, n_directs)
    columns = (multipliers(rng), traits, following, rates(rng, n), gradient, displacement, diffusion, slope, work)
    assert_equals_twin(kernels.book_gradient, 0, YEARS, *columns)


@pytest.mark.parametrize("rule", ["reinforce", "gradient"])
def test_all_accounts_together_are_the_movement_times_the_slope(rule):
    """To 1e-9 of numbers of order 1: sums of products of float32 in float64."""
    n, n_sources, n_directs = 30, 3, 2
    rng = np.random.default_rng(1)
    traits, trial, following = random_floats(rng, 3, N_TRAITS, n)
    displacement, slope, work = accounts(rng, n, n_sources, n_directs)
    work[:] = 0.0
    rel_rate = multipliers(rng)
    if rule == "reinforce":
        coefficient = random_floats(rng, n_sources + 1, n)
        kernels.book_reinforce(0, rel_rate, traits, trial, following, coefficient, displacement, slope, work)
    else:
        gradient = random_floats(rng, n_sources, N_TRAITS, n)
        columns = (rel_rate, traits, following, rates(rng, n), gradient, displacement, trial, slope, work)
        kernels.book_gradient(0, YEARS, *columns)
    movement = following.astype("f8") - traits
    np.testing.assert_allclose(work.sum(axis=0), (movement * slope).sum(axis=0), rtol=0, atol=1e-9)
