"""Kernels of distance between people."""

import math

import numpy as np
import pytest

from society.kernels import distance as kernels

from . import reference
from .comparison import random_floats


def test_the_squared_distance_equals_its_twin():
    traits = random_floats(np.random.default_rng(1), 2, 3)
    assert kernels.squared_distance(traits, 0, 1) == pytest.approx(reference.squared_distance(traits, 0, 1))


def test_without_traits_there_is_no_distance():
    assert kernels.squared_distance(np.empty((0, 0), "f4"), 0, 1) == 0.0


def test_people_who_are_the_same_have_a_distance_of_nearly_nothing():
    same = np.zeros((2, 3), "f4")
    assert kernels.log_distance(same, 0, 1) == pytest.approx(reference.log_distance(same, 0, 1))
    assert kernels.log_distance(same, 0, 1) == pytest.approx(math.log(1e-12))
