"""Deffuant: people meet in pairs, and those who are not too different compromise."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from society.errors import InputError
from society.kernels import deffuant as kernels
from society.population import Column
from society.processes.base import Rule
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society


class Deffuant(Rule):
    """People meet along their ties, two at a time, and both move towards each other if they are near enough.

    This is bounded confidence by pairs: x_i' = x_i + μ (x_j − x_i) and x_j' = x_j + μ (x_i − x_j) if |x_i − x_j| < ε.
    The mean over people stays what it is. Along each tie of weight a people meet at the rate c a, of each person's
    meetings in a step the first takes place if it is the first of the other as well: so that pairs are disjoint, and
    short steps give the meetings one at a time of Deffuant et al. (2000). People do not meet along ties of weight
    below 0. The synchronous form, in which all average at once, is `influence` with `neighbours = "within"`.

    References
    ----------
    Deffuant, G., Neau, D., Amblard, F., & Weisbuch, G. (2000). Mixing beliefs among interacting agents. Advances in
    Complex Systems 3, 87–98.
    """

    kind: ClassVar[str] = "deffuant"
    update: ClassVar[Literal["synchronous", "matching", "sequential"]] = "matching"
    along_ties: ClassVar[bool] = True
    owns: ClassVar[tuple[Column, ...]] = (
        Column(
            "{name}_partner", "Row of whom one would meet first in this step; -1 for nobody.", "i4", is_scratch=True
        ),
    )
    decisions: ClassVar[dict[str, str]] = {"meeting": "when two who are tied meet"}

    confidence: float = parameter(
        1.0, "Distance in traits from which on two do not move each other.", symbol="ε", ge=0, le=1e6
    )
    convergence: float = parameter(
        0.5, "Share of their distance that each moves; at 0.5 they agree.", symbol="μ", ge=0, le=0.5
    )
    contact: float = parameter(
        1.0, "Rate of meeting along a tie of weight 1.", symbol="c", ge=0, le=1e6, unit="per year"
    )

    def tied(self, model: Society) -> None:
        """Refuse ties that run one way: who is moved by another moves them."""
        if model.graph.directed:
            said = f"process.{self.name}: needs a graph whose ties run both ways, not a directed one"
            raise InputError(said).within(model.scenario.source)

    def step(self, model: Society) -> None:
        """Let pairs meet."""
        population, graph = model.population, model.graph
        partner, traits = population[f"{self.name}_partner"], population["traits"]
        kernels.first_to_meet(
            model.streams.key(self.name, "meeting"), model.n_steps, self.contact * model.years_per_step, graph.heaviest,
            graph.indptr, graph.indices, graph.arc_weights, population["uid"], partner,
        )  # fmt: skip
        out = population["displacement"][model.directs[self.name]]
        kernels.approach(self.convergence, self.confidence, partner, traits, out)
