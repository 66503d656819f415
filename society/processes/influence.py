"""Influence: people become like those they hear from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from society.kernels import influence as kernels
from society.kernels.philox import fill_pairs
from society.population import Array, Column
from society.processes.base import Source
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Influence(Source):
    """People are drawn to the mean m of their neighbours, or of the k closest of them.

    With `scaled_by = "plasticity"` likeness is rewarded, R(y) = −½ ρ |y − m|², and works through learning. With
    `scaled_by = "direct"` the rule of DeGroot (1974) is applied as it is, once a step whatever its length:
    x' = (w x + Σ_j a_j x_j) / (w + Σ_j a_j), w the weight of oneself.

    The closest are friends for good (`closest_by = "tie"`: the heaviest ties, equal ones by lot once) or those
    most alike at the moment (`closest_by = "traits"`). Who has no neighbours is not influenced.

    References
    ----------
    DeGroot, M. H. (1974). Reaching a consensus. Journal of the American Statistical Association 69, 118–121.
    """

    kind: ClassVar[str] = "influence"
    along_ties: ClassVar[bool] = True
    reads: ClassVar[tuple[str, ...]] = ("traits",)
    adds_to: ClassVar[tuple[str, ...]] = ("reward", "displacement")
    owns: ClassVar[tuple[Column, ...]] = (
        Column("{name}_norm", "Mean of those one looks to.", dims=("agent", "trait"), is_scratch=True),
    )
    decisions: ClassVar[dict[str, str]] = {"closest": "which of equally heavy ties are the closest"}

    rule: Literal["degroot"] = parameter("degroot", "Form of the influence.")
    neighbours: Literal["all", "closest"] = parameter("all", "Whom one looks to.")
    k: int = parameter(5, "How many are closest.", ge=1, le=1000)
    closest_by: Literal["tie", "traits"] = parameter(
        "tie", "What makes a friend close: weight of the tie, or likeness."
    )
    scaled_by: Literal["plasticity", "direct"] = parameter("plasticity", "A reward to learn from, or the rule itself.")
    strength: float = parameter(0.3, "Curvature of the reward for likeness.", symbol="ρ", ge=0)
    self_weight: float = parameter(0.0, "Weight of oneself in the mean, in ties.", ge=0)
    interest: float = parameter(0.0, "Weight of this reward in a person's own interest.", symbol="ω")

    def rows(self, scenario: Scenario) -> tuple[str, ...]:
        """One reward, unless the rule is applied directly."""
        return (self.name,) if self.scaled_by == "plasticity" else ()

    def direct_rows(self) -> tuple[str, ...]:
        """One displacement if the rule is applied directly."""
        return (self.name,) if self.scaled_by == "direct" else ()

    def tied(self, model: Society) -> None:
        """Choose the closest friends, where ties decide who they are."""
        if self.neighbours == "closest" and self.closest_by == "tie":
            graph, uid = model.graph, model.population["uid"]
            lot = np.empty(graph.n_arcs)
            fill_pairs(model.streams.key(self.name, "closest"), graph.indptr, graph.indices, uid, lot)
            model.graphs[self.name] = graph.k_strongest(self.k, lot)

    def step(self, model: Society) -> None:
        """Find the mean of those everybody looks to; where the rule is applied directly, ask for the displacement."""
        population = model.population
        norm, traits = population[f"{self.name}_norm"], population["traits"]
        graph = model.graphs.get(self.name, model.graph)
        if self.neighbours == "closest" and self.closest_by == "traits":
            kernels.nearest_mean(graph.indptr, graph.indices, self.k, population["uid"], self.self_weight, traits, norm)
        else:
            kernels.neighbour_mean(graph.indptr, graph.indices, graph.arc_weights, self.self_weight, traits, norm)
        for row in self.direct_rows():
            kernels.move_to_norm(norm, traits, population["displacement"][model.directs[row]])

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """−½ ρ |at − m|²."""
        kernels.conformity_reward(model.population[f"{self.name}_norm"][who], self.strength, at, out)

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """ρ (m − at)."""
        kernels.conformity_gradient(model.population[f"{self.name}_norm"][who], self.strength, at, out)
