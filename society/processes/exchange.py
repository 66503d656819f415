"""Exchange: people tell their friends what they know, or keep it to themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from society.kernels import exchange as kernels
from society.kernels.maths import logistic
from society.kernels.memes import count_knowers
from society.kernels.philox import fill_uniform
from society.memes import BITS
from society.population import Array, Column
from society.processes.base import Process
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario

NOBODY = np.empty((0, 0), np.uint64)


class Exchange(Process):
    """People tell those who hear from them what they know, or keep it to themselves.

    Along each tie j → i, each item m that j knows and i does not passes with probability 1 − e^(−c s_m α τ_m w h).

    c is `contact`, w the tie's weight, α `adoption`, τ_m the item's transmissibility; exposures are independent
    (cascade). s_m is the willingness to share. Sincere people share alike everywhere. By interest it is logistic in
    [status − cost + λ (v_m(f + Δf) − v_m(f))] / T, f the share of people who know and Δf (`audience`) the share
    expected to hear of it in the end: so what loses value by being known is withheld, and what gains by it is
    told, and neither is written in by kind. λ = 0 is the null.

    Everybody hears what was known at the beginning of the step.

    References
    ----------
    Goldenberg, J., Libai, B., & Muller, E. (2001). Talk of the network. Marketing Letters 12, 211–223.
    """

    kind: ClassVar[str] = "exchange"
    along_ties: ClassVar[bool] = True
    may_read: ClassVar[tuple[str, ...]] = ("immune",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("knows", "Bit set of the items a person knows.", "u8", ("agent", "word")),
        Column("knew", "Bit set of the items known before the last exchange.", "u8", ("agent", "word")),
        Column(
            "learned_step",
            "Step in which an item was learnt last; -1 before the first.",
            "i4",
            ("agent", "slot"),
            default=-1,
            on_demand=True,
        ),
    )
    decisions: ClassVar[dict[str, str]] = {
        "first_holders": "who knows an item at the start",
        "telling": "whether an item passes along a tie",
    }

    share: Literal["interest", "sincere"] = parameter("interest", "Whether people weigh what sharing does to them.")
    contact: float = parameter(1.0, "Rate of contact along a tie of weight 1.", symbol="c", ge=0, unit="per year")
    willingness: float = parameter(1.0, "Probability of sharing when sincere.", ge=0, le=1)
    adoption: float = parameter(1.0, "Probability of taking up what one is told.", symbol="α", ge=0, le=1)
    status: float = parameter(0.0, "What telling gains in standing.")
    cost: float = parameter(3.0, "What telling costs in effort.")
    stake: float = parameter(4.0, "Weight of the change in one's own value.", symbol="λ", ge=0)
    audience: float = parameter(0.3, "Share of people expected to hear of it in the end.", symbol="Δf", ge=0, le=1)
    temperature: float = parameter(1.0, "Noise of the decision.", symbol="T", gt=0)

    def check(self, scenario: Scenario) -> list[str]:
        """There must be something to exchange."""
        return [] if scenario.memes else [": needs an item: add a [meme.*] or [meme_family.*] table"]

    def setup(self, model: Society) -> None:
        """Give each item its first holders: those who draw the smallest numbers."""
        knows, lot = model.population["knows"], np.empty(model.n_agents)
        for family, first in zip(model.memes.families, model.memes.first_slots, strict=False):
            key = model.streams.key(self.name, f"first_holders.{family.name}")
            n_holders = min(family.first_holders, model.n_agents)
            for item in range(family.n_items if n_holders else 0):
                fill_uniform(key, item, model.population["uid"], lot)
                holders = np.argpartition(lot, n_holders - 1)[:n_holders]
                slot = first + item
                knows[holders, slot // BITS] |= np.uint64(1 << slot % BITS)

    def step(self, model: Society) -> None:
        """Let everybody hear from their neighbours."""
        population, graph = model.population, model.graph
        knows, knows_next = population["knows"], population["knew"]
        kernels.hear(
            graph.indptr, graph.indices, graph.arc_weights, graph.heaviest,
            population["uid"], model.n_steps, model.memes.batches(model.streams, self.name, "telling"),
            self._hazard(model), knows, population.get("immune", NOBODY), knows_next,
        )  # fmt: skip
        if "learned_step" in population:
            kernels.note_learned(model.n_steps, knows, knows_next, population["learned_step"])
        population.swap("knows", "knew")

    def _hazard(self, model: Society) -> Array:
        """(n_slots,) rate a step at which each item passes along a tie of weight 1."""
        known = count_knowers(model.population["knows"], model.memes.n_slots) / model.n_agents
        return (
            self.contact
            * model.years_per_step
            * self.adoption
            * model.memes.transmissibility
            * self.willing(model, known)
        )

    def willing(self, model: Society, known: Array) -> Array:
        """(n_slots,) probability of sharing each item, for (n_slots,) shares of people who know it."""
        if self.share == "sincere":
            return np.full(len(known), self.willingness)
        gain = model.memes.values(known + self.audience) - model.memes.values(known)
        drive = (self.status - self.cost + self.stake * gain) / self.temperature
        return np.array([logistic(each) for each in drive.tolist()])
