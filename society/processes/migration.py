"""Migration: people move to the environment that they expect most of."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.kernels import migration as kernels
from society.kernels.maths import probability
from society.kernels.philox import fill_uniform
from society.outlook import payoffs
from society.population import Array, Column
from society.processes.base import Process
from society.processes.landscape import Landscape
from society.processes.learning import Learning
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class Migration(Process):
    """Now and then people consider where to live, and move to the environment e that they expect most of.

    Each does so at `rate` and compares, over their home and the environments they know of,
    (1 − a) R_e(x) + a R*_e + φ f_e − [e ≠ home] (c + c_home) + T g_e.

    R_e(x) is the reward of e for what one is, R*_e the best that e holds for one's endowment (of wells, at the best of
    their centres), and a (`foresight`) how much of the way there one counts on: who learns at the rate η goes
    1 − e^(−2ηkt) of it in t years under one optimum of curvature k. f_e is the share of one's friends who live there,
    c the `cost` of any move, c_home the `exit_cost` of the home, and g_e a new Gumbel draw by the environment's name:
    so choice is a logit (McFadden 1974), and another environment moves only whom it attracts.

    Whether one knows of an environment is drawn once, with probability `awareness`; where one has lived one knows in
    any case. Everybody chooses by where people
    live at the beginning of the step; if more want to enter than `capacity` leaves room for, the lot decides.

    With a = 1, T = 0 and no cost people end where the best of all environments is, whose expectation grows with their
    number n like √(2 log n) standard deviations.

    References
    ----------
    McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. In Zarembka (ed.), Frontiers in
    Econometrics, 105–142.
    """

    kind: ClassVar[str] = "migration"
    along_ties: ClassVar[bool] = True
    reads: ClassVar[tuple[str, ...]] = (
        "traits", "endowment", "landscape_shape", "landscape_form", "well_centre", "well_log_weight", "well_direction",
    )  # fmt: skip
    adds_to: ClassVar[tuple[str, ...]] = ("environment",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("moves", "How often the person has moved.", "i4", low=0),
        Column("known_places", "Whether the person has lived in an environment.", "?", ("agent", "environment")),
    )
    decisions: ClassVar[dict[str, str]] = {
        "consideration": "whether one considers moving",
        "awareness": "whether one knows of an environment",
        "choice": "how much more than its worth an environment attracts one",
        "admission": "who enters an environment that has not room for all",
    }

    rate: float = parameter(0.2, "Rate at which people consider moving.", ge=0, unit="per year")
    foresight: float = parameter(
        0.5, "Share of the way from the present payoff to the best that people count on.", symbol="a", ge=0, le=1
    )
    cost: float = parameter(1.0, "Cost of a move.", symbol="c", ge=0, unit="reward")
    friends: float = parameter(
        1.0, "Weight of the share of friends who live there.", symbol="φ", ge=-1e6, le=1e6, unit="reward"
    )
    awareness: float = parameter(1.0, "Probability of knowing of an environment where one has not lived.", ge=0, le=1)
    temperature: float = parameter(
        0.25, "Noise of the choice; 0 for the best without fail.", symbol="T", ge=0, le=1e6, unit="reward"
    )

    def check(self, scenario: Scenario) -> list[str]:
        """Who moves is rewarded by the new environment within the same step."""
        names = takewhile(lambda name: name != self.name, scenario.run.order or scenario.process)
        before = [scenario.process[name] for name in names if name in scenario.process]
        late = [process.name for process in before if isinstance(process, Landscape) and process.enabled]
        if not late or any(isinstance(process, Learning) for process in before):
            return []
        return [f": must come before process.{late[0]}; change their order in the file or in run.order"]

    def columns(self) -> tuple[Column, ...]:
        """Leave out where people have lived if they know of all environments."""
        return tuple(column for column in self.owns if column.name != "known_places" or self.awareness < 1.0)

    def step(self, model: Society) -> None:
        """Let those who consider it move."""
        population = model.population
        self._remember(model)
        drawn = np.empty(model.n_agents)
        fill_uniform(model.streams.key(self.name, "consideration"), model.n_steps, population["uid"], drawn)
        who = np.flatnonzero(drawn < probability(self.rate * model.years_per_step))
        if not len(who) or len(model.environments) < 2:
            return
        home = population["environment"][who]
        wanted = np.empty_like(home)
        kernels.best_place(self._utility(model, who, home), home, wanted)
        moving = self._admitted(model, who, home, wanted)
        population["environment"][who[moving]] = wanted[moving]
        population["moves"][who[moving]] += 1
        self._remember(model)

    def _remember(self, model: Society) -> None:
        """Know the environment one lives in, whoever it was that moved one there."""
        if self.awareness < 1.0:
            population = model.population
            population["known_places"][np.arange(model.n_agents), population["environment"]] = True

    def _utility(self, model: Society, who: Array, home: Array) -> Array:
        """(n_environments, n) what people expect of each environment; −∞ where they do not know it."""
        population, uid = model.population, model.population["uid"][who]
        utility = payoffs(model, who, self.foresight)
        if self.friends:
            share = np.empty(utility.T.shape)
            kernels.friends_living(who, model.graph.indptr, model.graph.indices, population["environment"], share)
            utility += self.friends * share.T
        exit_cost = np.array([environment.exit_cost for environment in model.environments.values()])
        for number, name in enumerate(model.environments):
            is_abroad = home != number
            utility[number] -= np.where(is_abroad, self.cost + exit_cost[home], 0.0)
            if self.temperature:
                key = model.streams.key(self.name, f"choice.{name}")
                kernels.add_gumbel(key, model.n_steps, uid, self.temperature, utility[number])
            if self.awareness < 1.0:
                lot = np.empty(len(who))
                fill_uniform(model.streams.key(self.name, f"awareness.{name}"), 0, uid, lot)
                is_unknown = (lot >= self.awareness) & ~population["known_places"][who, number]
                utility[number, is_unknown] = -np.inf
        return utility

    def _admitted(self, model: Society, who: Array, home: Array, wanted: Array) -> Array:
        """(n,) whether the person moves: they want to, and there is room."""
        is_admitted: Array = wanted != home
        for number, (name, environment) in enumerate(model.environments.items()):
            if environment.capacity is None:
                continue
            n_there = np.count_nonzero(model.population["environment"] == number)
            entering = np.flatnonzero(is_admitted & (wanted == number))
            lot = np.empty(len(entering))
            key = model.streams.key(self.name, f"admission.{name}")
            fill_uniform(key, model.n_steps, model.population["uid"][who[entering]], lot)
            room = max(environment.capacity - int(n_there), 0)
            is_admitted[entering[np.argsort(lot, kind="stable")[room:]]] = False
        return is_admitted
