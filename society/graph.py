"""SocialGraph: who hears from whom, as immutable compressed rows.

Row i lists whom i hears from. The graph is made once, from edges or from networkx, and shared by reference;
where the edges come from is the business of `topologies`. Nothing here is random.
"""

import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from society.errors import InputError

if TYPE_CHECKING:
    import networkx as nx

type Labels = NDArray[np.int64] | NDArray[np.str_]


_NO_WEIGHTS = np.empty(0, np.float32)
_NO_WEIGHTS.flags.writeable = False


@dataclass(frozen=True, eq=False, repr=False)
class SocialGraph:
    """An immutable graph of people; an undirected tie is stored as its two arcs.

    Parameters
    ----------
    indptr
        (n_agents + 1,) where each row starts.
    indices
        (n_arcs,) whom each person hears from, ascending within a row.
    weights
        (n_arcs,) strength of each arc, or None if ties have no strength.
    labels
        (n_agents,) what the source calls each person.
    directed
        Whether an arc may stand without its reverse.
    notices
        Sentences about what was dropped or added on the way in.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    weights: NDArray[np.float32] | None
    labels: Labels
    directed: bool = False
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.indptr, self.indices, self.weights, self.labels):
            if array is not None:
                array.flags.writeable = False

    def __reduce__(self) -> tuple[Any, ...]:
        # Through the constructor: numpy forgets in a pickle that an array was read-only.
        return SocialGraph, (self.indptr, self.indices, self.weights, self.labels, self.directed, self.notices)

    def __repr__(self) -> str:
        kind = "directed" if self.directed else "undirected"
        return f"SocialGraph({_counted(self.n_agents, 'person')}, {_counted(self.n_edges, 'tie')}, {kind})"

    @property
    def n_agents(self) -> int:
        """Number of people."""
        return len(self.indptr) - 1

    @property
    def arc_weights(self) -> NDArray[np.float32]:
        """`weights`, or an empty array where every tie counts 1: what kernels take."""
        return _NO_WEIGHTS if self.weights is None else self.weights

    @cached_property
    def heaviest(self) -> float:
        """Largest strength of a tie."""
        return 1.0 if self.weights is None else float(self.weights.max(initial=0.0))

    @property
    def n_arcs(self) -> int:
        """Number of arcs; an undirected tie counts twice."""
        return len(self.indices)

    @property
    def n_edges(self) -> int:
        """Number of ties; an undirected tie counts once."""
        return self.n_arcs if self.directed else self.n_arcs // 2

    @cached_property
    def degree(self) -> NDArray[np.int32]:
        """(n_agents,) how many people each person hears from."""
        degree = np.diff(self.indptr).astype(np.int32)
        degree.flags.writeable = False
        return degree

    def neighbours(self, i: int) -> NDArray[np.int32]:
        """View of the people that person `i` hears from."""
        return self.indices[self.indptr[i] : self.indptr[i + 1]]

    @classmethod
    def from_edges(
        cls,
        source: ArrayLike,
        target: ArrayLike,
        *,
        n_agents: int | None = None,
        weights: ArrayLike | None = None,
        directed: bool = False,
    ) -> "SocialGraph":
        """Build from pairs of positions; each target hears from its source.

        Self-loops are dropped, and of repeated ties all but the first; undirected a–b and b–a are one tie.

        Parameters
        ----------
        source, target
            (n_edges,) positions from 0.
        n_agents
            Number of people; the largest position + 1 by default.
        weights
            (n_edges,) finite strengths.
        directed
            Whether a tie runs one way only.
        """
        source, target = _positions(source), _positions(target)
        if len(source) != len(target):
            raise InputError(f"source and target differ in length: {len(source)} and {len(target)}")
        n_named = int(max(source.max(initial=-1), target.max(initial=-1))) + 1
        n_agents = _checked_size(n_agents, n_named)
        strength = None if weights is None else _strengths(weights, len(source))
        row, column, edge = _arcs(source, target, directed)
        kept = _first_of_each(row * n_agents + column)
        row, column, edge = row[kept], column[kept], edge[kept]
        n_loops = int(np.count_nonzero(source == target))
        n_repeated = len(source) - n_loops - (len(row) if directed else len(row) // 2)
        return cls(
            indptr=_row_starts(row, n_agents),
            indices=column.astype(np.int32),
            weights=None if strength is None else strength[edge],
            labels=np.arange(n_agents, dtype=np.int64),
            directed=directed,
            notices=_notices(n_loops, n_repeated, _n_isolated(row, column, n_agents), n_agents),
        )

    @classmethod
    def from_labelled_edges(
        cls,
        source: ArrayLike,
        target: ArrayLike,
        *,
        n_agents: int | None = None,
        weights: ArrayLike | None = None,
        directed: bool = False,
    ) -> "SocialGraph":
        """Build from pairs of labels, whole numbers or strings; people stand in the order of their labels.

        A larger `n_agents` adds people without ties, whose labels continue: the largest number + 1 …, or
        "isolate-1" …. Otherwise as `from_edges`.
        """
        ends = np.concatenate([_label_array(source), _label_array(target)])
        labels, position = np.unique(ends, return_inverse=True)
        half = len(np.asarray(source))
        n_agents = _checked_size(n_agents, len(labels))
        graph = cls.from_edges(position[:half], position[half:], n_agents=n_agents, weights=weights, directed=directed)
        return graph._labelled(labels)

    @classmethod
    def from_networkx(
        cls, graph: "nx.Graph[Any]", *, weight: str | None = None, n_agents: int | None = None
    ) -> "SocialGraph":
        """Build from a networkx graph; people stand in the order of its nodes.

        Parameters
        ----------
        graph
            A Graph, DiGraph, MultiGraph or MultiDiGraph; of parallel edges the first is kept.
        weight
            Name of the edge attribute that holds the strength of a tie.
        n_agents
            Number of people; a larger one adds people without ties.
        """
        position = {node: i for i, node in enumerate(graph.nodes)}
        social = cls.from_edges(
            [position[edge[0]] for edge in graph.edges()],
            [position[edge[1]] for edge in graph.edges()],
            n_agents=_checked_size(n_agents, len(position)),
            weights=None if weight is None else _edge_attribute(graph, weight),
            directed=graph.is_directed(),
        )
        return social._labelled(_node_labels(list(position)))

    def to_networkx(self) -> "nx.Graph[Any]":
        """Export as a networkx Graph or DiGraph, with labels as nodes and strengths as edge attribute "weight"."""
        import networkx as nx

        graph = nx.DiGraph() if self.directed else nx.Graph()
        names = self.labels.tolist()
        graph.add_nodes_from(names)
        listener = self._listeners()
        kept = np.arange(self.n_arcs) if self.directed else np.flatnonzero(self.indices < listener)
        source = [names[i] for i in self.indices[kept].tolist()]
        target = [names[i] for i in listener[kept].tolist()]
        if self.weights is None:
            graph.add_edges_from(zip(source, target, strict=True))
        else:
            graph.add_weighted_edges_from(zip(source, target, self.weights[kept].tolist(), strict=True))
        return graph

    def k_strongest(self, k: int, priority: NDArray[Any]) -> "SocialGraph":
        """Keep at most `k` arcs of each row: the strongest, then those of smallest priority, then the leftmost.

        The result is directed, because i may keep j while j drops i.

        Parameters
        ----------
        k
            Arcs kept in a row, at least 1.
        priority
            (n_arcs,) order among arcs of equal strength, smallest first.
        """
        if k < 1:
            raise InputError(f"k = {k}: must be at least 1")
        row = self._listeners()
        strength = np.zeros(self.n_arcs, np.float32) if self.weights is None else self.weights
        order = np.lexsort((priority, -strength, row))
        rank = np.arange(self.n_arcs) - self.indptr[row]
        kept = np.sort(order[rank < k])
        dropped = self.n_arcs - len(kept)
        notice = f"{_counted(dropped, 'arc')} beyond the {k} strongest of a person {_was(dropped)} dropped."
        return replace(
            self,
            indptr=_row_starts(row[kept], self.n_agents),
            indices=self.indices[kept],
            weights=None if self.weights is None else self.weights[kept],
            directed=True,
            notices=(*self.notices, notice) if dropped else self.notices,
        )

    def digest(self) -> str:
        """SHA-256 of size, direction, arcs and strengths; labels and notices do not count."""
        digest = hashlib.sha256(f"n_agents={self.n_agents} directed={self.directed}\n".encode())
        for name, array in (("indptr", self.indptr), ("indices", self.indices), ("weights", self.weights)):
            if array is not None:
                little = array.astype(array.dtype.newbyteorder("<"), copy=False)
                digest.update(f"{name} {little.dtype.name} {little.shape}\n".encode())
                digest.update(little.tobytes())
        return digest.hexdigest()

    def _listeners(self) -> NDArray[np.int64]:
        """(n_arcs,) the row of each arc."""
        return np.repeat(np.arange(self.n_agents), self.degree)

    def _labelled(self, labels: Labels) -> "SocialGraph":
        """Name the people; those beyond the end of `labels` were added and get names that continue it."""
        n_added = self.n_agents - len(labels)
        if n_added == 0:
            return replace(self, labels=labels)
        more = _more_labels(labels, n_added)
        notice = f"{_counted(n_added, 'person')} without ties {_was(n_added)} added to reach {self.n_agents}."
        return replace(self, labels=np.concatenate([labels, more]), notices=(notice, *self.notices))


def _positions(values: ArrayLike) -> NDArray[np.int64]:
    positions = np.asarray(values)
    if positions.size and positions.dtype.kind not in "iu":
        raise InputError(f"source and target: positions must be whole numbers, not {positions.dtype}")
    if positions.size and positions.min() < 0:
        raise InputError(f"source and target: positions must be at least 0, not {positions.min()}")
    return positions.astype(np.int64, copy=False)


def _checked_size(n_agents: int | None, n_named: int) -> int:
    """Settle the number of people, given how many of them the edges need."""
    size = n_named if n_agents is None else n_agents
    if size < n_named:
        raise InputError(f"population.n_agents = {size}: the graph has {_counted(n_named, 'person')}")
    if size < 1:
        raise InputError("population.n_agents = 0: the graph has no people")
    return size


def _strengths(weights: ArrayLike, n_edges: int) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        strength = np.asarray(weights, dtype=np.float64).astype(np.float32)
    if strength.shape != (n_edges,):
        raise InputError(f"weights: one is needed for each of {n_edges} ties, not {strength.shape}")
    if not np.isfinite(strength).all():
        raise InputError("weights: must be finite numbers within the range of float32")
    return strength


def _arcs(
    source: NDArray[np.int64], target: NDArray[np.int64], directed: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Row, column and edge of every arc that is not a self-loop, in the order of the edges."""
    edge = np.flatnonzero(source != target)
    source, target = source[edge], target[edge]
    if directed:
        return target, source, edge
    # The two arcs of a tie stand together, so that the first mention of a tie is the first of both its arcs.
    row = np.stack([target, source], axis=1).ravel()
    column = np.stack([source, target], axis=1).ravel()
    return row, column, np.repeat(edge, 2)


