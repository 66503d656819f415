"""Kernels of attention."""

import math

import numpy as np
import pytest

from society.kernels import attention as kernels

from .comparison import KEY, SIZES, assert_equals_twin, random_graph, random_uids

P_ENTRY, P_EXIT, P_RETURN = 0.6, 0.3, 0.5


def users(rng, n):
    """Who uses the platform, and the age at which they met it: some never did."""
    met = rng.random(n) < 0.7
    age_at_entry = np.where(met, rng.uniform(10, 20, n), np.nan).astype("f4")
    return met & (rng.random(n) < 0.5), age_at_entry


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("step", [0, 5])
@pytest.mark.parametrize("loyalty", [0.0, 2.0])
def test_membership_equals_its_twin(n, step, loyalty):
    rng = np.random.default_rng([n, step])
    age, friends_here = rng.uniform(5, 30, n).astype("f4"), rng.random(n).astype("f4")
    ages, chances = (age, 13.0), (P_ENTRY, P_EXIT, P_RETURN)
    assert_equals_twin(
        kernels.membership, KEY, step, random_uids(rng, n), *ages, *chances, loyalty, friends_here, *users(rng, n)
    )


@pytest.mark.parametrize(("age", "enters"), [(12.9, False), (13.0, True)])
def test_people_enter_from_the_entry_age_on(age, enters):
    is_user, met = np.zeros(1, bool), np.full(1, np.nan, "f4")
    kernels.membership(KEY, 0, np.zeros(1, "i4"), np.array([age], "f4"), 13.0, 1.0, 0.0, 0.0, 0.0, met, is_user, met)
    assert is_user[0] == enters
    assert math.isnan(met[0]) != enters


def test_the_age_at_entry_is_written_once():
    is_user, met = np.zeros(1, bool), np.array([11.0], "f4")
    kernels.membership(KEY, 0, np.zeros(1, "i4"), np.array([40.0], "f4"), 13.0, 1.0, 0.0, 1.0, 0.0, met, is_user, met)
    assert is_user[0]
    assert met[0] == 11.0


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_platforms", [1, 2, 8])
def test_friends_inside_equals_its_twin(n, n_platforms):
    rng = np.random.default_rng(n)
    indptr, indices, _ = random_graph(rng, n)
    is_user = rng.integers(0, 2**n_platforms, n).astype("u1")
    assert_equals_twin(kernels.friends_inside, indptr, indices, is_user, np.full((n_platforms, n), np.nan, "f4"))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("taste", [0.0, 0.8])
def test_utility_of_equals_its_twin(n, taste):
    rng = np.random.default_rng(n)
    friends_here = rng.random(n).astype("f4")
    out = np.full(n, np.nan, "f4")
    utility = (0.4, taste, 1.5)
    assert_equals_twin(kernels.utility_of, KEY, random_uids(rng, n), *utility, friends_here, users(rng, n)[0], out)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("n_options", [1, 3])
def test_to_shares_equals_its_twin(n, n_options):
    utilities = np.random.default_rng(n).normal(0.0, 3.0, (n_options, n)).astype("f4")
    utilities[1:, 0] = -np.inf
    assert_equals_twin(kernels.to_shares, utilities)


def test_equal_options_share_attention_equally():
    attention = np.full((4, 1), 7.0, "f4")
    kernels.to_shares(attention)
    assert attention.tolist() == [[0.25]] * 4


@pytest.mark.parametrize("n", SIZES)
def test_add_scaled_equals_its_twin(n):
    rng = np.random.default_rng(n)
    assert_equals_twin(kernels.add_scaled, -0.7, rng.random(n).astype("f4"), rng.normal(size=n))
