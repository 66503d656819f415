"""Elementary effects of functions whose effects are known, with noise of known size."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as analysis
from SALib.sample import morris as design

from society.analysis.elementary_effects import elementary_effects
from society.population import Array
from tests.analysis.made import points
from tests.tolerance import has_mean

PROBLEM = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0.0, 1.0]] * 3}


def trajectories(n: int, seed: int = 1) -> Array:
    found: Array = design.sample(PROBLEM, n, num_levels=4, seed=seed)
    return found


def effects(x: Array, values: Array, **options: bool) -> dict[str, pd.DataFrame]:
    """Columns estimate and the rest of each index, by its name."""
    frame, _ = elementary_effects(points(values, x, **options), x, n_levels=4, level=0.95, seed=1)
    return {str(name): rows.reset_index() for name, rows in frame.groupby("index")}


class TestLinear:
    """y = 3 x1 − 2 x2: every effect of x1 is 3, of x2 −2, of x3 nothing."""

    x = trajectories(6)
    found = effects(x, (3 * x[:, 0] - 2 * x[:, 1])[:, None])

    @pytest.mark.parametrize(("index", "expected"), [("mu", [3, -2, 0]), ("mu_star", [3, 2, 0]), ("sigma", [0, 0, 0])])
    def test_effects_are_the_slopes(self, index: str, expected: list[float]) -> None:
        assert np.allclose(self.found[index]["estimate"], expected, atol=1e-12)

    def test_the_interval_of_a_mean_of_equal_effects_is_a_point(self) -> None:
        assert np.allclose(self.found["mu"]["high"] - self.found["mu"]["low"], 0, atol=1e-12)


def test_without_noise_it_is_salibs_analysis() -> None:
    x = trajectories(10)
    y = np.sin(3 * x[:, 0]) * x[:, 1] + x[:, 2] ** 2
    theirs = analysis.analyze(PROBLEM, x, y, num_levels=4, seed=3)
    found = effects(x, y[:, None])
    for index in ("mu", "mu_star", "sigma"):
        assert np.allclose(found[index]["estimate"], theirs[index], atol=1e-12)


def test_options_count_by_their_place() -> None:
    """Any numbers that order the values give the same effects, since only the order of levels is used."""
    x = trajectories(5)
    y = (x[:, 0] ** 2 + x[:, 1] * x[:, 2])[:, None]
    ours, _ = elementary_effects(points(y, x), x, n_levels=4, level=0.95, seed=1)
    others, _ = elementary_effects(points(y, x), np.exp(7 * x), n_levels=4, level=0.95, seed=1)
    assert ours.equals(others)


class TestNoise:
    """Independent noise of sd 1 with 4 replicates makes an effect vary by 2 (1/4) / (2/3)² = 1.125."""

    x = trajectories(40)

    def test_the_floor_is_the_mean_of_absolute_values_by_noise_alone(self) -> None:
        floors, means = [], []
        for number in range(40):
            noise = np.random.default_rng([5, number]).normal(0, 1, (len(self.x), 4))
            found = effects(self.x, noise)["mu_star"]
            floors.append(found["noise_floor"].mean())
            means.append(found["estimate"].mean())
        assert has_mean(means, np.sqrt(2 / np.pi * 1.125))
        assert abs(np.mean(floors) - np.sqrt(2 / np.pi * 1.125)) < 0.01

    def test_sigma_is_that_of_the_mean_response(self) -> None:
        """y = 4 x1 x2: the effect of x1 is 4 x2, whose variance over the trajectories is known from them."""
        response = 4 * self.x[:, 0] * self.x[:, 1]
        without = effects(self.x, response[:, None])["sigma"]["estimate"][0]
        squares, raw = [], []
        for number in range(60):
            noise = np.random.default_rng([6, number]).normal(0, 1, (len(self.x), 4))
            found = effects(self.x, response[:, None] + noise)["sigma"]
            squares.append(found["estimate"][0] ** 2)
            raw.append(found["of_mean"][0] ** 2)
        assert has_mean(squares, without**2)
        assert has_mean(raw, without**2 + 1.125)

    def test_a_seed_that_shifts_every_point_alike_adds_no_noise(self) -> None:
        response = 4 * self.x[:, 0] * self.x[:, 1]
        shifted = response[:, None] + np.array([5.0, -1.0, 2.0, 0.0])
        assert np.allclose(effects(self.x, shifted, is_common=True)["mu_star"]["noise_floor"], 0, atol=1e-6)


class TestFailures:
    def test_a_trajectory_without_a_run_of_some_point_is_left_out(self) -> None:
        x = trajectories(6)
        values = (x[:, 0] + x[:, 1] * x[:, 2])[:, None]
        kept = np.r_[0:4, 8:24]
        expected, _ = elementary_effects(points(values[kept], x[kept]), x[kept], n_levels=4, level=0.95, seed=1)
        values[5] = np.nan
        found, n_dropped = elementary_effects(points(values, x), x, n_levels=4, level=0.95, seed=1)
        assert n_dropped == 1
        assert found.equals(expected)

    def test_fewer_than_two_trajectories_give_no_effects(self) -> None:
        x = trajectories(2)
        values = x[:, :1].copy()
        values[0] = np.nan
        found, n_dropped = elementary_effects(points(values, x), x, n_levels=4, level=0.95, seed=1)
        assert (found.empty, n_dropped) == (True, 1)
