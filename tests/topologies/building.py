"""Building topologies in tests, and what is said when that cannot be."""

from pathlib import Path

import pytest

from society.errors import InputError
from society.graph import SocialGraph
from society.topologies import Topology


def build(topology: Topology, n_agents: int | None = None, seed: int = 1) -> SocialGraph:
    return topology.build(n_agents=n_agents, seed=seed)


def problem(topology: Topology, n_agents: int | None = None) -> str:
    """What is said when the topology cannot be built, without the folder of its file."""
    with pytest.raises(InputError) as raised:
        build(topology, n_agents)
    path = getattr(topology, "path", "")
    return str(raised.value).replace(path, Path(path).name) if path else str(raised.value)


def ties_of(graph: SocialGraph) -> set[tuple[object, object]]:
    """(heard, hearing) by label; both ways if undirected."""
    return {
        (graph.labels[j].item(), graph.labels[i].item()) for i in range(graph.n_agents) for j in graph.neighbours(i)
    }
