"""Sample: the people that a page draws one by one, where it puts them, and their ties.

All of a small society; of a large one whole communities, so that what is drawn hangs together as the society does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import rustworkx as rx
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from society.graph import SocialGraph
from society.graph_measures import communities

type Array = np.ndarray[Any, np.dtype[Any]]

MOST_PEOPLE = 2000
"""People drawn one by one at most: more cannot be told apart on a screen."""
MOST_ARCS = 20_000_000
"""Arcs beyond which communities are not looked for, since it would take too long."""
ITERATIONS = 120
"""Of the force layout; quick, and enough for communities to part."""


@dataclass(frozen=True)
class Sample:
    """People of a society that are drawn.

    Attributes
    ----------
    rows
        (n,) rows of the population, ascending.
    community
        (n,) number of the community of each in the whole society, by the Louvain method.
    positions
        (n, 2) places in the unit square.
    n_agents
        People of the whole society.
    """

    rows: Array
    community: Array
    positions: Array
    n_agents: int

    @classmethod
    def of(cls, graph: SocialGraph, *, limit: int = MOST_PEOPLE) -> Sample:
        """Choose the people of a graph that are drawn, and place them."""
        large = graph.n_arcs > MOST_ARCS
        community = np.zeros(graph.n_agents, "i8") if large else communities(graph)
        rows = _chosen(graph, community, limit)
        return cls(rows, community[rows], _placed(ties_among(graph, rows), community[rows]), graph.n_agents)

    @property
    def is_all(self) -> bool:
        """Whether everybody is drawn."""
        return len(self.rows) == self.n_agents

    @cached_property
    def community_rank(self) -> Array:
        """(n,) place of each one's community among those drawn, the largest first."""
        sizes = np.bincount(self.community)
        rank = np.empty(len(sizes), "i8")
        rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
        return rank[self.community]

    def place_of(self, row: int) -> int:
        """Number among the drawn of the person of a row; -1 if not drawn."""
        place = int(np.searchsorted(self.rows, row))
        return place if place < len(self.rows) and self.rows[place] == row else -1


def ties_among(graph: SocialGraph, rows: Array) -> Array:
    """(n_ties, 2) pairs of numbers within `rows` (ascending) of people who are tied, each pair once."""
    first, last = graph.indptr[rows], graph.indptr[rows + 1]
    lengths = last - first
    arcs = np.repeat(first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(lengths.sum())
    one, other_row = np.repeat(np.arange(len(rows)), lengths), graph.indices[arcs]
    other = np.minimum(np.searchsorted(rows, other_row), len(rows) - 1)
    inside = rows[other] == other_row
    low, high = np.minimum(one, other)[inside], np.maximum(one, other)[inside]
    pairs = np.unique(low.astype("i8") * len(rows) + high)
    return np.stack([pairs // len(rows), pairs % len(rows)], axis=1).astype("i4")


def _chosen(graph: SocialGraph, community: Array, limit: int) -> Array:
    """Rows of whole communities, in an order that does not depend on their size, and of part of the last.

    Of a community that does not fit those are taken who are nearest to its best connected member.
    """
    if graph.n_agents <= limit:
        return np.arange(graph.n_agents)
    sizes = np.bincount(community)
    order = np.random.default_rng(0).permutation(len(sizes))  # of what is drawn; the society never sees it
    fits = sizes[order].cumsum() <= limit
    whole = order[: int(fits.argmin())]
    chosen = np.isin(community, whole)
    rest = np.flatnonzero(community == order[len(whole)])
    near = _nearest(graph, rest)[: limit - int(chosen.sum())]
    return np.sort(np.concatenate([np.flatnonzero(chosen), near]))


def _nearest(graph: SocialGraph, rows: Array) -> Array:
    """The same rows, those first who are in few steps of the best connected; those out of reach last."""
    ties = ties_among(graph, rows)
    matrix = csr_array((np.ones(len(ties), "i1"), (ties[:, 0], ties[:, 1])), shape=(len(rows), len(rows)))
    start = int(np.bincount(ties.ravel(), minlength=len(rows)).argmax())
    reached = breadth_first_order(matrix, start, directed=False, return_predecessors=False)
    others = np.setdiff1d(np.arange(len(rows)), reached)
    nearest: Array = rows[np.concatenate([reached, others])]
    return nearest


def _placed(ties: Array, community: Array) -> Array:
    """(n, 2) places in the unit square by a force layout in which ties within communities pull more.

    Fruchterman and Reingold 1991, Graph drawing by force-directed placement.
    """
    n = len(community)
    graph = rx.PyGraph()
    graph.add_nodes_from(range(n))
    weights = np.where(community[ties[:, 0]] == community[ties[:, 1]], 1.0, 0.1)
    graph.add_edges_from([(i, j, w) for (i, j), w in zip(ties.tolist(), weights.tolist(), strict=True)])
    angle = 2 * np.pi * (community / max(1, int(community.max(initial=0)) + 1))
    golden = np.arange(n) * 2.399963  # radians: points spread evenly round each community's place
    spread = 0.1 * np.sqrt((np.arange(n) % 97) / 97)
    start = np.stack([np.cos(angle) + spread * np.cos(golden), np.sin(angle) + spread * np.sin(golden)], axis=1)
    found = rx.spring_layout(
        graph, pos=dict(enumerate(start.tolist())), weight_fn=float, num_iter=ITERATIONS, seed=1, k=2.0 / np.sqrt(n)
    )
    return _fitted(np.array([found[i] for i in range(n)]))


def _fitted(places: Array) -> Array:
    """Places moved and stretched into the unit square; who lies far out, such as the isolated, is drawn in."""
    middle = np.median(places, axis=0)
    away = places - middle
    reach = np.quantile(np.abs(away).max(axis=1), 0.98) or 1.0
    size = np.abs(away).max(axis=1, keepdims=True)
    drawn_in = np.where(size > reach, away * (reach / np.maximum(size, 1e-12)) ** 0.8, away)
    low, high = drawn_in.min(axis=0), drawn_in.max(axis=0)
    fitted: Array = (drawn_in - low) / np.where(high > low, high - low, 1.0)
    return fitted.astype("f4")
