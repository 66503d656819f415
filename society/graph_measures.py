"""Measures of a social graph: what `society show --graph` prints, each also a function of its own.

Clustering, components and communities are those of the graph in which a tie in either direction is a tie; strengths of
ties count nowhere. A measure that is not defined for a graph is nan.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from society.graph import SocialGraph
from society.kernels import graph_measures as kernels

MOST_ARCS = 40_000_000
"""Arcs of a graph above which communities are not looked for: it would take a minute or more."""
N_STEPS = 100_000_000
"""Arcs that are followed, at most, to estimate the length of paths."""
LEAST_SOURCES = 4
"""People from whom paths are measured, however large the graph."""
SETTLED, SMALL = 0.2, 10_000
"""Nodes stop moving between communities when so small a share of those beyond the first 10,000 still does: ten times as
fast as waiting for the last, for 0.01 of modularity or less in graphs without groups."""
MOST_SWEEPS = 1000
"""Of nodes that move between communities; rounding might make two of them change places for ever."""


class Measured(NamedTuple):
    """A measure of a graph, and what has to be said of it."""

    name: str
    value: float | int | str
    note: str = ""


def measured(graph: SocialGraph, *, seed: int = 0) -> list[Measured]:
    """All measures of a graph, in the order in which they are shown.

    Parameters
    ----------
    graph
        Any social graph.
    seed
        Of the people from whom paths are measured and of the order in which communities are joined.
    """
    n, hears, heard = graph.n_agents, graph.degree, heard_by(graph)
    one_way = [Measured("reciprocity", reciprocity(graph))] if graph.directed else []
    parts = component_sizes(graph)
    transitive, local = clustering(graph)
    return [
        Measured("people", n),
        Measured("ties", graph.n_edges),
        Measured("directed", "yes" if graph.directed else "no"),
        Measured("weighted", "no" if graph.weights is None else "yes"),
        *_degrees("degree", hears, "people one hears from" if graph.directed else ""),
        *(_degrees("heard by", heard, "people one is heard by") if graph.directed else []),
        Measured("density", density(graph)),
        *one_way,
        Measured("transitivity", transitive),
        Measured("mean local clustering", local),
        Measured("degree assortativity", assortativity(graph)),
        Measured("components", len(parts)),
        Measured("largest component", parts[0] / n, "share of people"),
        *_communities(graph, seed),
        _paths(graph, seed),
    ]


def heard_by(graph: SocialGraph) -> NDArray[np.int64]:
    """(n_agents,) how many people hear each person; the same as `degree` unless directed."""
    return np.bincount(graph.indices, minlength=graph.n_agents)


def density(graph: SocialGraph) -> float:
    """Share of all possible arcs that there are."""
    n = graph.n_agents
    return graph.n_arcs / (n * (n - 1)) if n > 1 else np.nan


def reciprocity(graph: SocialGraph) -> float:
    """Share of arcs that have their reverse."""
    arcs = _matrix(graph)
    return float(arcs.multiply(arcs.T).nnz / graph.n_arcs) if graph.n_arcs else np.nan


def clustering(graph: SocialGraph) -> tuple[float, float]:
    """Transitivity and mean local clustering.

    The first is the share of pairs of ties with a common end that are closed by a third; the second the mean of that
    share over people, 0 for who has fewer than two ties.

    References
    ----------
    Watts and Strogatz 1998. Newman, Strogatz and Watts 2001, Random graphs with arbitrary degree distributions.
    """
    both = either_way(graph)
    closed = 2.0 * triangles(both)
    pairs = both.degree * (both.degree - 1.0)
    share = np.divide(closed, pairs, out=np.zeros(len(pairs)), where=pairs > 0)
    return float(closed.sum() / pairs.sum()) if pairs.any() else np.nan, float(share.mean())


def triangles(graph: SocialGraph) -> NDArray[np.int64]:
    """(n_agents,) triangles that each person is in, in an undirected graph.

    References
    ----------
    Latapy 2008, Main-memory triangle computations for very large (sparse (power-law)) graphs.
    """
    rank = np.empty(graph.n_agents, np.int64)
    rank[np.argsort(graph.degree, kind="stable")] = np.arange(graph.n_agents)
    is_up = np.repeat(rank, graph.degree) < rank[graph.indices]
    ups = np.concatenate([[0], np.cumsum(is_up)])[graph.indptr]
    found, mark = np.zeros(graph.n_agents, np.int64), np.full(graph.n_agents, -1, np.int32)
    kernels.count_triangles(ups, graph.indices[is_up], mark, found)
    return found


def assortativity(graph: SocialGraph) -> float:
    """Correlation, over arcs, of how many hear the one who is heard and how many the one who hears does hear.

    In an undirected graph that is the correlation of the degrees at both ends of a tie; nan if all are equal.

    References
    ----------
    Newman 2002, Assortative mixing in networks. Newman 2003, Mixing patterns in networks.
    """
    listener = np.repeat(graph.degree, graph.degree).astype(np.float64)
    speaker = heard_by(graph)[graph.indices].astype(np.float64)
    if len(listener) == 0 or np.ptp(listener) == 0 or np.ptp(speaker) == 0:
        return np.nan
    return float(np.corrcoef(listener, speaker)[0, 1])


def component_sizes(graph: SocialGraph) -> NDArray[np.int64]:
    """People of each connected component, the largest first."""
    from scipy.sparse.csgraph import connected_components

    _, part = connected_components(_matrix(graph), directed=graph.directed, connection="weak")
    return np.sort(np.bincount(part))[::-1]


def path_length(graph: SocialGraph, *, n_sources: int, seed: int = 0) -> float:
    """Mean number of steps between two people of whom one can be reached, from people drawn by chance.

    Parameters
    ----------
    graph
        Any social graph; in a directed one a step leads from who hears to who is heard.
    n_sources
        People from whom paths are measured; the mean is exact if it is all.
    seed
        Of who they are.
    """
    n = graph.n_agents
    sources = np.random.default_rng(seed).choice(n, size=min(n_sources, n), replace=False)
    distance, queue = np.full(n, -1, np.int32), np.empty(n, np.int32)
    found = [kernels.total_distance(graph.indptr, graph.indices, source, distance, queue) for source in sources]
    total, n_pairs = np.sum(found, axis=0)
    return float(total / n_pairs) if n_pairs else np.nan


def modularity(graph: SocialGraph, community: NDArray[Any]) -> float:
    """Share of ties within communities (n_agents,) beyond what is expected from degrees alone.

    References
    ----------
    Newman and Girvan 2004, Finding and evaluating community structure in networks.
    """
    both = either_way(graph)
    if both.n_arcs == 0:
        return np.nan
    _, number = np.unique(community, return_inverse=True)
    inside = np.count_nonzero(np.repeat(number, both.degree) == number[both.indices])
    share = np.bincount(number, weights=both.degree) / both.n_arcs
    return float(inside / both.n_arcs - (share**2).sum())


def communities(graph: SocialGraph, *, seed: int = 0) -> NDArray[np.int64]:
    """(n_agents,) number of the community of each person, by the Louvain method.

    Nodes join, one after another, the neighbouring community that gains most modularity, until few of them move; then
    communities are the nodes, and it begins anew, until nothing changes.

    References
    ----------
    Blondel, Guillaume, Lambiotte and Lefebvre 2008, Fast unfolding of communities in large networks.
    """
    from scipy import sparse

    rng = np.random.default_rng(seed)
    nodes = _matrix(either_way(graph)).astype(np.float64)
    member = np.arange(graph.n_agents)
    while True:
        joined = _joined(nodes, rng)
        n_found = int(joined.max()) + 1
        member = joined[member]
        if n_found == nodes.shape[0]:
            return member
        pairs = nodes.tocoo()
        nodes = sparse.csr_array((pairs.data, (joined[pairs.row], joined[pairs.col])), shape=(n_found, n_found))
        nodes.sum_duplicates()


def either_way(graph: SocialGraph) -> SocialGraph:
    """The undirected graph in which a tie in either direction is a tie, without strengths."""
    if not graph.directed:
        return graph
    listener = np.repeat(np.arange(graph.n_agents), graph.degree)
    return SocialGraph.from_edges(graph.indices, listener, n_agents=graph.n_agents)


def _joined(nodes: Any, rng: np.random.Generator) -> NDArray[np.int64]:
    """Community of each node of a weighted graph, numbered from 0, when few of them gain by moving."""
    n = nodes.shape[0]
    indptr, indices = nodes.indptr.astype(np.int64), nodes.indices.astype(np.int32)
    strength = np.asarray(nodes.sum(axis=1), np.float64)
    community, size, order = np.arange(n), strength.copy(), rng.permutation(n)
    link, touched = np.zeros(n), np.empty(n, np.int64)
    for _ in range(MOST_SWEEPS):
        n_moved = kernels.join_communities(indptr, indices, nodes.data, strength, order, community, size, link, touched)
        if n_moved <= max(SETTLED * (n - SMALL), 0):
            break
    return np.unique(community, return_inverse=True)[1]


def _matrix(graph: SocialGraph) -> Any:
    """The graph as a sparse matrix of ones."""
    from scipy import sparse

    ones = np.ones(graph.n_arcs, np.float32)
    return sparse.csr_array((ones, graph.indices, graph.indptr), shape=(graph.n_agents, graph.n_agents))


def _degrees(name: str, degree: NDArray[Any], note: str) -> list[Measured]:
    mean, spread, median = float(degree.mean()), float(degree.std()), float(np.median(degree))
    return [
        Measured(f"{name}, mean", mean, note),
        Measured(f"{name}, sd", spread),
        Measured(f"{name}, least", int(degree.min())),
        Measured(f"{name}, median", median),
        Measured(f"{name}, most", int(degree.max())),
    ]


def _communities(graph: SocialGraph, seed: int) -> list[Measured]:
    if graph.n_arcs > MOST_ARCS:
        return [Measured("modularity", np.nan, f"not looked for above {MOST_ARCS:,} arcs")]
    community = communities(graph, seed=seed)
    early = ", stopped early" if graph.n_agents > SMALL else ""
    return [
        Measured("communities", int(community.max()) + 1, "Louvain method" + early),
        Measured("modularity", modularity(graph, community), "of these communities"),
    ]


def _paths(graph: SocialGraph, seed: int) -> Measured:
    n_sources = min(graph.n_agents, max(LEAST_SOURCES, N_STEPS // (graph.n_agents + graph.n_arcs)))
    who = "everybody" if n_sources == graph.n_agents else f"{n_sources:,} people drawn by chance"
    return Measured("path length, mean", path_length(graph, n_sources=n_sources, seed=seed), f"steps from {who}")
