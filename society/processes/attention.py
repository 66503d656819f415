"""Attention: people come to platforms, leave them, and divide their attention between them and life."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.kernels import attention as kernels
from society.kernels.maths import log, probability
from society.platforms import Platform
from society.population import Array, Column, Rows
from society.processes.base import Source
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario

LIFE = "life"
"""The option besides all platforms."""


class Attention(Source):
    """People come to platforms, leave them, and divide attention between them and life.

    Who is old enough meets a platform at its `rate_entry`, leaves and returns with its monthly probabilities. With
    `exit_with_friends` χ friends keep each other: the rate of leaving is that of `monthly_exit` times e^(−χ f_ip), with
    f_ip the share of one's friends who use it.

    Users divide attention by a logit over life and the platforms they use, a_p ∝ exp((appeal_p + φ f_ip + τ g_ip)/T):
    g_ip is a lasting taste with Gumbel distribution drawn by the platform's name (McFadden 1974), so that another
    platform leaves tastes as they are. Life has utility 0.

    The real quality of life that platforms give, Σ a_ip · quality_p, counts as own interest but teaches nothing.

    References
    ----------
    McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. In Zarembka (ed.), Frontiers in
    Econometrics, 105–142.
    """

    kind: ClassVar[str] = "attention"
    along_ties: ClassVar[bool] = True
    reads: ClassVar[tuple[str, ...]] = ("age",)
    adds_to: ClassVar[tuple[str, ...]] = ()
    teaches: ClassVar[bool] = False
    owns: ClassVar[tuple[Column, ...]] = (
        Column("attention", "Share of attention.", dims=("option", "agent"), low=0, high=1),
        Column("is_user", "Whether one uses the platform.", "?", ("platform", "agent")),
        Column(
            "age_at_entry",
            "Age at which one met the platform; nan before.",
            dims=("platform", "agent"),
            default=np.nan,
            unit="years",
        ),
        Column(
            "friends_inside", "Share of one's friends on the platform.", dims=("platform", "agent"), is_scratch=True
        ),
    )
    decisions: ClassVar[dict[str, str]] = {
        "membership": "whether one enters, leaves or comes back to a platform",
        "taste": "how much one likes a platform",
    }

    friends: float = parameter(0.0, "Weight of friends who use a platform.", symbol="φ", ge=-1000, le=1000)
    taste: float = parameter(0.0, "Scale of lasting differences in taste.", symbol="τ", ge=0, le=1000)
    temperature: float = parameter(1.0, "How evenly attention spreads over unequal options.", symbol="T", ge=0.001)
    exit_with_friends: float = parameter(
        0.0, "How much friends who use a platform keep one from leaving it.", symbol="χ", ge=0, le=500
    )

    def born(self, model: Society, who: Rows) -> None:
        """Start with all attention on life."""
        model.population["attention"][model.options[LIFE], who] = 1.0

    def step(self, model: Society) -> None:
        """Let users come and go, then divide everybody's attention."""
        population = model.population
        if self.exit_with_friends:
            self._look_around(model)
        for row, platform in enumerate(model.platforms.values()):
            if platform.is_open:
                self._come_and_go(model, platform, row)
        if self.friends:
            self._look_around(model)
        attention, temperature = population["attention"], self.temperature
        attention[model.options[LIFE]] = 0.0
        for row, platform in enumerate(model.platforms.values()):
            kernels.utility_of(
                model.streams.key(self.name, f"taste.{platform.name}"), population["uid"],
                platform.table.appeal / temperature, self.taste / temperature, self.friends / temperature,
                population["friends_inside"][row], population["is_user"][row], attention[model.options[platform.name]],
            )  # fmt: skip
        kernels.to_shares(attention)

    def _look_around(self, model: Society) -> None:
        """Find the share of everybody's friends on each platform, as many platforms at a time as a byte has bits."""
        population, graph = model.population, model.graph
        for first in range(0, len(model.platforms), 8):
            some = slice(first, first + 8)
            is_user = np.zeros(model.n_agents, np.uint8)
            for bit, row in enumerate(population["is_user"][some]):
                is_user |= row.view(np.uint8) << np.uint8(bit)
            kernels.friends_inside(graph.indptr, graph.indices, is_user, population["friends_inside"][some])

    def _come_and_go(self, model: Society, platform: Platform, row: int) -> None:
        table, population, h = platform.table, model.population, model.years_per_step
        kernels.membership(
            model.streams.key(self.name, f"membership.{platform.name}"), model.n_steps,
            population["uid"], population["age"], table.entry_age,
            probability(table.rate_entry * h), monthly(table.monthly_exit, h), monthly(table.monthly_return, h),
            self.exit_with_friends, population["friends_inside"][row],
            population["is_user"][row], population["age_at_entry"][row],
        )  # fmt: skip

    def rows(self, scenario: Scenario) -> tuple[str, ...]:
        """The quality of life that platforms give."""
        return (f"{self.name}.quality",)

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """Σ_p a_ip · quality_p, whatever one's behaviour."""
        out[:] = 0.0
        for platform in model.platforms.values():
            share = model.population["attention"][model.options[platform.name]][who]
            kernels.add_scaled(platform.table.quality, share, out)


def monthly(p_month: float, years: float) -> float:
    """Probability within a step of `years` of what happens with probability `p_month` within a month."""
    return float(probability(-log(1.0 - p_month) * 12.0 * years))
