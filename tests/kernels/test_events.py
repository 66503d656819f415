"""Kernels of events."""

import math

import numpy as np
import pytest

from society.kernels import events as kernels

from .comparison import KEY, N_TRAITS, SIZES, assert_equals_twin, random_floats, random_uids

every_size = pytest.mark.parametrize("n", SIZES)
STEP = 12
ENVELOPES = [(math.inf, 0.0, 0.0), (1.7, 0.0, 0.0), (3.0, 2.5, 0.0), (0.6, 0.3, 0.8), (math.inf, 4.0, 0.0)]
"""How long a field lasts, rises and falls."""


def moments(rng, n, *, share=0.6):
    """Moments of a step, nan where there is none."""
    return np.where(rng.random(n) < share, rng.random(n), np.nan)


def earlier(rng, n):
    """Times before the step, nan where there was none."""
    return np.where(rng.random(n) < 0.7, STEP - 4 * rng.random(n), np.nan)


@every_size
@pytest.mark.parametrize(("first", "until"), [(0.0, math.inf), (12.3, math.inf), (0.0, 12.4)])
def test_ring_equals_its_twin(n, first, until):
    rng = np.random.default_rng(n)
    due = np.where(rng.random(n) < 0.5, np.nan, STEP + 2 * rng.random(n))
    rings = np.where(np.isnan(due), 0, rng.integers(0, 9, n)).astype("i4")
    uid = random_uids(rng, n)
    assert_equals_twin(kernels.ring, KEY, 0.8, first, until, STEP, uid, due, rings, np.full(n, 0.5))


def test_the_slowest_clock_is_due_at_a_finite_time():
    due = np.full(1, np.nan)
    kernels.ring(KEY, 5e-324, 0.0, math.inf, 0, np.zeros(1, "i4"), due, np.zeros(1, "i4"), np.zeros(1))
    assert due.tolist() == [1e18]


@every_size
@pytest.mark.parametrize("law", [kernels.FIXED, kernels.NORMAL, kernels.HEAVY_TAILED])
@pytest.mark.parametrize("way", [kernels.RANDOM, kernels.TOWARDS, kernels.AWAY, kernels.ALONG])
def test_kick_equals_its_twin(n, law, way):
    rng = np.random.default_rng(n)
    point, is_named = np.array([0.6, 0.0, -0.8, 0.0, 0.0]), np.array([True, False, True, False, False])
    uid, number = random_uids(rng, n), rng.integers(0, 100, n).astype("i4")
    assert_equals_twin(
        kernels.kick, KEY, KEY + np.uint64(1), uid, number, moments(rng, n), law, 0.7, 1.5, way, point, is_named,
        random_floats(rng, n, N_TRAITS), random_floats(rng, n, N_TRAITS),
    )  # fmt: skip


@pytest.mark.parametrize("way", [kernels.TOWARDS, kernels.AWAY])
def test_a_kick_where_one_is_leads_nowhere(way):
    here, out = np.array([[2.0, 5.0]], "f4"), np.zeros((1, 2), "f4")
    who, when = np.zeros(1, "i4"), np.zeros(1)
    point, is_named = np.array([2.0, 0.0]), np.array([True, False])
    kernels.kick(KEY, KEY, who, who, when, kernels.FIXED, 1.0, 1.5, way, point, is_named, here, out)
    assert out.tolist() == [[0.0, 0.0]]


@every_size
@pytest.mark.parametrize("dur", [0.25, 1.0, 3.3])
def test_keep_open_equals_its_twin(n, dur):
    rng = np.random.default_rng(n)
    assert_equals_twin(kernels.keep_open, STEP, dur, earlier(rng, n), np.full(n, 0.5))


@every_size
@pytest.mark.parametrize("dur", [0.25, 1.0, 3.3])
def test_reopen_equals_its_twin(n, dur):
    rng = np.random.default_rng(n)
    last = earlier(rng, n)
    is_open = np.zeros(n)
    kernels.keep_open(STEP, dur, last, is_open)
    assert_equals_twin(kernels.reopen, STEP, dur, moments(rng, n), last, is_open)


@every_size
@pytest.mark.parametrize("envelope", ENVELOPES)
def test_hold_equals_its_twin(n, envelope):
    rng = np.random.default_rng(n)
    last = earlier(rng, n)
    assert_equals_twin(kernels.hold, STEP, *envelope, last - rng.random(n), last, np.full(n, 0.5))


@every_size
@pytest.mark.parametrize("envelope", ENVELOPES)
def test_renew_equals_its_twin(n, envelope):
    rng = np.random.default_rng(n)
    last = earlier(rng, n)
    onset, strength = last - rng.random(n), np.zeros(n)
    kernels.hold(STEP, *envelope, onset, last, strength)
    assert_equals_twin(kernels.renew, STEP, *envelope, moments(rng, n), onset, last, strength)


@every_size
def test_the_reward_of_a_field_equals_its_twin(n):
    rng = np.random.default_rng(n)
    strength = np.where(rng.random(n) < 0.3, 0.0, rng.random(n))
    at = random_floats(rng, N_TRAITS, n)
    assert_equals_twin(kernels.field_reward, rng.normal(size=N_TRAITS), strength, at, np.zeros(n))


@every_size
def test_the_gradient_of_a_field_equals_its_twin(n):
    rng = np.random.default_rng(n)
    out = np.full((N_TRAITS, n), np.nan, "f4")
    assert_equals_twin(kernels.field_gradient, rng.normal(size=N_TRAITS), rng.random(n), out)
