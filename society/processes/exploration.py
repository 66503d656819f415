"""Exploration: people try behaviour that differs a little from what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from society.kernels.exploration import explore
from society.population import Column, Rows
from society.processes.base import Process
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society


class Exploration(Process):
    """Everybody tries one behaviour y near their personality x, for all sources of reward alike.

    y = x + σ ξ with ξ standard normal, independent by trait: the search of policy gradient and of evolution
    strategies (Williams 1992).

    References
    ----------
    Williams, R. J. (1992). Simple statistical gradient-following algorithms for connectionist reinforcement
    learning. Machine Learning 8, 229–256.
    """

    kind: ClassVar[str] = "exploration"
    reads: ClassVar[tuple[str, ...]] = ("traits",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("trial", "Behaviour tried in this step.", dims=("agent", "trait"), is_scratch=True),
        Column("exploration_sd", "Standard deviation of what one tries, a trait.", low=1e-6),
    )
    decisions: ClassVar[dict[str, str]] = {"trial": "what behaviour one tries"}

    sd: float = parameter(0.25, "How far people try from what they are, a trait.", symbol="σ", ge=1e-6)

    def born(self, model: Society, who: Rows) -> None:
        """Give everybody the same breadth of trial."""
        model.population["exploration_sd"][who] = self.sd

    def step(self, model: Society) -> None:
        """Draw everybody's trial behaviour."""
        population = model.population
        explore(
            model.streams.key(self.name, "trial"),
            model.n_steps,
            population["uid"],
            population["traits"],
            population["exploration_sd"],
            population["trial"],
        )
