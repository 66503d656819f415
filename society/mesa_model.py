"""MesaModel: what Mesa and its tools ask of a model, apart from what a society is and does.

Agents, space, data collector and scenario are views that are made when asked for; a step uses none of them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from society.mesa_scenario import BoundScenario, bound
from society.people import PersonSet
from society.person import Person
from society.platforms import Platform

if TYPE_CHECKING:
    from society.graph import SocialGraph
    from society.population import Population
    from society.scenario import Scenario
    from society.space import SocialSpace

FIRST_REGISTERED_ID = 2**32
"""Where Mesa's numbering of registered agents starts: people have 1 … 2**31 (`uid` is an int32)."""


class MesaModel(mesa.Model):  # type: ignore[misc]
    """The face of a society towards Mesa.

    People are views of rows and are never registered with Mesa; platforms, and whatever agents a user makes, are.
    """

    n_agents: int
    population: Population
    graph: SocialGraph
    person_class: type[Person]

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario=bound(scenario))
        self.agent_id_counter = FIRST_REGISTERED_ID

    @property
    def scenario(self) -> BoundScenario:
        """What is simulated: the scenario with the seed and the values that this society was made with."""
        return self._definition

    @scenario.setter
    def scenario(self, scenario: BoundScenario) -> None:
        if "_definition" in vars(self):
            raise AttributeError("the scenario of a society is fixed; make another of scenario.replace(…)")
        self._definition: BoundScenario = scenario

    @property
    def agents(self) -> PersonSet:
        """Everybody: people as views of their row, then platforms and other registered agents."""
        others = {agent.unique_id: agent for agent in self._all_agents}
        return PersonSet(self, np.concatenate([np.arange(self.n_agents), np.array([*others], np.int64)]), others)

    @property
    def people(self) -> PersonSet:
        """All people, as views of their row, made when asked for."""
        return PersonSet(self, np.arange(self.n_agents))

    @property
    def agent_types(self) -> list[type]:
        """Kinds of agents in the society."""
        return [self.person_class, *super().agent_types]

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """Agents by their kind."""
        return {self.person_class: self.people, **super().agents_by_type}

    @cached_property
    def space(self) -> SocialSpace:
        """The social graph as a Mesa space, whose cells are made when asked for."""
        from society.space import SocialSpace

        return SocialSpace(self)

    @cached_property
    def datacollector(self) -> mesa.DataCollector:
        """The rows that `society run` would write: now, and from now on whenever `record.every` says.

        It starts when first asked for, and so costs nothing before. Where `rng` was passed to the constructor, as
        `mesa.batch_run` does, it starts at step 0. Another collector may be put in its place, which whoever puts
        it there then calls.
        """
        from society.collector import Collector

        return Collector(self)

    def register_agent(self, agent: mesa.Agent) -> None:
        """Register an agent that is no person; it takes part in `agents`, and acts when you make it act."""
        if isinstance(agent, Person):
            raise TypeError("people are not registered: set population.n_agents in the scenario")
        super().register_agent(agent)

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Let an agent go that is neither a person nor a platform; `agent.remove()` calls this."""
        if isinstance(agent, Person | Platform):
            agent.remove()  # which says why not
        super().deregister_agent(agent)

    def remove_all_agents(self) -> None:
        """Refuse: who lives in the society is up to its scenario."""
        raise TypeError("people and platforms belong to the society; remove other agents by agent.remove()")

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "space"}
