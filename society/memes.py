"""Memes: items of information, their value to those who know them, and their places in the bit sets.

The three kinds differ in nothing but the default of their value curve v(f), f the share of people who know the
item: invariant constant, cooperative rising, competitive falling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from society.kernels.exchange import TOGETHER
from society.kernels.memes import item_values
from society.population import Array
from society.tables import Named, Table, parameter

if TYPE_CHECKING:
    from society.scenario import Scenario
    from society.streams import Streams

BITS = 64
"""Items in a word of the bit set of what a person knows."""
BATCH = TOGETHER
"""Items of a family whose clocks are drawn together, at most."""


class Curve(Table):
    """How the value of an item depends on the share f of people who know it."""

    code: ClassVar[int]
    """What the kernel knows it by."""
    base: float = parameter(1.0, "Value v₀ to the first or the last knower, where the curve is 1.", symbol="v₀", ge=0)

    def shape(self) -> tuple[float, float]:
        """The curve's own parameters, for the kernel."""
        return 0.0, 0.0


class Constant(Curve):
    """v₀: worth the same however many know it."""

    code: ClassVar[int] = 0
    curve: Literal["constant"] = "constant"


class Power(Curve):
    """v₀ f^a with a whole number a: worth more the more know it."""

    code: ClassVar[int] = 1
    curve: Literal["power"] = "power"
    exponent: int = parameter(1, "Exponent a.", ge=1, le=16)

    def shape(self) -> tuple[float, float]:
        """The exponent."""
        return float(self.exponent), 0.0


class Threshold(Curve):
    """v₀ if f is at least the critical mass, else 0."""

    code: ClassVar[int] = 2
    curve: Literal["threshold"] = "threshold"
    critical_mass: float = parameter(0.25, "Share of knowers below which it is worth nothing.", ge=0, le=1)

    def shape(self) -> tuple[float, float]:
        """The critical mass."""
        return self.critical_mass, 0.0


class Logistic(Curve):
    """v₀ times a logistic in f, scaled to be 0 at f = 0 and 1 at f = 1."""

    code: ClassVar[int] = 3
    curve: Literal["logistic"] = "logistic"
    critical_mass: float = parameter(0.25, "Share of knowers at which it gains value fastest.", ge=0, le=1)
    width: float = parameter(0.1, "Width of the rise.", ge=0.005, le=10)

    def shape(self) -> tuple[float, float]:
        """The critical mass and the width."""
        return self.critical_mass, self.width


class Exponential(Curve):
    """v₀ e^(−f/s): worth less the more know it."""

    code: ClassVar[int] = 4
    curve: Literal["exponential"] = "exponential"
    scale: float = parameter(0.1, "Share of knowers at which it has lost all but 1/e of its value.", symbol="s", gt=0)

    def shape(self) -> tuple[float, float]:
        """The scale."""
        return self.scale, 0.0


class Crowding(Curve):
    """v₀ / (1 + f/s): knowers share a pie."""

    code: ClassVar[int] = 5
    curve: Literal["crowding"] = "crowding"
    scale: float = parameter(0.1, "Share of knowers at which its value is halved.", symbol="s", gt=0)

    def shape(self) -> tuple[float, float]:
        """The scale."""
        return self.scale, 0.0


class Scarcity(Curve):
    """v₀ (1 − f)^a with a whole number a: worthless once everybody knows."""

    code: ClassVar[int] = 6
    curve: Literal["scarcity"] = "scarcity"
    exponent: int = parameter(1, "Exponent a.", ge=1, le=16)

    def shape(self) -> tuple[float, float]:
        """The exponent."""
        return float(self.exponent), 0.0


AnyCurve = Annotated[
    Constant | Power | Threshold | Logistic | Exponential | Crowding | Scarcity, Field(discriminator="curve")
]
KINDS: dict[str, Curve] = {"invariant": Constant(), "cooperative": Power(), "competitive": Exponential()}
"""The kinds of information and the value curve each has unless told otherwise."""


