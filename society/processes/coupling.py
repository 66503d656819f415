"""Coupling: people are drawn to what is usual in their society, or in their group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from society.kernels import coupling as kernels
from society.kernels.sums import group_means
from society.population import Array, Column
from society.processes.base import Source
from society.tables import Listed, Name, parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Coupling(Source):
    """Likeness to the mean m of society, or of one's own group, is rewarded by R(y) = −½ κ |y − m|².

    Everybody is coupled to everybody through the mean, oneself included, on all traits or on those named. On a
    landscape of two basins society itself then has two: learning by gradient at a constant rate is the mean-field model
    of Desai & Zwanzig (1978). Below a critical temperature T_c, which rises with κ, society holds one side (Dawson
    1983); κ⟨x²⟩ = T_c, with x² averaged over the law exp(−[V(x) + κx²/2]/T_c).

    References
    ----------
    Dawson, D. A. (1983). Critical dynamics and fluctuations for a mean-field model of cooperative behavior. Journal of
    Statistical Physics 31, 29–85.
    Desai, R. C., & Zwanzig, R. (1978). Statistical mechanics of a nonlinear stochastic model. Journal of Statistical
    Physics 19, 1–24.
    """

    kind: ClassVar[str] = "coupling"
    reads: ClassVar[tuple[str, ...]] = ("traits",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("{name}_mean", "Mean of society, or of each group.", "f8", ("trait",), is_scratch=True),
    )

    of: Literal["society", "group"] = parameter("society", "Whose mean people are drawn to.")
    traits: Listed[tuple[Name, ...]] = parameter((), "Traits on which they are; all of them if empty.")
    strength: float = parameter(0.3, "Curvature of the reward for likeness.", symbol="κ", ge=0, le=1e6)
    interest: float = parameter(0.0, "Weight of this reward in a person's own interest.", symbol="ω")

    def check(self, scenario: Scenario) -> list[str]:
        """Traits are the population's, and groups exist where their means matter."""
        found = [problem for trait in self.traits for problem in scenario.population.check_trait("traits", trait)]
        if self.of == "group" and not scenario.population.groups:
            found.append("of = 'group': there are no groups; add population.groups")
        return found

    def inputs(self) -> tuple[str, ...]:
        """Groups are needed where their means matter."""
        return (*self.reads, "group") if self.of == "group" else self.reads

    def columns(self) -> tuple[Column, ...]:
        """One mean, or one for each group."""
        (mean,) = super().columns()
        return (replace(mean, dims=("group", "trait")),) if self.of == "group" else (mean,)

    def step(self, model: Society) -> None:
        """Find the means."""
        everybody = slice(0, model.n_agents)
        group_means(model.population["traits"], self._group(model, everybody), self._mean(model))

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """−½ κ |at − m|²."""
        kernels.coupling_reward(self._group(model, who), self._mean(model), self._strength(model), at, out)

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """κ (m − at)."""
        kernels.coupling_gradient(self._group(model, who), self._mean(model), self._strength(model), at, out)

    def _group(self, model: Society, who: slice) -> Array:
        """Group of each of some people; empty where all are one."""
        return model.population["group"][who] if self.of == "group" else np.empty(0, np.int32)

    def _mean(self, model: Society) -> Array:
        """(n_groups, n_traits) means."""
        return model.population[f"{self.name}_mean"].reshape(-1, model.population.size("trait"))

    def _strength(self, model: Society) -> Array:
        """(n_traits,) curvature of the reward."""
        labels = model.population.labels("trait")
        return np.array([self.strength if trait in (self.traits or labels) else 0.0 for trait in labels])
