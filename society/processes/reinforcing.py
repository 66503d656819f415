"""Reinforcing: those who are active hear the like-minded, and opinions become extreme."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from society.graph import SocialGraph
from society.kernels import reinforcing as kernels
from society.population import Array, Column
from society.processes.base import Rule
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario

NO_TIES = (np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))

RUNGE_KUTTA = ((1 / 2, 1 / 6), (1 / 2, 1 / 3), (1.0, 1 / 3), (0.0, 1 / 6))
"""By stage: how far ahead of the start the next stage is, and its weight."""


class Reinforcing(Rule):
    """People whose opinions are alike drive each other to extremes (Baumann et al. 2020).

    τ ẋ_i = −x_i + K Σ_j A_ij tanh(α x_j), trait by trait: without others opinions fade within τ; what others say
    saturates, the sooner the more controversial (α) the topic is.

    Who hears whom, A, is drawn in each step. A person is active with probability a, which is theirs for good and has
    density ∝ a^−γ on [ε, 1] (Perra et al. 2012). Who is active hears m others, chosen one after another among their
    ties or among everybody with probability ∝ weight · |x_i − x_j|^−β; each of these hears them too with probability r.
    Nobody turns to whom they are tied to by a weight below 0. As published, A is drawn once a step whatever its length:
    the shorter the step, the less opinions fluctuate about what people hear on average. The step is a Runge–Kutta step
    of fourth order. With ε = 1 and m no less than the number of friends, all hear all their friends all the time.

    Defaults are those of the paper in its polarised phase; K Λ α > 1 makes the neutral state unstable, with Λ the mean
    of A summed over those one hears.

    References
    ----------
    Baumann, F., Lorenz-Spreen, P., Sokolov, I. M., & Starnini, M. (2020). Modeling echo chambers and polarization
    dynamics in social networks. Physical Review Letters 124, 048301.
    Perra, N., Gonçalves, B., Pastor-Satorras, R., & Vespignani, A. (2012). Activity driven modeling of time varying
    networks. Scientific Reports 2, 469.
    """

    kind: ClassVar[str] = "reinforcing"
    along_ties: ClassVar[bool] = True
    owns: ClassVar[tuple[Column, ...]] = (
        Column("{name}_active", "Whether one is active in this step.", "?", is_scratch=True),
        Column("{name}_stage", "Opinions at a stage of the step.", "f8", ("agent", "trait"), is_scratch=True),
        Column("{name}_voice", "What others hear at that stage.", "f8", ("agent", "trait"), is_scratch=True),
        Column("{name}_slope", "Velocity of opinions at that stage.", "f8", ("agent", "trait"), is_scratch=True),
    )
    decisions: ClassVar[dict[str, str]] = {
        "activity": "how active one is for good, and whether one is active in a step",
        "contact": "whom one hears, and who hears one back",
    }

    coupling: float = parameter(3.0, "Strength of social influence.", symbol="K", ge=0, le=1e6)
    controversy: float = parameter(3.0, "How soon what one says saturates in one's opinion.", symbol="α", ge=0, le=1e6)
    dur_memory: float = parameter(1.0, "Time in which opinions fade without others.", symbol="τ", gt=0, unit="years")
    among: Literal["ties", "everybody"] = parameter("ties", "Among whom the active choose.")
    contacts: int = parameter(10, "How many others one hears when active.", symbol="m", ge=1, le=10_000)
    homophily: float = parameter(3.0, "Exponent of distance in that choice.", symbol="β", ge=0, le=100)
    reciprocity: float = parameter(0.5, "Probability of being heard by whom one hears.", symbol="r", ge=0, le=1)
    activity_low: float = parameter(0.01, "Least probability of being active in a step.", symbol="ε", ge=1e-6, le=1)
    activity_exponent: float = parameter(2.1, "Exponent of the density of activities.", symbol="γ", ge=0, le=10)

    def check(self, scenario: Scenario) -> list[str]:
        """A step resolves the time in which opinions fade."""
        if self.dur_memory * scenario.run.steps_per_year < 1:
            return [f"dur_memory = {self.dur_memory}: is shorter than a step of 1/{scenario.run.steps_per_year} year"]
        return []

    def step(self, model: Society) -> None:
        """Draw who hears whom, and move opinions on that."""
        self._move(model, self._heard(model))

    def _heard(self, model: Society) -> SocialGraph:
        """The directed graph of who hears whom in this step."""
        population, step = model.population, model.n_steps
        uid, is_active = population["uid"], population[f"{self.name}_active"]
        key = model.streams.key(self.name, "activity")
        kernels.activate(key, step, self.activity_low, self.activity_exponent, uid, is_active)
        active = np.flatnonzero(is_active)
        graph = model.graph
        most = int(graph.degree.max(initial=0)) if self.among == "ties" else model.n_agents - 1
        chosen = np.empty((len(active), max(1, min(self.contacts, most))), np.int64)
        is_mutual = np.empty(chosen.shape, bool)
        ties = (graph.indptr, graph.indices, graph.arc_weights) if self.among == "ties" else NO_TIES
        kernels.contact(
            model.streams.key(self.name, "contact"), step, self.homophily, self.reciprocity,
            active, *ties, uid, population["traits"], chosen, is_mutual,
        )  # fmt: skip
        return _heard_by(np.repeat(active, chosen.shape[1]), chosen.ravel(), is_mutual.ravel(), model.n_agents)

    def _move(self, model: Society, heard: SocialGraph) -> None:
        population, years = model.population, model.years_per_step / self.dur_memory
        traits, moved = population["traits"], population["displacement"][model.directs[self.name]]
        stage, voice, slope = (population[f"{self.name}_{each}"] for each in ("stage", "voice", "slope"))
        stage[:], moved[:] = traits, 0.0
        for ahead, share in RUNGE_KUTTA:
            kernels.speak(self.controversy, stage, voice)
            kernels.velocity(self.coupling, heard.indptr, heard.indices, voice, stage, slope)
            kernels.advance(ahead * years, share * years, traits, slope, stage, moved)


def _heard_by(hearing: Array, heard: Array, is_mutual: Array, n_agents: int) -> SocialGraph:
    """Who hears whom, given who turned to whom (−1 for nobody) and who is heard back."""
    there = heard >= 0
    back = there & is_mutual
    source = np.concatenate([heard[there], hearing[back]])
    target = np.concatenate([hearing[there], heard[back]])
    return SocialGraph.from_edges(source, target, n_agents=n_agents, directed=True)