class Information(Named):
    """What a single item and a family of items have in common."""

    kind: Literal["invariant", "cooperative", "competitive"] = parameter(
        ..., "What more knowers do to its value: nothing, raise it, lower it."
    )
    value: AnyCurve | None = parameter(None, "Its value to a knower; by default the curve of its kind.")
    transmissibility: float = parameter(1.0, "Multiplier of the rate at which it is told.", ge=0)
    first_holders: int = parameter(8, "How many people know it at the start.", ge=0, unit="persons")
    content: dict[str, float] = parameter(
        default={}, description="Direction in trait space that makes use of it; drawn for each item if empty."
    )

    @property
    def curve(self) -> Curve:
        """The value curve in force."""
        return self.value or KINDS[self.kind]

    def check(self, scenario: Scenario) -> list[str]:
        """Content names traits."""
        return [problem for trait in self.content for problem in scenario.population.check_trait("content", trait)]


class MemeTable(Information):
    """One item of information."""

    n_items: ClassVar[int] = 1


class MemeFamily(Information):
    """Several items alike, which differ in who knows them and in what behaviour they pay."""

    n_items: int = parameter(12, "How many items.", ge=1, le=4096)


type AnyMeme = MemeTable | MemeFamily


@dataclass(frozen=True)
class Memes:
    """All items of a society, each at a fixed slot of the bit sets.

    Draws are keyed by family name and number within the family, so another family changes none of them.
    """

    families: tuple[AnyMeme, ...]

    @cached_property
    def first_slots(self) -> tuple[int, ...]:
        """First slot of each family, and one past the last slot of all."""
        return tuple(accumulate((family.n_items for family in self.families), initial=0))

    @property
    def n_slots(self) -> int:
        """How many slots there are, one an item."""
        return self.first_slots[-1]

    @property
    def n_words(self) -> int:
        """64-bit words a person's knowledge takes."""
        return -(-self.n_slots // BITS)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name of each slot: the family's, with the item's number if it is a family."""
        return tuple(
            f"{family.name}.{item}" if isinstance(family, MemeFamily) else family.name
            for family in self.families
            for item in range(family.n_items)
        )

    def per_slot(self, values: Sequence[float], dtype: str = "f8") -> Array:
        """(n_slots,) array holding each family's value at its items."""
        return np.repeat(np.array(values, dtype), [family.n_items for family in self.families])

    @cached_property
    def all_items(self) -> Array:
        """(n_words,) bit set of all items."""
        words = [(1 << min(BITS, self.n_slots - first)) - 1 for first in range(0, self.n_slots, BITS)]
        return np.array(words, "u8")

    @cached_property
    def transmissibility(self) -> Array:
        """(n_slots,) multiplier of the rate at which each item is told."""
        return self.per_slot([family.transmissibility for family in self.families])

    def of_kind(self, kind: str) -> Array:
        """(n_slots,) boolean: which slots hold an item of that kind."""
        return self._kinds[kind]

    @cached_property
    def _kinds(self) -> dict[str, Array]:
        return {kind: self.per_slot([family.kind == kind for family in self.families], "?") for kind in KINDS}

    def batches(self, streams: Streams, instance: str, decision: str) -> Array:
        """(n_batches, 4) Philox key, number within the family, first slot and size of each batch of items.

        What a decision of a process draws for a batch depends on the family's name and the number only.
        """
        rows = [
            (streams.key(instance, f"{decision}.{family.name}"), number, first + at, min(BATCH, family.n_items - at))
            for family, first in zip(self.families, self.first_slots, strict=False)
            for number, at in enumerate(range(0, family.n_items, BATCH))
        ]
        return np.array(rows, "u8").reshape(-1, 4)

    def values(self, share: Array) -> Array:
        """Value v(f) to a knower of each slot's item, for (n_slots,) shares of knowers."""
        out = np.empty(self.n_slots)
        item_values(*self._curves, share, out)
        return out

    @cached_property
    def _curves(self) -> tuple[Array, ...]:
        """(n_slots,) code, base and two shape parameters of each item's value curve."""
        curves = [family.curve for family in self.families]
        return (
            self.per_slot([curve.code for curve in curves], "i4"),
            self.per_slot([curve.base for curve in curves]),
            self.per_slot([curve.shape()[0] for curve in curves]),
            self.per_slot([curve.shape()[1] for curve in curves]),
        )
