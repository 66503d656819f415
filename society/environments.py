"""Environments: the landscapes of reward that people live in, one ``[environment.name]`` table each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from society.tables import Listed, Named, parameter

if TYPE_CHECKING:
    from society.scenario import Scenario


class Environment(Named):
    """A place with a landscape: how much each personality is rewarded there."""

    landscape: ClassVar[str]
    share: float = parameter(1.0, "Share of people who start here, relative to the other environments.", ge=0)
    capacity: int | None = parameter(
        None, "People above whom nobody moves in; unlimited if not given.", ge=0, le=2**31 - 1, unit="persons"
    )
    exit_cost: float = parameter(0.0, "What it costs to move away, besides what any move costs.", ge=0, unit="reward")


class Wells(Environment):
    """R(x) = τ log Σ_b π_b exp(k u·s_b − |x − c_b|²/2w²): basins that stay visible in many dimensions.

    The endowment u decides, through unit vectors s_b, which well pays for whom. With temperature τ and w = 1 the
    stationary law of learning is the Gaussian mixture Σ_b p_b N(c_b, 1), p_b ∝ π_b exp(k u·s_b).
    """

    landscape: ClassVar[str] = "wells"
    kind: Literal["wells"] = "wells"
    n_wells: int = parameter(4, "Number of wells, when their centres are drawn.", ge=1, le=1000)
    centres: Listed[tuple[tuple[float, ...], ...]] = parameter(
        (), "Centre of each well, a list of one number a trait; drawn if empty.", symbol="c_b"
    )
    weights: Listed[tuple[float, ...]] = parameter((), "Relative weight of each well; equal if empty.", symbol="π_b")
    spread: float = parameter(1.0, "Standard deviation of drawn centres, a trait.", ge=0)
    width: float = parameter(1.0, "Width of each well.", symbol="w", ge=0.001)
    temperature: float = parameter(0.992, "Height scale of the landscape.", symbol="τ", gt=0)
    endowment_gain: float = parameter(1.0, "How strongly the endowment decides which well pays.", symbol="k", ge=0)

    def check(self, scenario: Scenario) -> list[str]:
        """Centres need one number a trait, weights one number a well."""
        n_traits = len(scenario.population.traits)
        found = [
            f"centres: {len(centre)} numbers in a centre for {n_traits} traits"
            for centre in self.centres
            if len(centre) != n_traits
        ][:1]
        if self.weights and len(self.weights) != self.count:
            found.append(f"weights: {len(self.weights)} weights for {self.count} wells")
        if any(weight <= 0 for weight in self.weights):
            found.append(f"weights = {list(self.weights)}: each must be above 0")
        return found

    @property
    def count(self) -> int:
        """Number of wells."""
        return len(self.centres) or self.n_wells


class Quadratic(Environment):
    """R(x) = −½ k |x − c − w u|²: one optimum, shifted for each person by the endowment u."""

    landscape: ClassVar[str] = "quadratic"
    kind: Literal["quadratic"] = "quadratic"
    curvature: float = parameter(1.0, "Curvature of the optimum.", symbol="k", ge=0)
    optimum: float = parameter(0.0, "Place of the common optimum on every trait.", symbol="c")
    endowment_weight: float = parameter(0.0, "Shift of one's own optimum a unit of endowment.", symbol="w", ge=0)


class DoubleWell(Environment):
    """R(x) = −d (x⁴/4 − x²/2 − f x) on one trait, and −½ k x² on the others: two basins and a barrier."""

    landscape: ClassVar[str] = "double_well"
    kind: Literal["double_well"] = "double_well"
    trait: str = parameter("", "The trait that has two basins; the first trait if empty.")
    depth: float = parameter(1.0, "Multiplier of the landscape; the barrier is a quarter of it.", symbol="d", ge=0)
    field: float = parameter(0.0, "Tilt towards the right-hand basin.", symbol="f")
    curvature: float = parameter(1.0, "Curvature on the other traits.", symbol="k", ge=0)

    def check(self, scenario: Scenario) -> list[str]:
        """The trait must be one of the population's."""
        return scenario.population.check_trait("trait", self.trait) if self.trait else []


ENVIRONMENTS: dict[str, type[Environment]] = {each.landscape: each for each in (Wells, Quadratic, DoubleWell)}
