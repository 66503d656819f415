"""Attractors, saddles and barriers against roots, closed forms and published places."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from society.basins import Surface, find_basins
from society.errors import InputError
from tests.basins.surfaces import FOLD, double_well, gradient_society, himmelblau, ring, waves

FIELDS = [0.0, 0.1, -0.25, 0.38]


def roots(field: float) -> np.ndarray:
    """Rising real roots of x³ − x = f."""
    found = np.roots([1.0, 0.0, -1.0, -field])
    return np.sort(found[np.abs(found.imag) < 1e-9].real)


class TestDoubleWell:
    @pytest.mark.parametrize("field", FIELDS)
    def test_attractors_are_the_outer_roots(self, field: float) -> None:
        assert find_basins(double_well(field)).places[:, 0] == pytest.approx(roots(field)[[0, 2]], abs=1e-9)

    @pytest.mark.parametrize("field", FIELDS)
    def test_the_saddle_is_the_middle_root(self, field: float) -> None:
        assert find_basins(double_well(field)).saddles[:, 0] == pytest.approx(roots(field)[[1]], abs=1e-9)

    @pytest.mark.parametrize("field", FIELDS)
    def test_curvatures_are_one_less_three_squares(self, field: float) -> None:
        basins, (left, middle, right) = find_basins(double_well(field)), 1 - 3 * roots(field) ** 2
        assert basins.curvatures[:, 0] == pytest.approx([left, right], abs=1e-6)
        assert basins.saddle_curvatures[:, 0] == pytest.approx([middle], abs=1e-6)

    def test_the_barrier_is_a_quarter_without_a_field(self) -> None:
        assert find_basins(double_well()).barriers == pytest.approx(np.array([[0, 0.25], [0.25, 0]]), abs=1e-12)

    def test_the_saddle_joins_both(self) -> None:
        assert find_basins(double_well()).joins.tolist() == [[0, 1]]

    @pytest.mark.parametrize(("field", "expected"), [(FOLD - 1e-4, 2), (FOLD + 1e-4, 1), (1e-4 - FOLD, 2), (-1.0, 1)])
    def test_one_attractor_is_lost_at_the_fold(self, field: float, expected: int) -> None:
        assert len(find_basins(double_well(field))) == expected

    @pytest.mark.parametrize("field", FIELDS)
    def test_the_border_of_the_basins_is_the_middle_root(self, field: float) -> None:
        points = np.random.default_rng(1).uniform(-3, 3, 1000)
        number = find_basins(double_well(field)).basin_of(points[:, None])
        assert number.tolist() == (points > roots(field)[1]).astype(int).tolist()

    def test_who_stands_on_the_border_is_in_no_basin(self) -> None:
        assert find_basins(double_well()).basin_of([[0.0], [1e-6], [-1e-6]]).tolist() == [-1, 1, 0]


class TestSurfacesOfTwoTraits:
    def test_the_maxima_are_those_published_of_himmelblau(self) -> None:
        """Himmelblau (1972), Applied nonlinear programming."""
        expected = [[-3.779310, -3.283186], [-2.805118, 3.131312], [3.0, 2.0], [3.584428, -1.848126]]
        assert find_basins(himmelblau()).places == pytest.approx(np.array(expected), abs=1e-6)

    def test_the_saddles_are_those_of_himmelblau(self) -> None:
        basins = find_basins(himmelblau())
        expected = [[-3.073026, -0.081353], [-0.127961, -1.953715], [0.086678, 2.884255], [3.385154, 0.073852]]
        assert basins.saddles == pytest.approx(np.array(expected), abs=1e-6)
        assert basins.joins.tolist() == [[0, 1], [0, 3], [1, 2], [2, 3]]

    def test_a_way_that_starts_on_a_ridge_leaves_it(self) -> None:
        """Maxima at (±√(1+ε), 0), saddles (0, ±1) at R = 0: the barrier is ε/2 + ε²/4, though 1/4 more straight on."""
        basins = find_basins(ring(0.2))
        assert basins.places == pytest.approx(np.array([[-np.sqrt(1.2), 0], [np.sqrt(1.2), 0]]), abs=1e-9)
        assert basins.barriers[0, 1] == pytest.approx(0.1 + 0.01, abs=1e-9)


class TestBarriers:
    def test_the_best_way_goes_through_other_basins(self) -> None:
        """R = cos x + t x has maxima at asin t + 2πk, minima at π − asin t + 2πk."""
        basins, angle = find_basins(waves(0.1)), np.arcsin(0.1)
        climb = 2 * np.sqrt(1 - 0.01) - 0.1 * (np.pi - 2 * angle)
        assert basins.places[:, 0] == pytest.approx(angle + 2 * np.pi * np.arange(3))
        assert basins.barriers[0] == pytest.approx([0.0, climb, climb])
        assert basins.barriers[2] == pytest.approx([climb + 0.4 * np.pi, climb + 0.2 * np.pi, 0.0])

    def test_an_attractor_alone_has_no_barrier(self) -> None:
        assert find_basins(double_well(1.0)).barriers.tolist() == [[0.0]]


class TestWells:
    @pytest.mark.parametrize("apart", [1.2, 1.5, 2.5])
    def test_two_wells_attract_at_the_roots_of_their_equation(self, apart: float) -> None:
        """Centres (±c, 0) and w = 1: attractors solve x = c tanh(c x); the barrier is τ (log cosh cx − x²/2)."""
        model = gradient_society(
            {"kind": "wells", "centres": [[-apart, 0.0], [apart, 0.0]], "temperature": 2.0}, traits=("first", "second")
        )
        basins = find_basins(Surface.from_environment(model, "home"))
        x = brentq(lambda x: x - apart * np.tanh(apart * x), 0.1, apart + 1, xtol=1e-14)
        assert basins.places == pytest.approx(np.array([[-x, 0.0], [x, 0.0]]), abs=1e-6)
        assert basins.barriers[0, 1] == pytest.approx(2.0 * (np.log(np.cosh(apart * x)) - x * x / 2), rel=1e-6)
        assert basins.saddle_curvatures == pytest.approx(np.array([[-2.0, 2.0 * (apart**2 - 1)]]), rel=1e-5)

    def test_two_wells_within_a_width_are_one_basin(self) -> None:
        model = gradient_society({"kind": "wells", "centres": [[-0.99], [0.99]]})
        assert find_basins(Surface.from_environment(model, "home")).places == pytest.approx(np.zeros((1, 1)), abs=1e-6)

    def test_far_wells_of_many_traits_attract_at_their_centres(self) -> None:
        centres = 8 * np.eye(8)
        model = gradient_society({"kind": "wells", "centres": centres.tolist()}, traits=tuple("abcdefgh"))
        basins = find_basins(Surface.from_environment(model, "home"))
        assert basins.places == pytest.approx(centres[::-1], abs=1e-6)
        assert len(basins.saddles) == 28

    def test_a_strong_endowment_lowers_what_other_wells_pay(self) -> None:
        """R at a far centre b is τ (log π_b + k u·s_b)."""
        model = gradient_society({"kind": "wells", "centres": [[-5.0], [5.0]], "endowment_gain": 2.0})
        model.population["well_direction"][0, :, 0] = [-2.0, 2.0]
        heights = find_basins(Surface.from_environment(model, "home", endowment=[0.5])).heights
        assert heights[1] - heights[0] == pytest.approx(0.992 * 2.0, rel=1e-6)


class TestEscape:
    def test_the_double_well_escapes_in_kramers_time(self) -> None:
        """2π/√(2·1) e^(1/4T) = π√2 e^(1/4T), a rate η times as fast."""
        time = find_basins(double_well()).escape_time(0, temperature=0.05, rate=2.0)
        assert time == pytest.approx(np.pi * np.sqrt(2) * np.exp(5.0) / 2, rel=1e-6)

    def test_with_two_saddles_one_escapes_twice_as_fast(self) -> None:
        basins = find_basins(waves(0.0))
        outer, middle = (basins.escape_time(number, temperature=0.3) for number in (0, 1))
        assert outer / middle == pytest.approx(2.0, rel=1e-6)

    def test_who_has_nowhere_to_go_stays(self) -> None:
        assert find_basins(double_well(1.0)).escape_time(0, temperature=1.0) == np.inf

    def test_an_attractor_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(InputError, match="attractor = 2: must be between 0 and 1"):
            find_basins(double_well()).escape_time(2, temperature=1.0)

    def test_a_temperature_of_0_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"temperature = 0\.0"):
            find_basins(double_well()).escape_time(0, temperature=0.0)


class TestNothingToFind:
    def test_a_flat_surface_has_no_attractor(self) -> None:
        flat = Surface(lambda x: np.zeros(len(x)), np.zeros_like, np.linspace(-1, 1, 8)[:, None])
        assert len(find_basins(flat)) == 0

    def test_a_slope_without_end_has_no_attractor(self) -> None:
        slope = Surface(lambda x: x[:, 0], np.ones_like, np.linspace(-1, 1, 8)[:, None])
        assert len(find_basins(slope)) == 0

    def test_a_line_of_maxima_is_no_attractor(self) -> None:
        ridge = Surface(
            lambda x: -(x[:, 0] ** 2) / 2, lambda x: x * [-1.0, 0.0], np.random.default_rng(1).normal(size=(8, 2))
        )
        assert len(find_basins(ridge)) == 0

    @pytest.mark.parametrize("starts", [np.zeros(3), np.empty((0, 1)), np.array([[np.nan]])])
    def test_starts_that_are_no_points_are_refused(self, starts: np.ndarray) -> None:
        with pytest.raises(InputError, match="starts: must be finite"):
            find_basins(Surface(lambda x: x[:, 0], np.ones_like, starts))
