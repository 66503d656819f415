"""Ageing: people grow older."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.kernels.philox import fill_uniform
from society.population import Column
from society.processes.base import Process

if TYPE_CHECKING:
    from society.model import Society


class Ageing(Process):
    """Everybody grows older by the length of a step.

    Initial ages are uniform between `population.age_low` and `population.age_high`: age' = age + h.
    """

    kind: ClassVar[str] = "ageing"
    owns: ClassVar[tuple[Column, ...]] = (Column("age", "Age of the person.", "f8", unit="years", low=0),)
    decisions: ClassVar[dict[str, str]] = {"age": "how old one is at the start"}

    def setup(self, model: Society) -> None:
        """Draw initial ages."""
        table = model.scenario.population
        age = np.empty(model.n_agents)
        fill_uniform(model.streams.key(self.name, "age"), 0, model.population["uid"], age)
        model.population["age"][:] = table.age_low + (table.age_high - table.age_low) * age

    def step(self, model: Society) -> None:
        """Add one step to every age."""
        model.population["age"] += model.years_per_step
