"""Sobol indices against exact ones, with noise of known size that must be kept apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import sobol

from society.analysis.sobol_indices import sobol_indices
from society.population import Array
from tests.analysis.made import ISHIGAMI_S1, ISHIGAMI_ST, ISHIGAMI_VARIANCE, ishigami, points, saltelli
from tests.tolerance import has_mean

EXACT = np.array([*ISHIGAMI_S1, *ISHIGAMI_ST, 0.0, 0.2437, 0.0])
"""S1, ST and S2 of Ishigami's function, in the order of the table."""


def found(values: Array, *, is_common: bool = False, second_order: bool = True, level: float = 0.95) -> pd.DataFrame:
    u = np.zeros((len(values), 3))
    return sobol_indices(points(values, u, is_common=is_common), second_order=second_order, level=level, seed=1)[0]


def noisy(rng: np.random.Generator, *, n_blocks: int = 256, n_replicates: int = 4, sd: float = 4.0) -> Array:
    """Ishigami's function on a design, with independent noise."""
    response = ishigami(saltelli(n_blocks, 3, second_order=True, rng=rng))
    return response[:, None] + rng.normal(0, sd, (len(response), n_replicates))


def many(make, n_designs: int = 40, **options) -> pd.DataFrame:
    """Estimates over independent designs, one column an index; also `of_mean` by its place after them."""
    frames = [found(make(np.random.default_rng([7, number])), **options) for number in range(n_designs)]
    return pd.DataFrame([[*frame["estimate"], *frame["of_mean"]] for frame in frames])


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    """Noise of sd 4 with four replicates: V_e / R = 4, beside V_x = 13.84."""
    return many(noisy)


