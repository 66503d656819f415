"""Learning: personality moves by what was tried and how it went, and the ledger says whose doing that was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from society.age_curve import AgeCurve, at_ages
from society.blocks import Block, in_blocks
from society.kernels import learning as kernels
from society.kernels.maths import probability
from society.kernels.philox import fill_normal
from society.population import Column, Rows
from society.processes import ledger
from society.processes.base import Process
from society.processes.mood import deliberate
from society.tables import Name, parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario

LEDGER = {"work", "drift_work", "gain", "world", "interest", "value", "total", "slope", "point", "vector"}
"""Columns that exist only where the ledger is kept."""


class Learning(Process):
    """Personality x is learnt like a policy under feedback, from every source of reward at once.

    `rule = "reinforce"` (Williams 1992): with y = x + σ ξ tried, source s moves x by
    η h (r_s − b_s)(y − x)/σ², b_s its expected reward, which starts at the first reward from a source and then
    follows with time constant τ_b. The mean movement is η h times the gradient of the reward smoothed by σ.
    Judgement of one's own success is noisy, s N/√h, and moves x as the account `chance`; its temperature is ηs²/2σ².
    Where η varies within a step, its root mean square counts there, and elsewhere its mean.
    What sources do together in a step is capped at σ√D; chance is not, so that its temperature holds for any step.

    `rule = "gradient"`: η h ∇R_s(x) a source, and as `chance` diffusion √(2 η T h) ξ. With one source and constant η
    the law tends to exp(R/T); there is no cap.

    The learning rate η_d = η₀(a) m_d g of trait d goes with age a by `age_curve`, whose default is the published
    rank-order stability of personality (Roberts & DelVecchio 2000) as the decay e^(−∫η) of retest correlations; m_d is
    1 unless `by_trait` says otherwise, and g is what other processes multiply the learning rate by. The literature
    disputes the shape: a log-normal bump, as for a peak in adolescence, and an exponential are there beside points.
    Displacements of published rules are added as they are.

    The ledger books, by account, the work W_s = Δx_s · ½ [∇U(x + a₋Δ) + ∇U(x + a₊Δ)] that a source does on own interest
    U = Σ ω R, Δ the whole step and a± = ½ ± √3/6; so that Σ_s W_s is the change of U. `world` is what changes U with x
    held, `drift_work` η h ∇R_s · ∇U the part free of noise; work less drift work is agitation. Beside work stands what
    platforms state to gain: the attention they receive or, η h ∇R_p · w, how far their pull moves people their way w.

    References
    ----------
    Roberts, B. W., & DelVecchio, W. F. (2000). The rank-order consistency of personality traits from childhood to
    old age. Psychological Bulletin 126, 3–25.
    Williams, R. J. (1992). Simple statistical gradient-following algorithms for connectionist reinforcement
    learning. Machine Learning 8, 229–256.
    """

    kind: ClassVar[str] = "learning"
    reads: ClassVar[tuple[str, ...]] = ("age", "reward", "displacement")
    may_read: ClassVar[tuple[str, ...]] = ("plasticity_gain", "plasticity_rms", "mood_offset", "attention")
    adds_to: ClassVar[tuple[str, ...]] = ("reward",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("traits", "Personality x, by trait.", dims=("agent", "trait")),
        Column("plasticity", "Learning rate η.", unit="per year", low=0),
        Column(
            "baseline",
            "Reward expected of each source; nan where it did not reach the person in the last step.",
            dims=("source", "agent"),
            default=np.nan,
        ),
        Column("work", "Work done on own interest since the start.", "f8", ("account", "agent"), unit="reward"),
        Column(
            "drift_work", "Work done on own interest by the mean movement.", "f8", ("source", "agent"), unit="reward"
        ),
        Column("gain", "What each platform states to have gained from the person.", "f8", ("platform", "agent")),
        Column("world", "Change of own interest with personality held, since the start.", "f8", unit="reward"),
        Column("interest", "Own interest U; nan before the first step.", "f8", unit="reward", default=np.nan),
        Column("rel_rate", "What multiplies the learning rate of a trait.", "f8", ("trait",), low=0, is_scratch=True),
        Column("traits_next", "Personality after the step.", dims=("agent", "trait"), is_scratch=True),
        Column(
            "coefficient",
            "What sources, and last chance, multiply y − x by.",
            dims=("lane", "mover", "block"),
            is_scratch=True,
        ),
        Column("here", "Personality of a block, trait by trait.", dims=("lane", "trait", "block"), is_scratch=True),
        Column("tried", "What they try.", dims=("lane", "trait", "block"), is_scratch=True),
        Column("there", "Their personality after the step.", dims=("lane", "trait", "block"), is_scratch=True),
        Column("gradient", "Gradient of each reward at x.", dims=("lane", "source", "trait", "block"), is_scratch=True),
        Column("diffusion", "Displacement by chance.", dims=("lane", "trait", "block"), is_scratch=True),
        Column("value", "One reward at x.", "f8", ("lane", "block"), is_scratch=True),
        Column("total", "Own interest at x.", "f8", ("lane", "block"), is_scratch=True),
        Column("slope", "Gradient of own interest.", dims=("lane", "trait", "block"), is_scratch=True),
        Column("point", "A point along the step.", dims=("lane", "trait", "block"), is_scratch=True),
        Column("vector", "Gradient of one reward at that point.", dims=("lane", "trait", "block"), is_scratch=True),
    )
    decisions: ClassVar[dict[str, str]] = {
        "traits": "what personality one starts with",
        "judgement": "how one misjudges one's own success",
        "diffusion": "chance movement under the gradient rule",
    }

    rule: Literal["reinforce", "gradient"] = parameter("reinforce", "How reward becomes movement.")
    age_curve: AgeCurve = parameter(
        ((3.0, 0.175), (20.0, 0.092), (30.0, 0.067), (60.0, 0.045)),
        "Learning rate by age: a number, points (age, rate) that are joined log-linearly, or a table of some kind.",
        symbol="η₀",
        unit="per year",
    )
    by_trait: dict[Name, Annotated[float, Field(ge=0, le=1e3)]] = parameter(
        {}, "What multiplies the learning rate of a trait; 1 for those that are not named."
    )
    noise: float = parameter(
        1.174, "Noise of judging one's own success (reinforce).", symbol="s", ge=0, unit="reward √year"
    )
    dur_baseline: float = parameter(0.25, "Time constant of expected reward.", symbol="τ_b", gt=0, unit="years")
    temperature: float = parameter(0.992, "Temperature of chance movement (gradient).", symbol="T", ge=0)
    ledger: bool = parameter(True, "Whether the work of each source on own interest is booked.")

    def check(self, scenario: Scenario) -> list[str]:
        """Traits with a learning rate of their own are the population's."""
        return [problem for trait in self.by_trait for problem in scenario.population.check_trait("by_trait", trait)]

    def inputs(self) -> tuple[str, ...]:
        """Trial behaviour is needed by reinforce only."""
        return (*self.reads, "trial", "exploration_sd") if self.rule == "reinforce" else self.reads

    def columns(self) -> tuple[Column, ...]:
        """Leave out what neither rule nor ledger needs."""
        reinforces = self.rule == "reinforce"
        unused = {"diffusion"} if reinforces else {"coefficient", "tried"}
        if not self.ledger:
            unused |= LEDGER | ({"gradient"} if reinforces else set())
        return tuple(column for column in self.owns if column.name not in unused)

    def born(self, model: Society, who: Rows) -> None:
        """Draw initial personalities."""
        table, population = model.scenario.population, model.population
        traits = np.empty_like(population["traits"][who])
        fill_normal(model.streams.key(self.name, "traits"), 0, population["uid"][who], traits)
        traits *= np.float32(table.trait_sd)
        population["traits"][who] = np.clip(traits, *table.trait_bounds)

    def step(self, model: Society) -> None:
        """Move personality once by the sum of all sources, and book who did what."""
        population = model.population
        at_ages(self.age_curve, population["age"], population["plasticity"])
        if "plasticity_gain" in population:
            population["plasticity"] *= population["plasticity_gain"]
        population["rel_rate"][:] = [self.by_trait.get(trait, 1.0) for trait in population.labels("trait")]
        in_blocks(model, lambda block: self._move(model, block))
        population.swap("traits", "traits_next")

    def _move(self, model: Society, block: Block) -> None:
        population, who = model.population, block.who
        kernels.by_trait(population["traits"][who], block.scratch("here"))
        if self.ledger:
            ledger.book_world(model, block)
            ledger.book_drift(model, block)
        elif self.rule == "gradient":
            ledger.set_gradients(model, block)
        if self.rule == "reinforce":
            self._reinforce(model, block)
        else:
            self._follow_gradient(model, block)
        if self.ledger:
            ledger.book_work(model, block)
        kernels.by_person(block.scratch("there"), population["traits_next"][who])

    def _reinforce(self, model: Society, block: Block) -> None:
        population, who, h = model.population, block.who, model.years_per_step
        low, high = model.scenario.population.trait_bounds
        tried, reward = block.scratch("tried"), block.scratch("reward")
        kernels.by_trait(population["trial"][who], tried)
        plasticity = plasticity_rms = population["plasticity"][who]
        if "plasticity_rms" in population:
            plasticity_rms = plasticity * population["plasticity_rms"][who]
        for source, row in ledger.teachers(model):
            source.reward(model, row, who, tried, reward[model.sources[row]])
        if "mood_offset" in population:
            kernels.by_trait(deliberate(population, who), tried)
        kernels.reinforce(
            model.streams.key(self.name, "judgement"), model.n_steps, who.start, population["uid"][who],
            h, self.noise, probability(h / self.dur_baseline), low, high,
            population["rel_rate"], block.scratch("here"), tried, population["exploration_sd"][who],
            plasticity, plasticity_rms, reward, population["displacement"], population["baseline"],
            block.scratch("coefficient"), block.scratch("there"),
        )  # fmt: skip

    def _follow_gradient(self, model: Society, block: Block) -> None:
        population, who = model.population, block.who
        low, high = model.scenario.population.trait_bounds
        kernels.follow_gradient(
            model.streams.key(self.name, "diffusion"), model.n_steps, who.start, population["uid"][who],
            model.years_per_step, self.temperature, low, high,
            population["rel_rate"], block.scratch("here"), population["plasticity"][who],
            block.scratch("gradient"), population["displacement"], block.scratch("diffusion"), block.scratch("there"),
        )  # fmt: skip
