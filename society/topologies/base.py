"""Topology: the contract of every kind of `[graph]` table."""

from abc import ABC, abstractmethod

from society.errors import InputError
from society.graph import SocialGraph
from society.population import Array, present_memory
from society.tables import Table

BYTES_A_PERSON, BYTES_A_TIE = 50, 80
"""Memory while a graph is generated, at most."""


class Topology(Table, ABC):
    """A way to come by a social graph."""

    @property
    def expected_agents(self) -> int | None:
        """Number of people, where it is known before the graph is built."""
        return None

    @abstractmethod
    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Read or generate the graph.

        Parameters
        ----------
        n_agents
            Number of people; by default what the source has, and if larger, people without ties are added.
        seed
            Seed of whatever the topology draws.
        """


def require_strengths(graph: SocialGraph, weight: str | None) -> SocialGraph:
    """The graph, unless some tie has a strength of 0."""
    if graph.weights is not None and not graph.weights.all():
        raise InputError(f"graph.weight = {weight!r}: must not be 0 on any tie")
    return graph


class Generator(Topology, ABC):
    """A topology that draws ties among as many people as the population has."""

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Generate the graph."""
        if n_agents is None:
            raise InputError(
                f"population.n_agents: is required, because graph.kind = {self._kind!r} takes it from there"
            )
        self.check(n_agents)
        _require_memory(n_agents, self.mean_ties)
        source, target = self.draw(n_agents, seed)
        return SocialGraph.from_edges(source, target, n_agents=n_agents)

    @property
    def _kind(self) -> str:
        return str(type(self).model_fields["kind"].default)

    @property
    @abstractmethod
    def mean_ties(self) -> float:
        """Ties that a person is expected to have."""

    def check(self, n_agents: int) -> None:
        """Refuse what cannot be among so many people."""
        if self.mean_ties > n_agents - 1:
            raise InputError(
                f"graph.mean_degree = {self.mean_ties}: must be at most {n_agents - 1} among {n_agents} people"
            )

    @abstractmethod
    def draw(self, n_agents: int, seed: int) -> tuple[Array, Array]:
        """Both ends of every tie."""


def _require_memory(n_agents: int, mean_ties: float) -> None:
    """Refuse a graph that would not fit into the memory of this machine."""
    needed, present = n_agents * (BYTES_A_PERSON + BYTES_A_TIE * mean_ties / 2), present_memory()
    if needed > present:
        raise InputError(
            f"population.n_agents = {n_agents}: needs {needed / 1e9:,.0f} GB of memory for {mean_ties:g} ties each; "
            f"this machine has {present / 1e9:,.0f} GB"
        )
