"""Kernels of age curves."""

import numpy as np
import pytest

from society.kernels import age_curve as kernels

from .comparison import SIZES, assert_equals_twin


def ages(n, *others):
    """Ages of n people, and of a newborn, in single precision."""
    return np.concatenate([[0.0], others, np.random.default_rng(n).uniform(0, 90, n)]).astype("f4")


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("points", [[3.0, 20.0, 30.0, 60.0], [20.0]])
def test_log_linear_equals_its_twin(n, points):
    age = ages(n, *points)
    log_values = np.log(np.random.default_rng(n).uniform(0.04, 0.2, len(points)))
    assert_equals_twin(kernels.log_linear, age, np.array(points), log_values, np.zeros_like(age))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("width", [0.5, 0.001])
def test_log_normal_bump_equals_its_twin(n, width):
    age = ages(n, 15.0)
    assert_equals_twin(kernels.log_normal_bump, age, 0.1, 15.0, width, 0.05, np.zeros_like(age))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("start", [0.2, 0.01])
def test_exponential_decline_equals_its_twin(n, start):
    age = ages(n)
    assert_equals_twin(kernels.exponential_decline, age, start, 0.06, 0.04, np.zeros_like(age))
