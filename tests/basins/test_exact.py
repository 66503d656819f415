"""Mean first-passage times and thresholds of pushes against closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import erf

from society.basins import find_basins, mean_first_passage, push_threshold
from society.errors import InputError
from society.population import Array
from tests.basins.surfaces import double_well


def flat(x: Array) -> Array:
    return np.zeros_like(x)


def slope(x: Array) -> Array:
    return 0.7 * x


def parabola(x: Array) -> Array:
    return -1.5 * x**2 / 2


def drift(x: Array) -> Array:
    """Gradient of the double well."""
    return x - x**3


def flowed(x: Any, time: float) -> Any:
    """dx/dt = x − x³ after a time: a Bernoulli equation."""
    return x * np.exp(time) / np.sqrt(1 + x**2 * np.expm1(2 * time))


class TestFirstPassage:
    def test_without_reward_it_is_that_of_free_diffusion_between_walls(self) -> None:
        """(b − x)(b + x − 2a)/2D with D = ηT."""
        time = mean_first_passage(flat, 0.5, 2.0, temperature=0.6, rate=0.5, wall=-1.0)
        assert time == pytest.approx(1.5 * 4.5 / (2 * 0.3), rel=1e-9)

    def test_on_a_slope_it_is_the_way_over_the_drift(self) -> None:
        assert mean_first_passage(slope, -1.0, 2.0, temperature=0.3, rate=2.0) == pytest.approx(3 / 1.4, rel=1e-9)

    @pytest.mark.parametrize("to", [1.0, 3.0])
    def test_in_a_parabola_it_is_that_of_ornstein_and_uhlenbeck(self, to: float) -> None:
        """(√π/ηk) ∫ e^{u²} (1 + erf u) du from x√(k/2T) to b√(k/2T)."""
        unit = np.sqrt(1.5 / (2 * 0.4))
        integral = quad(lambda u: np.exp(u * u) * (1 + erf(u)), -0.5 * unit, to * unit, epsabs=0, epsrel=1e-12)[0]
        time = mean_first_passage(parabola, -0.5, to, temperature=0.4, rate=0.3)
        assert time == pytest.approx(np.sqrt(np.pi) / (0.3 * 1.5) * integral, rel=1e-8)

    def test_the_way_down_is_the_mirror_image_of_the_way_up(self) -> None:
        there = mean_first_passage(double_well(0.1).along(0), -1.0, 1.0, temperature=0.1)
        back = mean_first_passage(double_well(-0.1).along(0), 1.0, -1.0, temperature=0.1)
        assert back == pytest.approx(there, rel=1e-9)

    def test_a_wall_above_holds_who_goes_down(self) -> None:
        up = mean_first_passage(flat, 0.0, 1.0, temperature=1.0, wall=-2.0)
        assert mean_first_passage(flat, 0.0, -1.0, temperature=1.0, wall=2.0) == pytest.approx(up)

    def test_a_deep_well_takes_kramers_time_and_more_as_it_is_warm(self) -> None:
        """The ratio to Kramers' time is 1 + O(T)."""
        surface = double_well()
        basins, temperatures = find_basins(surface), (0.04, 0.02, 0.01, 0.001)
        excess = [
            mean_first_passage(surface.along(0), -1.0, 1.0, temperature=t) / basins.escape_time(0, temperature=t) - 1
            for t in temperatures
        ]
        assert excess[1] / excess[0] == pytest.approx(0.5, abs=0.1)
        assert excess[2] / excess[1] == pytest.approx(0.5, abs=0.05)
        assert abs(excess[3]) < 0.005

    def test_who_is_there_needs_no_time(self) -> None:
        assert mean_first_passage(slope, 1.0, 1.0, temperature=1.0) == 0.0

    def test_a_surface_that_does_not_fall_needs_a_wall(self) -> None:
        with pytest.raises(InputError, match="give a wall"):
            mean_first_passage(slope, 1.0, 0.0, temperature=1.0)

    def test_a_wall_on_the_way_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"wall = 0\.5: must stand behind the start 0\.0"):
            mean_first_passage(flat, 0.0, 1.0, temperature=1.0, wall=0.5)

    @pytest.mark.parametrize("values", [{"temperature": 0.0}, {"temperature": 1.0, "rate": -1.0}])
    def test_what_must_be_above_0_is_checked(self, values: dict[str, float]) -> None:
        with pytest.raises(InputError, match="must be above 0"):
            mean_first_passage(slope, 0.0, 1.0, **values)


class TestPushes:
    @pytest.mark.parametrize("every", [0.05, 0.5, 2.0])
    def test_the_threshold_is_the_most_that_the_flow_undoes(self, every: float) -> None:
        x = np.linspace(-1, 0, 1_000_001)
        expected = (x - flowed(x, every)).max()
        assert push_threshold(drift, -1.0, 0.0, every=every) == pytest.approx(expected, rel=1e-8)

    def test_frequent_pushes_must_beat_the_greatest_slope(self) -> None:
        """δ/τ tends to max (x³ − x) = 2/(3√3), the fold."""
        assert push_threshold(drift, -1.0, 0.0, every=1e-4) / 1e-4 == pytest.approx(2 / (3 * np.sqrt(3)), rel=1e-3)

    def test_rare_pushes_must_reach_the_saddle_at_once(self) -> None:
        assert push_threshold(drift, -1.0, 0.0, every=30.0) == pytest.approx(1.0, rel=1e-7)

    def test_the_other_well_is_left_alike(self) -> None:
        left, right = (push_threshold(drift, side, 0.0, every=0.5) for side in (-1.0, 1.0))
        assert right == pytest.approx(left, rel=1e-8)

    def test_a_faster_learner_undoes_as_much_in_less_time(self) -> None:
        slow = push_threshold(drift, -1.0, 0.0, every=1.0)
        assert push_threshold(drift, -1.0, 0.0, every=0.25, rate=4.0) == pytest.approx(slow, rel=1e-8)

    def test_steps_tend_to_continuous_time_as_their_square(self) -> None:
        """Euler's step is off by −½ h R' ln(R'(φ(x))/R'(x)) to first order, which is 0 where x − φ(x) is greatest."""
        exact = push_threshold(drift, -1.0, 0.0, every=0.5)
        off = [push_threshold(drift, -1.0, 0.0, every=0.5, step=h) - exact for h in (0.05, 0.025)]
        assert off[1] / off[0] == pytest.approx(0.25, abs=0.01)

    @pytest.mark.parametrize(("size", "escapes"), [(1 - 1e-4, False), (1 + 1e-4, True)])
    @pytest.mark.parametrize("every", [0.1, 1.0])
    def test_pushes_just_above_it_escape_and_just_below_never_do(
        self, every: float, size: float, escapes: bool
    ) -> None:
        x, push = -1.0, size * push_threshold(drift, -1.0, 0.0, every=every)
        for _ in range(20_000):
            x = flowed(x, every) + push
            if x > 1:
                break
        assert (x > 0) == escapes

    def test_a_course_that_is_no_multiple_of_the_step_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"every = 0\.5: must be a multiple of step = 0\.3"):
            push_threshold(drift, -1.0, 0.0, every=0.5, step=0.3)
