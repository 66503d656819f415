"""Monitoring: people see how they have changed, late and dimly, and better with practice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from society.kernels import habit as homing
from society.kernels import monitoring as kernels
from society.kernels.maths import probability
from society.population import Array, Column
from society.processes.base import Source
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Monitoring(Source):
    """People keep an image of what they are, and notice a change when the image is far enough from what they were.

    The self-image m follows personality as seen, dm = (x − m) dt/τ_m + (1 − skill) s dW/τ_m: of long looks the error
    has variance (1 − skill)² s²/2τ_m a trait. A change is noticed when m is further than `threshold` from the anchor a,
    the personality one began with, as a root mean square over traits. People get used to what they are,
    da = (m − a) dt/τ_a, if `dur_anchor` says how fast: then slow change is never noticed.

    Skill is trained: it tends to 1 at `rate_practice` in those who practise, and fades at `rate_decay` in others. Most
    change goes on unseen (Nisbett & Wilson 1977), and nothing here moves personality unless those who have noticed
    resist: with a `resistance` ρ they are rewarded by R(y) = −½ ρ |y − a|² for being what they were.

    References
    ----------
    Nisbett, R. E., & Wilson, T. D. (1977). Telling more than we can know: Verbal reports on mental processes.
    Psychological Review 84, 231–259.
    """

    kind: ClassVar[str] = "monitoring"
    reads: ClassVar[tuple[str, ...]] = ("traits",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column(
            "practice",
            "How much one practises self-observation; nan before it is drawn.",
            default=np.nan,
            low=0,
            high=1,
        ),
        Column("skill", "Skill of self-observation.", low=0, high=1),
        Column("anchor", "What one was, by trait; nan before the first look.", dims=("agent", "trait"), default=np.nan),
        Column(
            "self_image",
            "What one thinks one is, by trait; nan before the first look.",
            dims=("agent", "trait"),
            default=np.nan,
        ),
        Column(
            "changed_step", "Step in which one was first changed beyond the threshold; −1 before.", "i4", default=-1
        ),
        Column("noticed_step", "Step in which one noticed; −1 before.", "i4", default=-1),
        Column(
            "noticed_displacement",
            "How far one was, a trait, from what one had been when one noticed; nan before.",
            default=np.nan,
            low=0,
        ),
    )
    decisions: ClassVar[dict[str, str]] = {
        "practice": "whether one practises self-observation",
        "look": "how one misjudges oneself",
    }

    noise: float = parameter(
        0.5, "Noise of looks at oneself without skill, a trait.", symbol="s", ge=0, le=1e9, unit="√year"
    )
    dur_image: float = parameter(
        0.5, "Time constant with which the self-image follows.", symbol="τ_m", gt=0, unit="years"
    )
    threshold: float = parameter(1.0, "Root mean square change a trait beyond which one notices.", ge=0, le=1e9)
    dur_anchor: float | None = parameter(
        None,
        "Time constant with which one gets used to what one is; never if left out.",
        symbol="τ_a",
        gt=0,
        unit="years",
    )
    practising: float = parameter(0.1, "Share of people who practise self-observation.", ge=0, le=1)
    rate_practice: float = parameter(1.0, "Rate at which practice brings skill.", ge=0, le=1e6, unit="per year")
    rate_decay: float = parameter(0.5, "Rate at which skill fades without practice.", ge=0, le=1e6, unit="per year")
    resistance: float = parameter(
        0.0, "Curvature of the pull back to what one was, for who has noticed.", symbol="ρ", ge=0, le=1000
    )
    interest: float = parameter(0.0, "Weight of this reward in a person's own interest.", symbol="ω")

    def rows(self, scenario: Scenario) -> tuple[str, ...]:
        """One reward, if people resist."""
        return (self.name,) if self.resistance else ()

    def changed(self, model: Society, before: Self) -> None:
        """Let everybody's lot decide anew whether they practise."""
        if self.practising != before.practising:
            model.population["practice"].fill(np.nan)

    def step(self, model: Society) -> None:
        """Train or lose skill, look at oneself, and notice."""
        population, h = model.population, model.years_per_step
        kernels.train(
            model.streams.key(self.name, "practice"), self.practising, h, self.rate_practice, self.rate_decay,
            population["uid"], population["practice"], population["skill"],
        )  # fmt: skip
        columns = ("uid", "traits", "skill", "anchor", "self_image", "changed_step", "noticed_step")
        kernels.observe(
            model.streams.key(self.name, "look"), model.n_steps, probability(h / self.dur_image),
            probability(h / self.dur_anchor) if self.dur_anchor else 0.0, self.noise / math.sqrt(h), self.threshold,
            *(population[name] for name in columns), population["noticed_displacement"],
        )  # fmt: skip

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """−½ ρ |at − a|²; nan for who has not noticed."""
        homing.homing_reward(self._strength(model, who), model.population["anchor"][who], at, out)

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """ρ (a − at), 0 for who has not noticed."""
        homing.homing_gradient(self._strength(model, who), model.population["anchor"][who], at, out)

    def _strength(self, model: Society, who: slice) -> Array:
        has_noticed = model.population["noticed_step"][who] >= 0
        return np.where(has_noticed, np.float32(self.resistance), np.float32(np.nan))