class TestWithoutReplicates:
    @pytest.mark.parametrize("second_order", [True, False])
    def test_estimates_are_those_of_salib(self, second_order: bool) -> None:
        response = ishigami(saltelli(64, 3, second_order=second_order, rng=np.random.default_rng(2)))
        theirs = sobol.analyze({"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0, 1]] * 3}, response,
                               calc_second_order=second_order, num_resamples=2, seed=1)  # fmt: skip
        pairs = theirs["S2"][np.triu_indices(3, 1)] if second_order else []
        expected = [*theirs["S1"], *theirs["ST"], *pairs]
        frame = found(response[:, None], second_order=second_order)
        assert np.allclose(frame["estimate"], expected, rtol=0, atol=1e-12)
        assert np.allclose(frame["of_mean"], expected, rtol=0, atol=1e-12)

    def test_the_share_of_a_single_run_is_unknown(self) -> None:
        response = ishigami(saltelli(16, 3, second_order=True, rng=np.random.default_rng(2)))
        assert found(response[:, None])["of_run"].isna().all()


class TestNoise:
    @pytest.mark.parametrize("place", range(9))
    def test_indices_of_the_mean_response_are_exact(self, estimates: pd.DataFrame, place: int) -> None:
        """A ratio of means over blocks has a bias of order 1 / n_blocks, which 0.01 allows for."""
        error = estimates[place].std() / np.sqrt(len(estimates))
        assert abs(estimates[place].mean() - EXACT[place]) < 4 * error + 0.01

    @pytest.mark.parametrize("place", range(6))
    def test_those_of_the_means_are_diluted_as_theory_says(self, estimates: pd.DataFrame, place: int) -> None:
        extra = 4.0 if place >= 3 else 0.0
        expected = (EXACT[place] * ISHIGAMI_VARIANCE + extra) / (ISHIGAMI_VARIANCE + 4.0)
        error = estimates[place + 9].std() / np.sqrt(len(estimates))
        assert abs(estimates[place + 9].mean() - expected) < 4 * error + 0.01

    def test_the_share_of_a_single_run_is_that_of_the_variance_without_noise(self) -> None:
        """V_x / (V_x + V_e) = 13.84 / 29.84."""
        shares = []
        for number in range(40):
            frame = found(noisy(np.random.default_rng([7, number])))
            shares.append(frame["of_run"][1] / frame["estimate"][1])
        assert has_mean(shares, ISHIGAMI_VARIANCE / (ISHIGAMI_VARIANCE + 16))

    def test_missing_replicates_leave_indices_unbiased(self) -> None:
        def thinned(rng: np.random.Generator) -> Array:
            values = noisy(rng, sd=3.0)
            values[rng.random(values.shape) < 0.2] = np.nan
            return values

        estimates = many(thinned, n_designs=30)
        for place in range(9):
            error = estimates[place].std() / np.sqrt(len(estimates))
            assert abs(estimates[place].mean() - EXACT[place]) < 4 * error + 0.01

    def test_variance_of_noise_alone_has_no_index(self) -> None:
        """In about half of such studies the variance between points is estimated below 0."""
        undecided = []
        for number in range(40):
            rng = np.random.default_rng([3, number])
            frame = found(rng.normal(0, 1, (64 * 8, 3)))
            undecided.append(frame["low"].isna().all())
        assert np.mean(undecided) > 0.8


class TestCommonSeeds:
    @staticmethod
    def shaken(rng: np.random.Generator) -> Array:
        """A shift by seed of sd 5 at all points, and rough noise of sd 4 at each."""
        return noisy(rng) + rng.normal(0, 5, 4)

    def test_what_a_seed_does_everywhere_changes_nothing(self) -> None:
        values = noisy(np.random.default_rng(4))
        shifted = values + np.array([10.0, -3.0, 0.0, 5.0])
        assert np.allclose(found(values, is_common=True)["estimate"], found(shifted, is_common=True)["estimate"])

    def test_indices_are_exact(self) -> None:
        estimates = many(self.shaken, is_common=True)
        for place in range(9):
            error = estimates[place].std() / np.sqrt(len(estimates))
            assert abs(estimates[place].mean() - EXACT[place]) < 4 * error + 0.01

    def test_noise_that_is_smooth_in_a_factor_is_kept_out_of_its_index(self) -> None:
        """f = u1, b = s u2 with s by seed of mean 0: only u1 matters to the mean response."""
        totals, raw = [], []
        for number in range(40):
            rng = np.random.default_rng([11, number])
            u = saltelli(128, 2, second_order=False, rng=rng)
            values = u[:, [0]] + rng.normal(0, 0.5, 8) * (u[:, [1]] - 0.5)
            made = points(values, u, is_common=True)
            frame, _ = sobol_indices(made, second_order=False, level=0.95, seed=1)
            totals.append(frame["estimate"][3])
            raw.append(frame["of_mean"][3])
        assert has_mean(totals, 0.0)
        assert not has_mean(raw, 0.0)

    def test_intervals_are_wider_by_the_error_over_seeds(self) -> None:
        """With slopes by seed 0.25, −0.25, … in u1 the index of u1 is known for these seeds, not for others."""
        rng = np.random.default_rng(5)
        u = saltelli(512, 2, second_order=False, rng=rng)
        slopes = np.array([0.5, -0.5, 0.5, -0.5])
        values = u[:, [0]] + u[:, [1]] + slopes * (u[:, [0]] - 0.5)
        widths = []
        for is_common in (True, False):
            frame, _ = sobol_indices(points(values, u, is_common=is_common), second_order=False, level=0.95, seed=1)
            widths.append(frame["high"][0] - frame["low"][0])
        assert widths[0] > 2 * widths[1]


class TestFailures:
    def test_a_block_without_a_run_of_some_point_is_left_out(self) -> None:
        values = noisy(np.random.default_rng(6), n_blocks=32, n_replicates=2)
        without = np.delete(values, np.s_[8:16], axis=0)
        values[10] = np.nan
        frame, n_dropped = sobol_indices(points(values, np.zeros((256, 3))), second_order=True, level=0.95, seed=1)
        assert n_dropped == 1
        assert frame["estimate"].to_list() == found(without)["estimate"].to_list()

    def test_a_failed_replicate_of_a_point_costs_no_block(self) -> None:
        values = noisy(np.random.default_rng(6), n_blocks=32, n_replicates=2)
        values[10, 0] = np.nan
        assert sobol_indices(points(values, np.zeros((256, 3))), second_order=True, level=0.95, seed=1)[1] == 0

    def test_no_whole_block_gives_no_index(self) -> None:
        values = np.full((16, 2), np.nan)
        values[0] = 1.0
        frame, n_dropped = sobol_indices(points(values, np.zeros((16, 3))), second_order=True, level=0.95, seed=1)
        assert (frame.empty, n_dropped) == (True, 2)


def test_the_same_study_gives_the_same_numbers() -> None:
    values = noisy(np.random.default_rng(6), n_blocks=32)
    assert found(values).equals(found(values))


@pytest.mark.slow
@pytest.mark.parametrize("is_common", [True, False])
def test_intervals_cover_the_exact_indices_nine_times_in_ten(is_common: bool) -> None:
    covered = []
    for number in range(300):
        rng = np.random.default_rng([13, number])
        frame = found(noisy(rng, n_blocks=256), is_common=is_common)
        covered.append((frame["low"] <= EXACT + 1e-4) & (frame["high"] >= EXACT - 1e-4))
    shares = np.mean(covered, axis=0)
    assert (shares > 0.9 - 4 * np.sqrt(0.9 * 0.1 / 300)).all()
