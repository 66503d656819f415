"""Habit: people are drawn back to what they used to do, the more the longer they did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.kernels import habit as kernels
from society.kernels.maths import probability
from society.population import Array, Column
from society.processes.base import Source
from society.processes.learning import Learning
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Habit(Source):
    """What one used to do is done again, whether it pays or not, by a pull that deepens with time in its place.

    The habit h follows personality, dh = (x − h) dt/τ_h, by what is done and not by what it was worth (Miller et al.
    2019); its reward is R(y) = −½ κ |y − h|². The depth κ tends to its limit exponentially, as automaticity does (Lally
    et al. 2010): dκ = (k₀ + g |r − b| − κ) dt/τ_κ, at most k_max, while x is within `reach` of h, and
    dκ = −κ dt/τ_κ away from it. Lost contacts take their part of it. Another environment takes habit and depth whole
    (Wood et al. 2005): there h begins at x.

    The size of reward is how far the rewards of a step, habit's own left out, were from what was expected: a reward
    itself is known but for a constant. It is proportional to the doses that people learn from (Redish 2004). Under the
    gradient rule nothing is expected, and only time deepens habits.

    With k₀ = g = 0 there is no habit.

    References
    ----------
    Lally, P., van Jaarsveld, C. H. M., Potts, H. W. W., & Wardle, J. (2010). How are habits formed: Modelling habit
    formation in the real world. European Journal of Social Psychology 40, 998–1009.
    Miller, K. J., Shenhav, A., & Ludvig, E. A. (2019). Habits without values. Psychological Review 126, 292–311.
    Redish, A. D. (2004). Addiction as a computational process gone awry. Science 306, 1944–1947.
    Wood, W., Tam, L., & Witt, M. G. (2005). Changing circumstances, disrupting habits. Journal of Personality and
    Social Psychology 88, 918–933.
    """

    kind: ClassVar[str] = "habit"
    reads: ClassVar[tuple[str, ...]] = ("traits", "baseline")
    owns: ClassVar[tuple[Column, ...]] = (
        Column("habit", "Habit h, by trait; nan before there is one.", dims=("agent", "trait"), default=np.nan),
        Column("habit_depth", "Depth κ of the habit: the curvature of its pull.", low=0),
        Column("habit_tenure", "Time for which one has kept to the habit in its place.", unit="years", low=0),
        Column("habit_place", "Environment that the habit belongs to; −1 before there is one.", "i4", default=-1),
        Column(
            "habit_baseline",
            "Reward that was expected of each source a step ago.",
            dims=("source", "agent"),
            default=np.nan,
        ),
        Column("habit_contact", "Number of the person in this row when ties were last made.", "i4"),
        Column("surprise", "How far reward was from what was expected.", unit="reward", low=0, is_scratch=True),
    )

    dur_habit: float = parameter(
        10.0, "Time constant with which habit follows personality.", symbol="τ_h", gt=0, unit="years"
    )
    depth: float = parameter(0.5, "Depth that time alone gives to a habit.", symbol="k₀", ge=0, le=1000)
    reward_gain: float = parameter(0.5, "Depth added a unit of reward beyond expectation.", symbol="g", ge=0, le=1000)
    max_depth: float = parameter(2.0, "Depth that no habit exceeds.", symbol="k_max", ge=0, le=1000)
    dur_depth: float = parameter(
        2.0, "Time constant with which depth grows in place, and fades away from it.", symbol="τ_κ", gt=0, unit="years"
    )
    reach: float = parameter(
        1.0, "Root mean square distance a trait beyond which one has left the place of the habit.", gt=0, le=1e9
    )
    social: float = parameter(0.0, "Share of depth that one's contacts hold, and which goes with them.", ge=0, le=1)
    interest: float = parameter(0.0, "Weight of this reward in a person's own interest.", symbol="ω")

    def check(self, scenario: Scenario) -> list[str]:
        """Time alone makes no habit deeper than habits can be."""
        if self.depth > self.max_depth:
            return [f"depth = {self.depth}: is above max_depth = {self.max_depth}"]
        return []

    def columns(self) -> tuple[Column, ...]:
        """Leave out what neither rewards nor contacts need."""
        needed_by = {"habit_baseline": self.reward_gain, "habit_contact": self.social}
        return tuple(column for column in self.owns if needed_by.get(column.name, True))

    def tied(self, model: Society) -> None:
        """Lose the part of depth that was held by the contacts one no longer has."""
        if not self.social:
            return
        population, graph, before = model.population, model.graph, model.graphs.get(self.name)
        uid, contact = population["uid"], population["habit_contact"]
        if before is not None:
            kernels.loosen(
                graph.indptr, graph.indices, uid, before.indptr, before.indices, contact,
                self.social, population["habit_depth"],
            )  # fmt: skip
        model.graphs[self.name], contact[:] = graph, uid

    def step(self, model: Society) -> None:
        """Move habits and their depth by what people were and what they met with in the last step."""
        population, h = model.population, model.years_per_step
        if self.social and not np.array_equal(population["uid"], population["habit_contact"]):
            self.tied(model)  # somebody else has come in the place of a contact
        if self.reward_gain:
            counts = np.array([source != self.name for source in model.sources])
            learning = next(process for process in model.processes if isinstance(process, Learning))
            renewal = probability(h / learning.dur_baseline)
            columns = (population[name] for name in ("baseline", "habit_baseline", "surprise"))
            kernels.surprise(counts, renewal, *columns)
        kernels.settle(
            h, probability(h / self.dur_habit), probability(h / self.dur_depth),
            self.reach, self.depth, self.reward_gain, self.max_depth,
            population["environment"], population["traits"], population["surprise"],
            population["habit"], population["habit_depth"], population["habit_tenure"], population["habit_place"],
        )  # fmt: skip

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """−½ κ |at − h|²."""
        kernels.homing_reward(model.population["habit_depth"][who], model.population["habit"][who], at, out)

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """κ (h − at)."""
        kernels.homing_gradient(model.population["habit_depth"][who], model.population["habit"][who], at, out)
