"""Ageing: people grow older."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.kernels.philox import fill_uniform
from society.population import Column, Rows
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

    def born(self, model: Society, who: Rows) -> None:
        """Draw initial ages."""
        table, uid = model.scenario.population, model.population["uid"][who]
        age = np.empty(len(uid))
        fill_uniform(model.streams.key(self.name, "age"), 0, uid, age)
        model.population["age"][who] = table.age_low + (table.age_high - table.age_low) * age

    def step(self, model: Society) -> None:
        """Add one step to every age."""
        model.population["age"] += model.years_per_step
