"""A fast random graph for benchmarks, as long as `society.topologies` has no kind ``erdos_renyi`` of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from unittest.mock import patch

import numpy as np

from society.graph import SocialGraph
from society.tables import parameter
from society.topologies import TOPOLOGIES, Topology


class RandomTies(Topology):
    """Pairs drawn uniformly with replacement; loops and repeated ties, a few in 10,000, are dropped."""

    kind: Literal["erdos_renyi"] = "erdos_renyi"
    """Draws ties between random people."""
    mean_degree: float = parameter(10.0, "Mean number of ties of a person.", ge=0)

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Draw both ends of every tie."""
        assert n_agents is not None
        ends = np.random.default_rng(seed).integers(n_agents, size=(2, round(n_agents * self.mean_degree / 2)))
        return SocialGraph.from_edges(*ends, n_agents=n_agents)


@contextmanager
def stand_in() -> Iterator[None]:
    """Know the kind ``erdos_renyi`` for a while, if nobody else does."""
    with patch.dict(TOPOLOGIES, {"erdos_renyi": RandomTies} | TOPOLOGIES):
        yield
