"""Family: whom newborns take after, and the ties that they get through their parent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from society.graph import SocialGraph
from society.kernels import turnover as kernels
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society

type Ties = tuple[Array, Array, Array]
"""(n,) whom people hear from, (n,) who hears, and (n,) how strongly; no strengths where ties have none."""


def parents(model: Society, who: Array, among: str, key: np.uint64) -> Array:
    """(n,) row of whom newborns in rows `who` take after, -1 for nobody.

    That is a neighbour, if one survives and neighbours are asked for, or else anybody who lives in the environment.
    """
    graph, population, is_new = model.graph, model.population, _among(model.n_agents, who)
    parent, environment = np.full(len(who), -1, np.int64), population["environment"]
    if among == "neighbour":
        kernels.neighbour_parent(key, who, population["uid"], is_new, graph.indptr, graph.indices, parent)
    if among != "nobody":
        alone, found = who[parent < 0], np.empty(np.count_nonzero(parent < 0), np.int64)
        n_there = np.bincount(environment[~is_new], minlength=int(environment.max()) + 1)
        kernels.random_parent(key, alone, population["uid"], is_new, environment, n_there, found)
        parent[parent < 0] = found
    return parent


@dataclass(frozen=True)
class Family:
    """Children and their parents."""

    child: Array
    """(n,) rows of the children."""
    parent: Array
    """(n,) row of the parent of each."""
    uid: Array
    """(n_agents,) permanent numbers of all people."""

    def befriended(self, graph: SocialGraph, start: SocialGraph, key: np.uint64) -> SocialGraph:
        """The graph in which children have ties with their parent and the parent's friends.

        They have as many as their place had in the graph of the start, but one at least. Ties between children stay.
        """
        is_child = _among(len(self.uid), self.child)
        ties = [_kept(graph, is_child), self._ties(graph, np.maximum(start.degree, 1), is_child, key)]
        if graph.directed:  # then those who hear a child are others than those whom the child hears
            listeners, children, strength = self._ties(_turned(graph), _turned(start).degree, is_child, key)
            ties.append((children, listeners, strength))
        source, target, strength = (np.concatenate(parts) for parts in zip(*ties, strict=True))
        weights = None if graph.weights is None else strength
        tied = SocialGraph.from_edges(source, target, n_agents=graph.n_agents, weights=weights, directed=graph.directed)
        return replace(tied, labels=graph.labels, notices=graph.notices, attributes=graph.attributes)

    def _ties(self, graph: SocialGraph, wanted: Array, is_child: Array, key: np.uint64) -> Ties:
        """The ties that children have now in their rows of a graph, of the number wanted in each row."""
        rows, n_ties = (graph.indptr, graph.indices), np.empty(len(self.child), np.int64)
        kernels.count_new_ties(self.child, is_child, wanted, *rows, n_ties)
        starts = np.concatenate([[0], np.cumsum(n_ties)])
        friend = np.empty(starts[-1], np.int32)
        strength = np.empty(0 if graph.weights is None else starts[-1], np.float32)
        people = (self.child, self.parent, self.uid, is_child)
        kernels.new_ties(key, *people, *rows, graph.arc_weights, starts, friend, strength)
        is_found = friend >= 0
        return friend[is_found], np.repeat(self.child, n_ties)[is_found], strength[is_found[: len(strength)]]


def _among(n_agents: int, who: Array) -> Array:
    """(n_agents,) whether the person is one of those in some rows."""
    is_among = np.zeros(n_agents, bool)
    is_among[who] = True
    return is_among


def _listeners(graph: SocialGraph) -> Array:
    return np.repeat(np.arange(graph.n_agents), graph.degree)


def _kept(graph: SocialGraph, is_child: Array) -> Ties:
    """The ties of a graph that are not between a child and another person; undirected ones once."""
    listener = _listeners(graph)
    is_kept = is_child[listener] == is_child[graph.indices]
    if not graph.directed:
        is_kept &= graph.indices < listener
    strength = graph.arc_weights
    return graph.indices[is_kept], listener[is_kept], strength[is_kept[: len(strength)]]


def _turned(graph: SocialGraph) -> SocialGraph:
    """The graph in which everybody hears from those who heard them."""
    return SocialGraph.from_edges(
        _listeners(graph), graph.indices, n_agents=graph.n_agents, weights=graph.weights, directed=True
    )
