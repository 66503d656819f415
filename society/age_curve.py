"""Age curves: how a quantity such as the learning rate goes with age, in one schema for whoever needs it.

A curve is a number (the same at any age), a list of points (log-linear between them) or a table of some kind.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, Discriminator, Field, Tag

from society.errors import InputError
from society.kernels import age_curve as kernels
from society.kernels.maths import log
from society.population import Array
from society.tables import Listed, Table, parameter

MOST = 1e6
"""Highest value of a curve: far beyond sense, and far below what single precision holds."""
LEAST = 1e-12
"""Lowest value of a point, which has a logarithm."""
OLDEST = 150.0
"""Highest age of a point, in years."""


class Shape(Table):
    """A curve over age a that is given by a formula."""

    @property
    def lowest(self) -> float:
        """The value below which it nowhere falls."""
        raise NotImplementedError

    def fill(self, age: Array, out: Array) -> None:
        """Write to out (n,) the value at each age (n,)."""
        raise NotImplementedError


class Bump(Shape):
    """f + b exp(−½ (log(a/p)/w)²), in the shape of a log-normal density: a steep rise, a peak, a long decline."""

    kind: Literal["bump"] = "bump"
    height: float = parameter(..., "Height above the floor at the peak.", symbol="b", ge=0, le=MOST)
    peak: float = parameter(15.0, "Age at the peak.", symbol="p", gt=0, le=OLDEST, unit="years")
    width: float = parameter(0.5, "Width, in units of the logarithm of age.", symbol="w", ge=0.001, le=100)
    floor: float = parameter(..., "Value far from the peak.", symbol="f", ge=0, le=MOST)

    @property
    def lowest(self) -> float:
        """The floor."""
        return self.floor

    def fill(self, age: Array, out: Array) -> None:
        """Write to out (n,) the value at each age (n,)."""
        kernels.log_normal_bump(age, self.height, self.peak, self.width, self.floor, out)


class Exponential(Shape):
    """f + (b − f) exp(−ρ a): from a start b at birth to a floor f."""

    kind: Literal["exponential"] = "exponential"
    start: float = parameter(..., "Value at birth.", symbol="b", ge=0, le=MOST)
    rate_decay: float = parameter(
        0.05, "Rate at which the distance from the floor decays.", symbol="ρ", ge=0, le=1000, unit="per year"
    )
    floor: float = parameter(0.0, "Value it tends to.", symbol="f", ge=0, le=MOST)

    @property
    def lowest(self) -> float:
        """The floor, or the start where it rises."""
        return min(self.start, self.floor)

    def fill(self, age: Array, out: Array) -> None:
        """Write to out (n,) the value at each age (n,)."""
        kernels.exponential_decline(age, self.start, self.rate_decay, self.floor, out)


type _Point = tuple[Annotated[float, Field(ge=0, le=OLDEST)], Annotated[float, Field(ge=LEAST, le=MOST)]]


def _rising(points: tuple[_Point, ...]) -> tuple[_Point, ...]:
    ages = [age for age, _ in points]
    if any(after <= before for before, after in pairwise(ages)):
        raise InputError(f"ages must rise, not {ages}")
    return points


def _form(curve: Any) -> str | None:
    """Which of the three forms a value is in, right or wrong."""
    if isinstance(curve, dict | Shape):
        return "table"
    if isinstance(curve, list | tuple):
        return "points"
    return "number" if isinstance(curve, int | float) and not isinstance(curve, bool) else None


AgeCurve = Annotated[
    Annotated[float, Field(ge=0, le=MOST), Tag("number")]
    | Annotated[Listed[tuple[_Point, ...]], Field(min_length=1), AfterValidator(_rising), Tag("points")]
    | Annotated[Annotated[Bump | Exponential, Field(discriminator="kind")], Tag("table")],
    Discriminator(
        _form,
        custom_error_type="age_curve",
        custom_error_message="must be a number, a list of points (age, value) or a table",
    ),
]
"""A curve over age as a scenario file gives it."""


def lowest(curve: AgeCurve) -> float:
    """The value below which a curve nowhere falls."""
    if isinstance(curve, Shape):
        return curve.lowest
    return min(value for _, value in curve) if isinstance(curve, tuple) else curve


def at_ages(curve: AgeCurve, age: Array, out: Array) -> None:
    """Write to out (n,) the value of a curve at each age (n,)."""
    if isinstance(curve, Shape):
        curve.fill(age, out)
    elif isinstance(curve, tuple):
        ages, values = zip(*curve, strict=True)
        kernels.log_linear(age, np.array(ages), np.array([log(value) for value in values]), out)
    else:
        out.fill(curve)
