"""Novelty: people learn faster for a while after their environment has changed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from society.kernels import novelty as kernels
from society.kernels.maths import probability
from society.population import Column
from society.processes.base import Process
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society


class Novelty(Process):
    """A change of environment is news: novelty ν jumps by `jump`, and fades; the learning rate is (1 + g ν) as high.

    `rule = "decay"`: ν' = e^(−h/τ) ν, as associability falls once what follows is known (Pearce & Hall 1980).

    `rule = "kalman"`: ν is the excess K/K_∞ − 1 of the gain of a Kalman filter over its steady state. One observation a
    step, its variance the unit, of a world that moves by q = (h/τ)² a step: P = K + q and K' = P/(P + 1), so that
    K_∞ = P_∞/(P_∞ + 1) with P_∞ = (q + √(q² + 4q))/2. With short steps τ dp/dt = 1 − p² for p = 1 + ν (Kalman & Bucy
    1961): large novelty fades at first faster, and in the end at the rate 2/τ. That learning rates of people rise with
    the volatility of the world was shown by Behrens et al. (2007).

    Who has been nowhere before, at the start or at birth, finds nothing new.

    References
    ----------
    Behrens, T. E. J., Woolrich, M. W., Walton, M. E., & Rushworth, M. F. S. (2007). Learning the value of information
    in an uncertain world. Nature Neuroscience 10, 1214–1221.
    Kalman, R. E., & Bucy, R. S. (1961). New results in linear filtering and prediction theory. Journal of Basic
    Engineering 83, 95–108.
    Pearce, J. M., & Hall, G. (1980). A model for Pavlovian learning: Variations in the effectiveness of conditioned
    but not of unconditioned stimuli. Psychological Review 87, 532–552.
    """

    kind: ClassVar[str] = "novelty"
    reads: ClassVar[tuple[str, ...]] = ("environment",)
    adds_to: ClassVar[tuple[str, ...]] = ("plasticity_gain",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("novelty", "How new the environment is to the person ν.", low=0),
        Column(
            "known_environment", "Environment of the last step; −1 before the first.", dtype="i4", default=-1, low=-1
        ),
    )

    rule: Literal["decay", "kalman"] = parameter("decay", "How novelty fades.")
    jump: float = parameter(1.0, "Novelty of a change of environment.", ge=0, le=1e6)
    dur_novelty: float = parameter(
        1.0, "Time constant with which novelty fades.", symbol="τ", ge=1e-6, le=1e6, unit="years"
    )
    gain: float = parameter(
        1.0, "What a unit of novelty adds to the multiplier of the learning rate.", symbol="g", ge=0, le=1e6
    )

    def step(self, model: Society) -> None:
        """Let novelty fade, notice who is elsewhere than before, and raise learning rates."""
        population, elapsed = model.population, model.years_per_step / self.dur_novelty
        if self.rule == "decay":
            kernels.fade(1.0 - probability(elapsed), population["novelty"])
        else:
            kernels.update_gain(elapsed * elapsed, steady_gain(elapsed * elapsed), population["novelty"])
        kernels.notice(
            self.jump, self.gain, population["environment"], population["known_environment"], population["novelty"],
            population["plasticity_gain"],
        )  # fmt: skip


def steady_gain(drift: float) -> float:
    """Gain P/(P + 1), P = (q + √(q² + 4q))/2, of a Kalman filter of a world that drifts by variance q a step."""
    uncertainty = 0.5 * (drift + math.sqrt(drift * drift + 4.0 * drift))
    return uncertainty / (uncertainty + 1.0)
