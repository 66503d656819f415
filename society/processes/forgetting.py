"""Forgetting: what is known is lost again, and now and then found anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.kernels import exchange as kernels
from society.population import Array, Column
from society.processes.base import Process
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society


class Forgetting(Process):
    """Everybody forgets each known item at `rate`, or after it has been with them for `active_for` steps.

    With `immunity` what was forgotten is never taken up again (SIR); without, it may be (SIS). Items are found anew by
    people who do not know them at the rate `rediscovery`.

    The order of a step is part of the model. After `exchange`, what was learnt in this very step is not yet lost, so
    that everybody can tell it at least once: with probabilities β of telling and γ of loss a step, an item passes along
    a tie with T = β/(1 − (1 − β)(1 − γ)), and `active_for` is the number of steps it can be told in. Before it, what is
    learnt may be lost before it is ever told: T = β(1 − γ)/(1 − (1 − β)(1 − γ)).

    References
    ----------
    Kermack, W. O., & McKendrick, A. G. (1927). A contribution to the mathematical theory of epidemics.
    Proceedings of the Royal Society A 115, 700–721.
    """

    kind: ClassVar[str] = "forgetting"
    reads: ClassVar[tuple[str, ...]] = ("knows", "knew")
    may_read: ClassVar[tuple[str, ...]] = ("immune",)
    adds_to: ClassVar[tuple[str, ...]] = ("knows", "learned_step")
    owns: ClassVar[tuple[Column, ...]] = (
        Column("immune", "Bit set of the items a person will not take up again.", "u8", ("agent", "word")),
        Column("{name}_hits", "Items lost or found in this step.", "u8", ("agent", "word"), is_scratch=True),
    )
    decisions: ClassVar[dict[str, str]] = {
        "loss": "whether one forgets an item",
        "rediscovery": "whether one finds an item by oneself",
    }

    rate: float = parameter(0.2, "Rate of forgetting each item.", ge=0, unit="per year")
    active_for: int | None = parameter(None, "Forget after this long instead of at a rate.", ge=1, unit="steps")
    immunity: bool = parameter(False, "Whether what was forgotten is never taken up again.")
    rediscovery: float = parameter(0.0, "Rate at which one finds an item by oneself.", ge=0, unit="per year")

    def inputs(self) -> tuple[str, ...]:
        """The time of learning is needed by a fixed duration only."""
        return (*self.reads, "learned_step") if self.active_for else self.reads

    def columns(self) -> tuple[Column, ...]:
        """The immune exist only with immunity."""
        return tuple(column for column in super().columns() if column.name != "immune" or self.immunity)

    def step(self, model: Society) -> None:
        """Lose items, then find some."""
        population = model.population
        knows, hits = population["knows"], population[f"{self.name}_hits"]
        unknown = ~knows & model.memes.all_items
        self._lose(model, knows, hits)
        knows &= ~hits
        if self.immunity:
            population["immune"] |= hits
        if "immune" in population:
            unknown &= ~population["immune"]
        if self.rediscovery:
            self._draw(model, "rediscovery", self.rediscovery, unknown)
            knows |= hits
            if "learned_step" in population:
                kernels.note_learned(model.n_steps, np.zeros_like(hits), hits, population["learned_step"])

    def _lose(self, model: Society, knows: Array, hits: Array) -> None:
        if self.active_for:
            kernels.expired(model.n_steps, self.active_for, model.population["learned_step"], knows, hits)
        else:
            self._draw(model, "loss", self.rate, knows & model.population["knew"] if self._is_after(model) else knows)

    def _is_after(self, model: Society) -> bool:
        """Whether this process comes after the exchange in a step."""
        order = [process.name for process in model.processes]
        return order.index(self.name) > order.index(model.population.owners["knows"])

    def _draw(self, model: Society, decision: str, rate: float, candidates: Array) -> None:
        population = model.population
        batches = model.memes.batches(model.streams, self.name, decision)
        hazard = np.full(model.memes.n_slots, rate * model.years_per_step)
        hits = population[f"{self.name}_hits"]
        kernels.flip(population["uid"], model.n_steps, batches, hazard, candidates, hits)
