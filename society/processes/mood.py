"""Mood: people behave now this way, now that, without being other persons for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from society.kernels import mood as kernels
from society.kernels.maths import probability
from society.population import Array, Column, Population
from society.processes.base import Process
from society.tables import Listed, parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Mood(Process):
    """Everybody is in one of several moods, which offset behaviour: y = x + o + σ ξ.

    Moods are sub-basins of a personality: at the rate λ (`rate_switch`) the mood is drawn anew, each alike, so that
    behaviour has a fast relaxation, e^(−λt), beside the slow one of personality. What a mood does is given by
    `offsets` for named traits, alike for all, and beside that drawn for each person, mood and trait with standard
    deviation `spread`; both are taken from their mean over moods, so that personality is what one does on average.

    Rewards judge what is done, y. What is learnt from is what was tried on purpose: the score of y given the mood is
    σξ/σ², so that Δx = η h (r − b)(y − x − o)/σ² has the mean η h E[∇R(x + o)], R smoothed by σ: the gradient of what
    behaviour earns over all moods (Williams 1992). Learning from the whole of y − x would add η h E[(r − b) o]/σ², as
    if the mood had been a trial. Under the gradient rule moods show in behaviour only.

    References
    ----------
    Williams, R. J. (1992). Simple statistical gradient-following algorithms for connectionist reinforcement
    learning. Machine Learning 8, 229–256.
    """

    kind: ClassVar[str] = "mood"
    reads: ClassVar[tuple[str, ...]] = ("trial",)
    adds_to: ClassVar[tuple[str, ...]] = ("trial",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("mood", "Number of the mood one is in; −1 before there is one.", "i4", default=-1, low=-1),
        Column(
            "mood_offset",
            "What the mood does to behaviour, by trait; nan before it is worked out.",
            dims=("agent", "trait"),
            default=np.nan,
        ),
    )
    decisions: ClassVar[dict[str, str]] = {
        "switch": "whether one's mood changes, and to which",
        "offset": "what a mood does to a person's behaviour",
    }

    n_moods: int = parameter(3, "Number of moods.", ge=2, le=100)
    rate_switch: float = parameter(26.0, "Rate at which the mood is drawn anew.", symbol="λ", ge=0, unit="per year")
    spread: float = parameter(
        0.25, "Standard deviation, a trait, of what is drawn for each person and mood.", ge=0, le=1e9
    )
    offsets: dict[str, Listed[tuple[float, ...]]] = parameter(
        {}, "What each mood does to the behaviour of everybody, a list of one number a mood for each named trait."
    )

    def check(self, scenario: Scenario) -> list[str]:
        """Offsets are for traits of the population, and one for each mood."""
        found = [line for trait in self.offsets for line in scenario.population.check_trait("offsets", trait)]
        return found + [
            f"offsets.{trait}: {len(numbers)} numbers for {self.n_moods} moods"
            for trait, numbers in self.offsets.items()
            if len(numbers) != self.n_moods
        ]

    def columns(self) -> tuple[Column, ...]:
        """There are no more moods than said."""
        mood, offset = self.owns
        return replace(mood, high=self.n_moods - 1), offset

    def changed(self, model: Society, before: Self) -> None:
        """Let what moods do be worked out anew."""
        if (self.offsets, self.spread) != (before.offsets, before.spread):
            model.population["mood_offset"].fill(np.nan)

    def step(self, model: Society) -> None:
        """Let moods change, and add what they do to what people try."""
        population = model.population
        kernels.feel(
            model.streams.key(self.name, "switch"), model.streams.key(self.name, "offset"), model.n_steps,
            probability(self.rate_switch * model.years_per_step), population["uid"], self._fixed(model), self.spread,
            population["mood"], population["mood_offset"], population["trial"],
        )  # fmt: skip

    def _fixed(self, model: Society) -> Array:
        """(n_moods, n_traits) offsets alike for all, from their mean over moods."""
        fixed = np.zeros((self.n_moods, model.population.size("trait")))
        for trait, numbers in self.offsets.items():
            mean = sum(numbers) / self.n_moods
            fixed[:, model.trait_index(trait)] = [number - mean for number in numbers]
        return fixed


def deliberate(population: Population, who: slice) -> Array:
    """(n, n_traits) what people who have moods tried on purpose: their behaviour less what their mood did to it."""
    on_purpose: Array = population["trial"][who] - population["mood_offset"][who]
    return on_purpose
