"""Income: what one knows pays, the more the better one's behaviour uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.kernels import income as kernels
from society.kernels.memes import count_knowers
from society.kernels.philox import fill_normal
from society.population import Array, Column, Population
from society.processes.base import Source
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society


class Income(Source):
    """Every item m a person knows pays v_m(f) (1 + y·c_m) a year, f the share of people who know it.

    The unit vector c_m is the item's content: the direction of behaviour that makes use of it. Behaviour at the
    origin earns the item's value, behaviour that leans towards its content more. Income adds up to wealth; as a
    reward, multiplied by `strength`, it shapes personality towards what one knows.
    """

    kind: ClassVar[str] = "income"
    reads: ClassVar[tuple[str, ...]] = ("traits", "knows")
    may_read: ClassVar[tuple[str, ...]] = ("trial",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("wealth", "Income added up since the start.", unit="value"),
        Column("item_content", "Direction of behaviour that uses each item.", "f8", ("slot", "trait")),
        Column("income_base", "Value of all one knows.", unit="value per year", is_scratch=True),
        Column("income_slope", "Gain in income a unit of trait.", dims=("trait", "agent"), is_scratch=True),
    )
    decisions: ClassVar[dict[str, str]] = {"content": "what behaviour makes use of an item"}

    strength: float = parameter(0.02, "Reward a unit of yearly income.", ge=0)

    def setup(self, model: Society) -> None:
        """Draw the content of items that the scenario leaves open."""
        content = model.population["item_content"]
        for family, first in zip(model.memes.families, model.memes.first_slots, strict=False):
            drawn = np.zeros((family.n_items, content.shape[1]))
            if family.content:
                for trait, value in family.content.items():
                    drawn[:, model.trait_index(trait)] = value
            else:
                key = model.streams.key(self.name, f"content.{family.name}")
                fill_normal(key, 0, np.arange(family.n_items, dtype="i4"), drawn)
            length = np.sqrt((drawn * drawn).sum(axis=1, keepdims=True))
            content[first : first + family.n_items] = drawn / np.where(length > 0, length, 1)

    def step(self, model: Society) -> None:
        """Value what everybody knows at the present number of knowers, and pay for the behaviour tried."""
        population, memes = model.population, model.memes
        base, slope = population["income_base"], population["income_slope"]
        value = memes.values(count_knowers(population["knows"], memes.n_slots) / model.n_agents)
        kernels.tally(population["knows"], *self._by_pattern(population, value), base, slope)
        behaviour = population["trial"] if "trial" in population else population["traits"]
        kernels.earn(base, slope, model.years_per_step, behaviour, population["wealth"])

    def _by_pattern(self, population: Population, value: Array) -> tuple[Array, Array]:
        """What each pattern of eight items pays: its base and its slope."""
        content, n_bytes = population["item_content"], -(-len(value) // 8)
        base, slope = np.empty((n_bytes, 256)), np.empty((n_bytes, 256, content.shape[1]))
        kernels.pattern_sums(value, content, base, slope)
        return base, slope

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """Strength times yearly income."""
        population = model.population
        base, slope = population["income_base"], population["income_slope"]
        kernels.income_reward(who.start, base, slope, self.strength, at, out)

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """Strength times the gain in income a unit of trait."""
        kernels.income_gradient(who.start, model.population["income_slope"], self.strength, out)
