"""Family: whom newborns take after, and the ties that they get through their parent."""

from __future__ import annotations

from dataclasses import replace
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
    """(n,) row of whom newborns in rows `who` take after: a neighbour, or one of the environment; -1 for nobody."""
    graph, population, is_new = model.graph, model.population, _among(model, who)
    parent = np.full(len(who), -1, np.int64)
    if among == "neighbour":
        kernels.neighbour_parent(key, who, population["uid"], is_new, graph.indptr, graph.indices, parent)
    elif among == "environment":
        environment = population["environment"]
        n_there = np.bincount(environment[~is_new], minlength=int(environment.max()) + 1)
        kernels.random_parent(key, who, population["uid"], is_new, environment, n_there, parent)
    return parent


def befriended(model: Society, child: Array, parent: Array, key: np.uint64) -> SocialGraph:
    """The graph in which people of rows `child` have as many ties as before, but with their parent and the parent's.

    Who had no ties has one now, with the parent.
    """
    graph, is_child = model.graph, _among(model, child)
    ties = [_kept(graph, is_child), _through_parents(model, graph, child, parent, key)]
    if graph.directed:  # then those who hear a child are others than those whom the child hears
        listeners, children, strength = _through_parents(model, _turned(graph), child, parent, key)
        ties.append((children, listeners, strength))
    source, target, strength = (np.concatenate(parts) for parts in zip(*ties, strict=True))
    weights = None if graph.weights is None else strength
    tied = SocialGraph.from_edges(source, target, n_agents=graph.n_agents, weights=weights, directed=graph.directed)
    return replace(tied, labels=graph.labels, notices=graph.notices, attributes=graph.attributes)


def _among(model: Society, who: Array) -> Array:
    """(n_agents,) whether the person is one of those in some rows."""
    is_among = np.zeros(model.n_agents, bool)
    is_among[who] = True
    return is_among


def _listeners(graph: SocialGraph) -> Array:
    return np.repeat(np.arange(graph.n_agents), graph.degree)


def _kept(graph: SocialGraph, is_child: Array) -> Ties:
    """The ties of a graph that are no child's; undirected ones once."""
    listener = _listeners(graph)
    is_kept = ~(is_child[listener] | is_child[graph.indices])
    if not graph.directed:
        is_kept &= graph.indices < listener
    strength = graph.arc_weights
    return graph.indices[is_kept], listener[is_kept], strength[is_kept[: len(strength)]]


def _through_parents(model: Society, graph: SocialGraph, child: Array, parent: Array, key: np.uint64) -> Ties:
    """The ties that children have now in their rows of a graph: the society's, or the one turned round."""
    is_child, rows = _among(model, child), (graph.indptr, graph.indices)
    n_ties = np.empty(len(child), np.int64)
    kernels.count_new_ties(child, is_child, int(graph is model.graph), *rows, n_ties)
    starts = np.concatenate([[0], np.cumsum(n_ties)])
    friend = np.empty(starts[-1], np.int32)
    strength = np.empty(0 if graph.weights is None else starts[-1], np.float32)
    uid, weights = model.population["uid"], graph.arc_weights
    kernels.new_ties(key, child, parent, uid, is_child, *rows, weights, starts, friend, strength)
    is_found = friend >= 0
    return friend[is_found], np.repeat(child, n_ties)[is_found], strength[is_found] if len(strength) else strength


def _turned(graph: SocialGraph) -> SocialGraph:
    """The graph in which everybody hears from those who heard them."""
    return SocialGraph.from_edges(
        _listeners(graph), graph.indices, n_agents=graph.n_agents, weights=graph.weights, directed=True
    )
