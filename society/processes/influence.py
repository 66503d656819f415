"""Influence: people become like those they hear from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

import numpy as np

from society.errors import InputError
from society.graph import SocialGraph
from society.kernels import influence as kernels
from society.kernels.philox import fill_pairs
from society.population import Array, Column
from society.processes.base import Source
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Influence(Source):
    """People are drawn to the norm m of those they look to, W x, the mean by weight a of the tie.

    The rule says what the norm is. `degroot` (DeGroot 1974): (w x_i + Σ_j a_ij x_j) / (w + Σ_j a_ij), w the weight of
    oneself. `friedkin_johnsen` (Friedkin & Johnsen 1990): θ x_i(0) + (1 − θ) (W x)_i, with stubbornness θ towards what
    one was at first, which is the norm of DeGroot at θ = 0. `signed` (Altafini 2013): ties may have weights below 0,
    and draw to the opposite of who is disliked, (w x_i + Σ_j a_ij x_j) / (w + Σ_j |a_ij|): people end in two opposed
    camps if every circle of ties has an even number of dislikes (structural balance), and at 0 if not.

    With `scaled_by = "plasticity"` likeness to the norm is rewarded, R(y) = −½ ρ |y − m|², and works through learning.
    With `scaled_by = "direct"` the rule is applied as it is, x' = m, once a step whatever its length.

    One looks to all neighbours; to the k closest; or to those within a distance ε of oneself, as in bounded confidence
    (Hegselmann & Krause 2002: `neighbours = "within"`, `self_weight = 1`, applied directly). The closest are friends
    for good (`closest_by = "tie"`: the heaviest ties, equal ones by lot once) or those most alike at the moment
    (`closest_by = "traits"`). Who has nobody to look to is not influenced.

    References
    ----------
    Altafini, C. (2013). Consensus problems on networks with antagonistic interactions. IEEE Transactions on
    Automatic Control 58, 935–946.
    DeGroot, M. H. (1974). Reaching a consensus. Journal of the American Statistical Association 69, 118–121.
    Friedkin, N. E., & Johnsen, E. C. (1990). Social influence and opinions. Journal of Mathematical Sociology 15,
    193–206.
    Hegselmann, R., & Krause, U. (2002). Opinion dynamics and bounded confidence: models, analysis, and simulation.
    Journal of Artificial Societies and Social Simulation 5(3), 2.
    """

    kind: ClassVar[str] = "influence"
    along_ties: ClassVar[bool] = True
    reads: ClassVar[tuple[str, ...]] = ("traits",)
    adds_to: ClassVar[tuple[str, ...]] = ("reward", "displacement")
    owns: ClassVar[tuple[Column, ...]] = (
        Column("{name}_norm", "What one is drawn to.", dims=("agent", "trait"), is_scratch=True),
        Column(
            "{name}_innate",
            "What one was in one's first step, which stubbornness holds on to; nan before.",
            dims=("agent", "trait"),
            default=np.nan,
        ),
    )
    decisions: ClassVar[dict[str, str]] = {"closest": "which of equally heavy ties are the closest"}

    rule: Literal["degroot", "friedkin_johnsen", "signed"] = parameter("degroot", "Form of the influence.")
    stubbornness: float | None = parameter(
        None, "Weight of what one was at first (friedkin_johnsen, which requires it).", symbol="θ", ge=0, le=1
    )
    neighbours: Literal["all", "closest", "within"] = parameter("all", "Whom one looks to.")
    k: int = parameter(5, "How many are closest.", ge=1, le=1000)
    closest_by: Literal["tie", "traits"] = parameter(
        "tie", "What makes a friend close: weight of the tie, or likeness."
    )
    confidence: float | None = parameter(
        None, "Distance in traits beyond which one does not listen (within, which requires it).", symbol="ε", ge=0
    )
    between_groups: float = parameter(
        1.0, "What multiplies the weight of ties between groups; below 0 is dislike.", ge=-1000, le=1000
    )
    scaled_by: Literal["plasticity", "direct"] = parameter("plasticity", "A reward to learn from, or the rule itself.")
    strength: float = parameter(0.3, "Curvature of the reward for likeness.", symbol="ρ", ge=0)
    self_weight: float = parameter(0.0, "Weight of oneself in the mean, in ties.", ge=0)
    interest: float = parameter(0.0, "Weight of this reward in a person's own interest.", symbol="ω")

    def check(self, scenario: Scenario) -> list[str]:
        """Each parameter has an effect, and what dislikes is a rule for dislike."""
        found = []
        for field, chosen, needed in (
            ("stubbornness", f"rule = {self.rule!r}", self.rule == "friedkin_johnsen"),
            ("confidence", f"neighbours = {self.neighbours!r}", self.neighbours == "within"),
        ):
            value = getattr(self, field)
            if needed and value is None:
                found.append(f"{field}: is required by {chosen}")
            if not needed and value is not None:
                found.append(f"{field} = {value}: has no effect with {chosen}")
        if self.rule == "signed" and self.neighbours != "all":
            found.append(f"neighbours = {self.neighbours!r}: rule = 'signed' is for all neighbours")
        return found + self._check_groups(scenario)

    def _check_groups(self, scenario: Scenario) -> list[str]:
        at = f"between_groups = {self.between_groups}"
        if self.between_groups == 1.0:
            return []
        if not scenario.population.groups:
            return [f"{at}: needs population.groups"]
        if self.between_groups < 0 and self.rule != "signed":
            return [f"{at}: below 0 is for rule = 'signed'"]
        if self.neighbours == "closest" and self.closest_by == "traits":
            return [f"{at}: has no effect with closest_by = 'traits', which counts the closest alike"]
        return []

    def columns(self) -> tuple[Column, ...]:
        """What one was at first counts under one rule only."""
        norm, innate = super().columns()
        return (norm, innate) if self.stubbornness is not None else (norm,)

    def rows(self, scenario: Scenario) -> tuple[str, ...]:
        """One reward, unless the rule is applied directly."""
        return (self.name,) if self.scaled_by == "plasticity" else ()

    def direct_rows(self) -> tuple[str, ...]:
        """One displacement if the rule is applied directly."""
        return (self.name,) if self.scaled_by == "direct" else ()

    def tied(self, model: Society) -> None:
        """Choose the closest friends, where ties decide who they are."""
        graph = model.graph
        if self.rule != "signed" and (graph.arc_weights < 0).any():
            said = f"process.{self.name}.rule = {self.rule!r}: ties of weight below 0 need rule = 'signed'"
            raise InputError(said).within(model.scenario.source)
        if self.neighbours == "closest" and self.closest_by == "tie":
            lot = np.empty(graph.n_arcs)
            places = np.arange(graph.n_agents, dtype=np.int32)  # a newborn takes over friends with the place
            fill_pairs(model.streams.key(self.name, "closest"), graph.indptr, graph.indices, places, lot)
            model.graphs[self.name] = graph.k_strongest(self.k, lot)

    def changed(self, model: Society, before: Self) -> None:
        """Choose the closest friends anew, if others may be the closest."""
        if (self.neighbours, self.closest_by, self.k) != (before.neighbours, before.closest_by, before.k):
            model.graphs.pop(self.name, None)
            self.tied(model)

    def step(self, model: Society) -> None:
        """Find what everybody is drawn to; where the rule is applied directly, ask for the displacement."""
        population = model.population
        norm, traits = population[f"{self.name}_norm"], population["traits"]
        self._find_norm(model, traits, norm)
        if self.stubbornness is not None:
            kernels.hold_on(self.stubbornness, traits, population[f"{self.name}_innate"], norm)
        for row in self.direct_rows():
            kernels.move_to_norm(norm, traits, population["displacement"][model.directs[row]])

    def _find_norm(self, model: Society, traits: Array, norm: Array) -> None:
        graph = model.graphs.get(self.name, model.graph)
        ties = (graph.indptr, graph.indices)
        if self.neighbours == "closest" and self.closest_by == "traits":
            kernels.nearest_mean(*ties, self.k, model.population["uid"], self.self_weight, traits, norm)
        elif self.confidence is not None:
            weights = self._weights(model, graph)
            kernels.mean_within(*ties, weights, self.confidence, self.self_weight, traits, norm)
        else:
            kernels.neighbour_mean(*ties, self._weights(model, graph), self.self_weight, traits, norm)

    def _weights(self, model: Society, graph: SocialGraph) -> Array:
        """(n_arcs,) weights of ties, empty where each counts as 1."""
        if self.between_groups == 1.0:
            return graph.arc_weights
        weights = np.empty(graph.n_arcs, np.float32)
        group = model.population["group"]
        kernels.weigh_groups(graph.indptr, graph.indices, graph.arc_weights, group, self.between_groups, weights)
        return weights

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """−½ ρ |at − m|²."""
        kernels.conformity_reward(model.population[f"{self.name}_norm"][who], self.strength, at, out)

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """ρ (m − at)."""
        kernels.conformity_gradient(model.population[f"{self.name}_norm"][who], self.strength, at, out)
