"""Platforms: what competes for attention and trains people, one ``[platform.name]`` table each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import mesa

from society.tables import Named, parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class PlatformTable(Named):
    """A platform competes with life and other platforms for attention, and wants its users to be its target persona.

    It need not be software: an employer, a party or a bully has a target persona too.
    """

    target: dict[str, float] = parameter(..., "Target persona: the value it wants on each trait it names.", symbol="T")
    power: float = parameter(1.0, "Strength of its pull at full attention.", symbol="κ", ge=0)
    appeal: float = parameter(0.0, "How attractive it is beside life, whose appeal is 0.", ge=-1000, le=1000)
    quality: float = parameter(0.0, "Real quality of life at full attention.", unit="reward")
    gain: Literal["engagement", "traits", "nothing"] = parameter(
        "engagement",
        "What it states that it gains from a person: years of full attention, how far it moves them along "
        "`gain_towards`, or nothing.",
        symbol="G",
    )
    gain_towards: dict[str, float] = parameter(
        {}, "What a unit of each trait that it moves a person by is worth to it, such as labour or votes.", symbol="w"
    )
    launch: int = parameter(0, "Step at which it opens.", ge=0, unit="steps")
    entry_age: float = parameter(0.0, "Youngest age at which people join.", ge=0, unit="years")
    rate_entry: float = parameter(
        52.0, "Rate at which those old enough meet it for the first time.", ge=0, unit="per year"
    )
    monthly_exit: float = parameter(0.0, "Probability that a user leaves within a month.", ge=0, lt=1)
    monthly_return: float = parameter(0.0, "Probability that a former user comes back within a month.", ge=0, lt=1)

    def check(self, scenario: Scenario) -> list[str]:
        """Target and gain name traits of the population; the target at least one, the gain if it is by traits."""
        check, found = scenario.population.check_trait, []
        if not self.target:
            found.append("target: must name at least one trait")
        if self.gain == "traits" and not self.gain_towards:
            found.append('gain_towards: must name at least one trait, since gain = "traits"')
        if self.gain != "traits" and self.gain_towards:
            found.append(f'gain_towards: only goes with gain = "traits", not {self.gain!r}')
        named = [("target", trait) for trait in self.target] + [("gain_towards", trait) for trait in self.gain_towards]
        return found + [problem for field, trait in named for problem in check(field, trait)]


class Platform(mesa.Agent):  # type: ignore[misc]
    """A platform as an agent of the society: it watches the engagement of its users.

    Attributes
    ----------
    table
        Its parameters.
    power
        Strength of its pull at full attention, now.
    engagement
        Attention it received in the last step, in persons at full attention.
    opening
        Step from which it is open; infinite where it has been closed.
    """

    def __init__(self, model: Society, table: PlatformTable) -> None:
        super().__init__(model)
        self.table = table
        self.power = table.power
        self.engagement = 0.0
        self.opening: float = table.launch

    @property
    def name(self) -> str:
        """Its name in the scenario."""
        return self.table.name

    @property
    def is_open(self) -> bool:
        """Whether people can come to it."""
        return bool(self.model.n_steps >= self.opening)

    def open(self) -> None:
        """Be open from now on."""
        self.opening = min(self.opening, self.model.n_steps)

    def close(self) -> None:
        """Be closed from now on; its users are for whoever closes it to send away."""
        self.opening = math.inf

    def step(self) -> None:
        """Observe how much attention its users gave it (engagement, not their welfare)."""
        if "attention" in self.model.population:
            row = self.model.options[self.name]
            self.engagement = float(self.model.population["attention"][row].sum(dtype="f8"))

    def remove(self) -> None:
        """Refuse: which platforms there are is up to the scenario."""
        raise TypeError(f"platforms belong to the society; set platform.{self.name}.enabled = false in the scenario")

    def __repr__(self) -> str:
        return f"<Platform {self.name}>"
