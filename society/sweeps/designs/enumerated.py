"""Designs over the levels of their factors: every combination, or side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import ClassVar, Literal

from society.errors import InputError
from society.sweeps.designs.base import Design, Factors, Row
from society.tables import parameter


class Enumerated(Design):
    """A design over the levels of its factors."""

    def check(self, factors: Factors) -> list[str]:
        """Every factor must have levels."""
        found = []
        for path, factor in factors.items():
            try:
                factor.levels()
            except InputError as error:
                found += [f'factors."{path}"{problem}' for problem in error.problems]
        return found


class Grid(Enumerated):
    """Every combination of the levels of all factors, in the order of the file, the last factor fastest."""

    kind: ClassVar[str] = "grid"

    design: Literal["grid"] = parameter("grid", "Every combination of the levels of all factors.")

    def size(self, factors: Factors) -> int:
        """The product of the numbers of levels."""
        return math.prod(len(factor.levels()) for factor in factors.values())

    def draw(self, factors: Factors, *, seed: int) -> Iterator[Row]:
        """The Cartesian product; one row without labels if there are no factors."""
        for labels in product(*(factor.levels() for factor in factors.values())):
            yield dict(zip(factors, labels, strict=True))


class Zip(Enumerated):
    """The first levels of all factors together, then their second levels, and so on."""

    kind: ClassVar[str] = "zip"

    design: Literal["zip"] = parameter(..., "The levels of all factors side by side.")

    def size(self, factors: Factors) -> int:
        """The number of levels, the same for all factors."""
        return len(next(iter(factors.values())).levels()) if factors else 0

    def draw(self, factors: Factors, *, seed: int) -> Iterator[Row]:
        """The levels side by side."""
        for labels in zip(*(factor.levels() for factor in factors.values()), strict=True):
            yield dict(zip(factors, labels, strict=True))

    def check(self, factors: Factors) -> list[str]:
        """All factors must have levels, and as many as each other."""
        if found := super().check(factors):
            return found
        lengths = {path: len(factor.levels()) for path, factor in factors.items()}
        if len({*lengths.values()}) > 1:
            said = ", ".join(f"{path} has {n}" for path, n in lengths.items())
            return [f"factors: a zip design needs the same number of levels of all factors; {said}"]
        return []