def _first_of_each(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of the first occurrence of each key, by ascending key (np.unique takes ten times as long)."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    is_first = np.ones(len(key), bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return order[is_first]


def _row_starts(row: NDArray[np.int64], n_agents: int) -> NDArray[np.int64]:
    starts = np.zeros(n_agents + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=n_agents), out=starts[1:])
    return starts


def _n_isolated(row: NDArray[np.int64], column: NDArray[np.int64], n_agents: int) -> int:
    is_tied = np.zeros(n_agents, bool)
    is_tied[row] = True
    is_tied[column] = True
    return n_agents - int(np.count_nonzero(is_tied))


def _notices(n_loops: int, n_repeated: int, n_isolated: int, n_agents: int) -> tuple[str, ...]:
    said = []
    if n_loops:
        said.append(f"{_counted(n_loops, 'self-loop')} {_was(n_loops)} dropped.")
    if n_repeated:
        said.append(f"{_counted(n_repeated, 'repeated tie')} {_was(n_repeated)} dropped; the first of each was kept.")
    if n_isolated:
        said.append(f"{n_isolated} of {_counted(n_agents, 'person')} {'has' if n_isolated == 1 else 'have'} no ties.")
    return tuple(said)


def _label_array(values: ArrayLike) -> Labels:
    labels = np.asarray(values)
    if labels.dtype.kind in "iu":
        return labels.astype(np.int64, copy=False)
    if labels.dtype.kind == "f" and labels.size:
        raise InputError("labels must be whole numbers or strings, not fractions")
    return labels.astype(np.str_, copy=False)


