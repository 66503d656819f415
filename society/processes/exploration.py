"""Exploration: people try behaviour that differs a little from what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from society.age_curve import AgeCurve, at_ages, lowest
from society.kernels.exploration import explore
from society.population import Column, Rows
from society.processes.base import Process
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario

NARROWEST = 1e-6
"""Smallest standard deviation that single precision tells from none."""


class Exploration(Process):
    """Everybody tries one behaviour y near their personality x, for all sources of reward alike.

    y = x + σ ξ with ξ standard normal, independent by trait: the search of policy gradient and of evolution
    strategies (Williams 1992). σ is the same for all, or goes with age by a curve: who explores young and exploits old
    searches widely first and narrowly later, as in annealing (Gopnik et al. 2017).

    References
    ----------
    Gopnik, A., O'Grady, S., Lucas, C. G., Griffiths, T. L., Wente, A., Bridgers, S., Aboody, R., Fung, H., & Dahl,
    R. E. (2017). Changes in cognitive flexibility and hypothesis search across human life history from childhood to
    adolescence to adulthood. Proceedings of the National Academy of Sciences 114, 7892–7899.
    Williams, R. J. (1992). Simple statistical gradient-following algorithms for connectionist reinforcement
    learning. Machine Learning 8, 229–256.
    """

    kind: ClassVar[str] = "exploration"
    reads: ClassVar[tuple[str, ...]] = ("traits",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("trial", "Behaviour tried in this step.", dims=("agent", "trait"), is_scratch=True),
        Column("exploration_sd", "Standard deviation of what one tries, a trait.", low=NARROWEST, is_scratch=True),
    )
    decisions: ClassVar[dict[str, str]] = {"trial": "what behaviour one tries"}

    sd: AgeCurve = parameter(
        0.25,
        "How far people try from what they are, a trait: a number, points (age, σ) that are joined log-linearly, or a "
        "table of some kind.",
        symbol="σ",
    )

    def check(self, scenario: Scenario) -> list[str]:
        """Nobody tries nothing at any age."""
        least = lowest(self.sd)
        return [f"sd: a breadth of {least} is below {NARROWEST}"] if least < NARROWEST else []

    def inputs(self) -> tuple[str, ...]:
        """Age matters where the breadth of trial goes with it."""
        return self.reads if isinstance(self.sd, float) else (*self.reads, "age")

    def born(self, model: Society, who: Rows) -> None:
        """Let the breadth of trial be read before the first step, where it is the same for all."""
        if isinstance(self.sd, float):
            model.population["exploration_sd"][who] = self.sd

    def step(self, model: Society) -> None:
        """Draw everybody's trial behaviour."""
        population = model.population
        if isinstance(self.sd, float):
            population["exploration_sd"].fill(self.sd)
        else:
            at_ages(self.sd, population["age"], population["exploration_sd"])
        explore(
            model.streams.key(self.name, "trial"),
            model.n_steps,
            population["uid"],
            population["traits"],
            population["exploration_sd"],
            population["trial"],
        )
