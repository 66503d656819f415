"""Kernels of reinforcing."""

import numpy as np
import pytest

from society.kernels import reinforcing as kernels

from .comparison import KEY, SIZES, assert_equals_twin, random_floats, random_graph, random_uids

EVERYBODY = (np.empty(0, "i8"), np.empty(0, "i4"), np.empty(0, "f4"))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.1])
@pytest.mark.parametrize("lowest", [0.01, 0.5, 1.0])
def test_activate_equals_its_twin(n, exponent, lowest):
    uid = random_uids(np.random.default_rng(n), n)
    after = assert_equals_twin(kernels.activate, KEY, 2, lowest, exponent, uid, np.zeros(n, bool))
    assert after[-1].all() or lowest < 1.0, "with ε = 1 all are active"


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("homophily", [0.0, 3.0])
@pytest.mark.parametrize("n_contacts", [1, 4])
@pytest.mark.parametrize("ties", ["everybody", "unweighted", "weighted"])
def test_contact_equals_its_twin(n, homophily, n_contacts, ties):
    rng = np.random.default_rng([n, n_contacts])
    graph = EVERYBODY if ties == "everybody" else random_graph(rng, n, weighted=ties == "weighted", low=-1.0)
    traits, active = random_floats(rng, n, 2), np.flatnonzero(rng.random(n) < 0.5)
    traits[n // 2 :: 5] = traits[-1]
    chosen, is_mutual = np.full((len(active), n_contacts), 7, "i8"), np.ones((len(active), n_contacts), bool)
    people = (random_uids(rng, n), traits)
    assert_equals_twin(kernels.contact, KEY, 3, homophily, 0.5, active, *graph, *people, chosen, is_mutual)


@pytest.mark.parametrize("n", SIZES)
def test_the_stages_of_a_step_equal_their_twins(n):
    rng = np.random.default_rng(n)
    indptr, indices, _ = random_graph(rng, n)
    traits = random_floats(rng, n, 2)
    stage, voice, slope = (rng.normal(size=(n, 2)) for _ in range(3))
    assert_equals_twin(kernels.speak, 0.7, stage, voice * np.nan)
    assert_equals_twin(kernels.velocity, 3.0, indptr, indices, voice, stage, slope * np.nan)
    assert_equals_twin(kernels.advance, 0.01, 0.02, traits, slope, stage * np.nan, traits * 0)