def _node_labels(nodes: Sequence[Hashable]) -> Labels:
    """Labels of networkx nodes: whole numbers if all are, else their text."""
    if all(isinstance(node, int) for node in nodes):
        return np.array(nodes, dtype=np.int64)
    labels = np.array([str(node) for node in nodes])
    if len(np.unique(labels)) < len(nodes):
        raise InputError("the graph has different nodes that read the same as text")
    return labels


def _more_labels(labels: Labels, n_more: int) -> Labels:
    if labels.dtype.kind == "i":
        first = int(labels.astype(np.int64).max(initial=-1)) + 1
        return np.arange(first, first + n_more, dtype=np.int64)
    taken = set(labels.tolist())
    free = (name for i in count(1) if (name := f"isolate-{i}") not in taken)
    return np.array(list(islice(free, n_more)))


def _edge_attribute(graph: "nx.Graph[Any]", name: str) -> NDArray[np.float64]:
    values = []
    for source, target, value in graph.edges(data=name):
        if not isinstance(value, int | float):
            raise InputError(f"graph.weight = {name!r}: the tie {source!r} – {target!r} has no number of that name")
        values.append(value)
    return np.array(values, dtype=np.float64)


def _counted(number: int, noun: str) -> str:
    plural = "people" if noun == "person" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
