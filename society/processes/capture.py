"""Capture: platforms reward people for becoming whoever serves the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.kernels import capture as kernels
from society.population import Array
from society.processes.base import Source
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Capture(Source):
    """Each platform p rewards its users' behaviour y for being near its target persona T_p.

    R_p(y) = −½ κ_p a_ip |y − T_p|² over the traits that the target names, a_ip the attention person i gives to p.
    The pull is no part of a person's own interest (ω = 0); what it does to that interest stands in the ledger.
    """

    kind: ClassVar[str] = "capture"
    reads: ClassVar[tuple[str, ...]] = ("attention",)

    power: float = parameter(1.0, "Multiplier of every platform's own power.", ge=0)
    interest: float = parameter(0.0, "Weight of this reward in a person's own interest.", symbol="ω")

    def rows(self, scenario: Scenario) -> tuple[str, ...]:
        """One row a platform."""
        return tuple(f"{self.name}.{platform}" for platform in scenario.platforms)

    def serves(self, row: str) -> str:
        """The platform that pulls."""
        return row.removeprefix(f"{self.name}.")

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """−½ κ a |at − T|²."""
        kernels.pull_reward(*self._pull(model, row, who), at, out)

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """κ a (T − at)."""
        kernels.pull_gradient(*self._pull(model, row, who), at, out)

    def _pull(self, model: Society, row: str, who: slice) -> tuple[Array, float, Array, Array]:
        platform = model.platforms[self.serves(row)]
        target = np.zeros(model.population.size("trait"))
        is_named = np.zeros(len(target), bool)
        for trait, value in platform.table.target.items():
            target[model.trait_index(trait)], is_named[model.trait_index(trait)] = value, True
        attention = model.population["attention"][model.options[platform.name]][who]
        return attention, self.power * platform.power, target, is_named
