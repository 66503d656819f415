"""Society: the model. It is built in order and stepped in order; start reading here.

What happens in a step is the scenario's list of processes; what a society consists of is its columns.
"""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from society import kernels
from society.environments import Wells
from society.errors import InputError, found_in
from society.graph import SocialGraph
from society.initial import set_initial
from society.kernels.landscape import N_PARAMETERS
from society.kernels.philox import fill_exponential
from society.memes import Memes
from society.people import Person, PersonSet
from society.platforms import Platform
from society.population import Column, Population, array_digest, check_memory
from society.processes import Source
from society.processes.attention import LIFE
from society.processes.base import CORE_COLUMNS
from society.scenario import Scenario
from society.streams import Streams

PARALLEL_FROM = 5_000
"""People from which on several threads are faster than one: below, starting them costs more than they save."""


class Society(mesa.Model):  # type: ignore[misc]
    """A society of people on a social graph, stepped by the processes of its scenario.

    Parameters
    ----------
    scenario
        What to simulate.
    threads
        Threads to compute with; by default one for a small population, else all. The results are the same.

    Attributes
    ----------
    population : Population
        All state, by column.
    graph : SocialGraph
        Who hears from whom; `graphs` holds graphs that processes derive from it, by process.
    memes, environments, platforms
        The other nouns of the society; environments and platforms by name.
    sources, directs, options : dict
        Row of `reward`, `displacement` and `attention` by name.
    twins : dict
        Paired societies without one named table each, kept by whoever records, for measures that compare.
    n_steps : int
        Steps done.
    notices : list of str
        What the user should know about how the input was handled.
    """

    def __init__(self, scenario: Scenario, *, threads: int | None = None) -> None:
        super().__init__(rng=scenario.run.seed)
        self.scenario = scenario
        self.n_steps = 0
        self.years_per_step = 1.0 / scenario.run.steps_per_year
        self.streams = Streams(scenario.run.seed)
        self.processes = scenario.processes
        self.source_processes = [process for process in self.processes if isinstance(process, Source)]
        self.memes = Memes(tuple(scenario.memes.values()))
        self.environments = scenario.environments

        with found_in(scenario.source):
            if expected := scenario.population.n_agents or scenario.graph.expected_agents:
                check_memory(self._columns(), self._dims(expected))
        self.graph: SocialGraph = scenario.build_graph()
        self.graphs: dict[str, SocialGraph] = {}
        self.twins: dict[str, Society] = {}
        self.notices = [*self.graph.notices, *scenario.notices]
        self.n_agents = self.graph.n_agents
        self.threads = _checked_threads(threads, self.n_agents)

        self.population = Population(self._dims(self.n_agents))
        self.sources = _numbered(self.population.labels("source"))
        self.directs = _numbered(self.population.labels("direct"))
        self.options = _numbered(self.population.labels("option"))
        self.agent_id_counter = self.n_agents + 1  # Mesa numbers registered agents from here; people are 1 … n
        self.platforms = {name: Platform(self, table) for name, table in scenario.platforms.items()}
        for column, owner in self._columns().items():
            self.population.add(column, owner=owner)
        with kernels.threads(self.threads):
            self._settle()
            for process in self.processes:
                process.setup(self)
        with found_in(scenario.source):
            self.notices += set_initial(self)

    def step(self) -> None:
        """Advance by one step: platforms first, then each process in order."""
        with kernels.threads(self.threads):
            for platform in self.platforms.values():
                platform.step()
            for process in self.processes:
                process.step(self)
        self.n_steps += 1
        self.running = self.n_steps < self.scenario.run.steps

    @property
    def scenario(self) -> Scenario:
        """What is simulated. Mesa's own setter would write into it; a scenario is immutable."""
        return self._definition

    @scenario.setter
    def scenario(self, scenario: Scenario) -> None:
        self._definition: Scenario = scenario

    @property
    def agents(self) -> PersonSet:
        """Everybody: people as views of their row, then platforms."""
        return PersonSet(self, np.arange(self.n_agents + len(self.platforms)))

    @property
    def people(self) -> PersonSet:
        """All people, as views of their row, made when asked for."""
        return PersonSet(self, np.arange(self.n_agents))

    @property
    def agent_types(self) -> list[type]:
        """Kinds of agents in the society."""
        return [Person, *super().agent_types]

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """Agents by their kind."""
        return {Person: self.people, **super().agents_by_type}

    def trait_index(self, trait: str) -> int:
        """Place of a trait in the columns that have traits."""
        return self.scenario.population.traits.index(trait)

    def state(self) -> dict[str, str]:
        """Hash of every part of the state: columns, graph, items, platforms, step."""
        platforms = np.array([(platform.power, platform.engagement) for platform in self.platforms.values()])
        return {
            **self.population.state(),
            "graph": self.graph.digest(),
            "memes": array_digest(" ".join(self.memes.names), self.memes.is_item),
            "platforms": array_digest(" ".join(self.platforms), platforms),
            "step": array_digest("step", np.array(self.n_steps)),
        }

    def _dims(self, n_agents: int) -> dict[str, tuple[str, ...] | int]:
        """Dimensions of columns: names along them, or their length."""
        scenario = self.scenario
        teachers = [process for process in self.source_processes if process.teaches]
        sources = tuple(sorted(row for process in teachers for row in process.rows(scenario)))
        directs = tuple(sorted(row for process in teachers for row in process.direct_rows()))
        wells = [environment.count for environment in self.environments.values() if isinstance(environment, Wells)]
        return {
            "agent": n_agents,
            "trait": scenario.population.traits,
            "source": sources,
            "mover": (*sources, "chance"),
            "direct": directs,
            "account": (*sources, *directs, "chance", "bounds"),
            "platform": tuple(scenario.platforms),
            "option": (LIFE, *scenario.platforms),
            "environment": tuple(self.environments),
            "well": max(wells, default=0),
            "form": N_PARAMETERS,
            "slot": self.memes.n_slots,
            "word": self.memes.n_words,
        }

    def _columns(self) -> dict[Column, str]:
        """All columns with their owners; those on demand only where some process reads them."""
        wanted = {name for process in self.processes for name in process.inputs()}
        owned = {column: process.name for process in self.processes for column in process.columns()}
        return {
            **dict.fromkeys(CORE_COLUMNS, "society"),
            **{column: owner for column, owner in owned.items() if column.name in wanted or not column.on_demand},
        }

    def _settle(self) -> None:
        """Number people and give each an environment: the first to ring of clocks that run at the shares.

        That is Gumbel noise keyed by the environment's name, so that another environment moves only whom it attracts.
        """
        uid = self.population["uid"]
        uid[:] = np.arange(self.n_agents)
        earliest, rings = np.full(self.n_agents, np.inf), np.empty(self.n_agents)
        for number, environment in enumerate(self.environments.values()):
            if environment.share:
                fill_exponential(self.streams.key(f"environment.{environment.name}", "home"), 0, uid, rings)
                rings /= environment.share
                self.population["environment"][rings < earliest] = number
                earliest = np.minimum(earliest, rings)


def _checked_threads(wanted: int | None, n_agents: int) -> int:
    most = kernels.max_threads()
    if wanted is None:
        return most if n_agents >= PARALLEL_FROM else 1
    if not 1 <= wanted <= most:
        raise InputError(f"threads = {wanted}: must be between 1 and {most}, the cores of this machine")
    return wanted


def _numbered(names: tuple[str, ...]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}
