"""Noise within blocks of rows: what rows that are the same runs share."""

from __future__ import annotations

import numpy as np
import pytest

from society.analysis.points import Points
from society.analysis.structure import blocks, noise_of_means, same_runs
from tests.analysis.made import points

RUNS = np.array([[1.0, 3.0], [1.0, 3.0], [5.0, 9.0]])
"""Two rows that are the same point, and another: variances of their means 2 / 2 and 8 / 2."""


def noise(made: Points) -> np.ndarray:
    return noise_of_means(blocks(made, 3)[0], same_runs(made, 3))[0]


def test_rows_that_are_the_same_runs_have_all_noise_in_common() -> None:
    made = points(RUNS)
    seeds = made.seeds.copy()
    seeds[1] = seeds[0]
    found = noise(Points("", "y", made.factors, made.values, seeds))
    assert found.tolist() == [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 4.0]]


def test_rows_with_seeds_of_their_own_have_none_in_common() -> None:
    assert noise(points(RUNS)).tolist() == np.diag([1.0, 1.0, 4.0]).tolist()


def test_under_common_seeds_it_is_their_covariance() -> None:
    """Deviations ∓1 and ∓2 have the covariance 4, and their means that over 2."""
    found = noise(points(RUNS, is_common=True))
    assert found[0] == pytest.approx([1.0, 1.0, 2.0])
