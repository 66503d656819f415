"""Society: the model. It is built in order and stepped in order; start reading here.

What happens in a step is the scenario's list of processes; what a society consists of is its columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from society import kernels
from society.errors import InputError, found_in
from society.events import happening
from society.graph import SocialGraph
from society.initial import set_initial
from society.kernels.philox import fill_exponential
from society.layout import columns, dims
from society.memes import Memes
from society.mesa_model import MesaModel
from society.mesa_scenario import altered
from society.platforms import Platform
from society.population import Array, Population, array_digest, check_memory
from society.processes import Source
from society.processes.people import person_class
from society.scenario import Scenario
from society.streams import Streams

PARALLEL_FROM = 5_000
"""People from which on several threads are faster than one: below, starting them costs more than they save."""

EVERYBODY = slice(None)
"""All rows."""

_NOT_GIVEN: Any = object()


class Society(MesaModel):
    """A society of people on a social graph, stepped by the processes of its scenario.

    Parameters
    ----------
    scenario
        What to simulate.
    rng
        Seed instead of `run.seed`, by the name that Mesa's tools give it; None keeps that of the scenario. Whoever
        passes it, be it None, has `datacollector` collect from the start.
    threads
        Threads to compute with; by default one for a small population, else all. The results are the same.
    graph
        A graph to use instead of building that of the scenario, such as one that societies share.
    **values
        Values by dotted path that replace those of the scenario: ``Society(scenario, **{"platform.feed.power": 0.5})``.

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
    source_of : dict
        Process that pays each row of reward, by name, in order of rows.
    twins : dict
        Paired societies without one named table each, kept by whoever records, for measures that compare.
    n_steps : int
        Steps done.
    n_born : int
        People born since the start, in the place of others who left.
    notices : list of str
        What the user should know about how the input was handled.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        rng: int | None = _NOT_GIVEN,
        threads: int | None = None,
        graph: SocialGraph | None = None,
        **values: Any,
    ) -> None:
        is_seeded = rng is not _NOT_GIVEN
        scenario = altered(scenario, rng=rng if is_seeded else None, values=values)
        super().__init__(scenario)
        self.n_steps = 0
        self.n_born = 0
        self.running = scenario.run.steps > 0
        self.years_per_step = 1.0 / scenario.run.steps_per_year
        self.streams = Streams(scenario.run.seed)
        self.processes = scenario.processes
        sources = [process for process in self.processes if isinstance(process, Source)]
        rows = {row: process for process in sources for row in process.rows(scenario)}
        self.source_of = {row: rows[row] for row in sorted(rows)}
        self.person_class = person_class(self.processes)
        self.memes = Memes(tuple(scenario.memes.values()))
        self.environments = scenario.environments

        self.graph = self._built() if graph is None else self._fitting(graph)
        self.graphs: dict[str, SocialGraph] = {}
        self.twins: dict[str, Society] = {}
        self.notices = [*self.graph.notices, *scenario.notices]
        self.n_agents = self.graph.n_agents
        self.threads = _checked_threads(threads, self.n_agents)

        self.population = Population(dims(scenario, self.n_agents, lanes=self.threads))
        self.sources = _numbered(self.population.labels("source"))
        self.directs = _numbered(self.population.labels("direct"))
        self.options = _numbered(self.population.labels("option"))
        self.platforms = {name: Platform(self, table) for name, table in scenario.platforms.items()}
        for column, owner in columns(scenario).items():
            self.population.add(column, owner=owner)
        with kernels.threads(self.threads):
            self._settle()
            for process in self.processes:
                process.setup(self)
            for process in self.processes:
                process.born(self, EVERYBODY)
            for process in self.processes:
                process.tied(self)
        with found_in(scenario.source):
            self.notices += set_initial(self)
        if is_seeded:
            _ = self.datacollector  # which starts when asked for

    def step(self) -> None:
        """Advance by one step: platforms first, then events, then each process in order."""
        with kernels.threads(self.threads):
            for multiplier in ("plasticity_gain", "plasticity_rms"):
                if multiplier in self.population:
                    self.population[multiplier].fill(1.0)
            if "leaving" in self.population:
                self.population["leaving"].fill(False)
            for platform in self.platforms.values():
                platform.step()
            happening.ask(self)
            for event in self.scenario.events.values():
                event.step(self)
            happening.change_world(self)
            for process in self.processes[len(self.scenario.events) :]:
                process.step(self)
            if "leaving" in self.population:
                self._replace(np.flatnonzero(self.population["leaving"]))
        self.n_steps += 1
        self.running = self.n_steps < self.scenario.run.steps

    def tie(self, graph: SocialGraph) -> None:
        """Replace the ties between people, who stay who they are."""
        self.graph = graph
        for process in self.processes:
            process.tied(self)

    def _replace(self, who: Array) -> None:
        """Let newborns take the places of the people in some rows: environment, group and ties, nothing else.

        A newborn's uid is that of whom they follow and n_agents more. So nobody's uid returns, and in paired societies
        one death more changes the uid of nobody elsewhere.
        """
        if not len(who):
            return
        population = self.population
        if int(population["uid"][who].max()) > np.iinfo(np.int32).max - self.n_agents:
            raise InputError(f"step {self.n_steps + 1}: more people were born than can be numbered, {2**31:,}")
        population["uid"][who] += self.n_agents
        self.n_born += len(who)
        for name, column in population.per_agent.items():
            if population.owners[name] != "society":
                population.by_agent(name)[who] = column.default
        for process in self.processes:
            process.born(self, who)

    def trait_index(self, trait: str) -> int:
        """Place of a trait in the columns that have traits."""
        return self.scenario.population.traits.index(trait)

    def state(self) -> dict[str, str]:
        """Hash of every part of the state: columns, graph, items, platforms, step."""
        platforms = np.array([(each.power, each.engagement, each.opening) for each in self.platforms.values()])
        return {
            **self.population.state(),
            "graph": self.graph.digest(),
            "memes": array_digest("memes", np.array(self.memes.names, "S")),
            "platforms": array_digest(" ".join(self.platforms), platforms),
            "step": array_digest("step", np.array(self.n_steps)),
        }

    def _built(self) -> SocialGraph:
        scenario = self.scenario
        if expected := scenario.population.n_agents or scenario.graph.expected_agents:
            with found_in(scenario.source):
                check_memory(columns(scenario), dims(scenario, expected))
        return scenario.build_graph()

    def _fitting(self, graph: SocialGraph) -> SocialGraph:
        wanted = self.scenario.population.n_agents
        if wanted not in (None, graph.n_agents):
            said = f"population.n_agents = {wanted}: the graph that was given has {graph.n_agents:,} people"
            raise InputError(said).within(self.scenario.source)
        return graph

    def _settle(self) -> None:
        """Number people and give each an environment and a group: the first to ring of clocks that run at the shares.

        That is Gumbel noise keyed by the environment's name, so that another environment moves only whom it attracts.
        """
        population, groups = self.population, self.scenario.population.groups
        population["uid"][:] = np.arange(self.n_agents)
        homes = {f"environment.{name}": environment.share for name, environment in self.environments.items()}
        self._divide(homes, "home", population["environment"])
        if groups:
            self._divide({f"group.{name}": groups[name] for name in sorted(groups)}, "member", population["group"])

    def _divide(self, shares: dict[str, float], decision: str, out: Array) -> None:
        """Write to out (n_agents,) the number of the first to ring of clocks that run at the shares."""
        earliest, rings = np.full(self.n_agents, np.inf), np.empty(self.n_agents)
        for number, (name, share) in enumerate(shares.items()):
            if share:
                fill_exponential(self.streams.key(name, decision), 0, self.population["uid"], rings)
                rings /= share
                out[rings < earliest] = number
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
