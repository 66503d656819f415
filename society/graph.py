"""SocialGraph: who hears from whom, as immutable compressed rows.

Row i lists whom i hears from. The graph is made once, from edges or from networkx, and shared by reference;
where the edges come from is the business of `topologies`. Nothing here is random.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from society.errors import InputError
from society.kernels import graph as kernels
from society.labels import Labels, label_array, more_labels, node_labels, numbered

if TYPE_CHECKING:
    import networkx as nx

MOST_PEOPLE = 2**31 - 2
"""People are numbered by int32."""

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
        (n_arcs,) strength of each arc, below 0 for dislike, or None if ties have no strength.
    labels
        (n_agents,) what the source calls each person.
    directed
        Whether an arc may stand without its reverse.
    notices
        Sentences about what was dropped or added on the way in.
    attributes
        What the source says of people besides their ties, by name: (n_agents,) objects, None where it says nothing.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    weights: NDArray[np.float32] | None
    labels: Labels
    directed: bool = False
    notices: tuple[str, ...] = ()
    attributes: Mapping[str, NDArray[np.object_]] = MappingProxyType({})

    def __post_init__(self) -> None:
        for array in (self.indptr, self.indices, self.weights, self.labels, *self.attributes.values()):
            if array is not None:
                array.flags.writeable = False

    def __reduce__(self) -> tuple[Any, ...]:
        # Through the constructor: numpy forgets in a pickle that an array was read-only.
        arrays = (self.indptr, self.indices, self.weights, self.labels)
        return SocialGraph, (*arrays, self.directed, self.notices, dict(self.attributes))

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
        n_named = max(int(source.max()), int(target.max())) + 1 if len(source) else 0
        n_agents = checked_size(n_agents, n_named)
        strength = _NO_WEIGHTS if weights is None else _strengths(weights, len(source))
        source, target = source.astype(np.uint32, copy=False), target.astype(np.uint32, copy=False)
        heard, hears = np.zeros(n_agents + 1, np.uint64), np.zeros(n_agents + 1, np.uint64)
        kernels.count_arcs(source, target, directed, heard, hears)
        n_isolated = n_agents - int(np.count_nonzero(heard[:-1] | hears[:-1]))
        indptr, indices, strengths, n_repeated = _compressed(source, target, strength, directed, heard, hears)
        n_loops = len(source) - (len(indices) + n_repeated) // (1 if directed else 2)
        return cls(
            indptr=indptr,
            indices=indices,
            weights=None if weights is None else strengths,
            labels=np.arange(n_agents, dtype=np.int64),
            directed=directed,
            notices=_notices(n_loops, n_repeated // (1 if directed else 2), n_isolated, n_agents)
            + _dislikes(int(np.count_nonzero(strengths < 0)) // (1 if directed else 2)),
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
        labels, position = numbered(np.concatenate([label_array(source), label_array(target)]))
        half = len(np.asarray(source))
        n_agents = checked_size(n_agents, len(labels))
        graph = cls.from_edges(position[:half], position[half:], n_agents=n_agents, weights=weights, directed=directed)
        return graph.labelled(labels)

    @classmethod
    def from_networkx(
        cls,
        graph: "nx.Graph[Any]",
        *,
        weight: str | None = None,
        labels: Labels | None = None,
        n_agents: int | None = None,
    ) -> "SocialGraph":
        """Build from a networkx graph; people stand in the order of its nodes and keep their attributes.

        Parameters
        ----------
        graph
            A Graph, DiGraph, MultiGraph or MultiDiGraph; of parallel edges the first is kept.
        weight
            Name of the edge attribute that holds the strength of a tie.
        labels
            (n_nodes,) what people are called; by default what the nodes are.
        n_agents
            Number of people; a larger one adds people without ties.
        """
        position = {node: i for i, node in enumerate(graph.nodes)}
        n_ties = graph.number_of_edges()
        social = cls.from_edges(
            np.fromiter((position[edge[0]] for edge in graph.edges()), np.int64, n_ties),
            np.fromiter((position[edge[1]] for edge in graph.edges()), np.int64, n_ties),
            n_agents=checked_size(n_agents, len(position)),
            weights=None if weight is None else _edge_attribute(graph, weight),
            directed=graph.is_directed(),
        )
        social = replace(social, attributes=_attributes(graph, social.n_agents))
        return social.labelled(node_labels(list(position)) if labels is None else labels)

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

    def labelled(self, labels: Labels) -> "SocialGraph":
        """Name the people; those beyond the end of `labels` were added and get names that continue it."""
        n_added = self.n_agents - len(labels)
        if n_added == 0:
            return replace(self, labels=labels)
        more = more_labels(labels, n_added)
        notice = f"{_counted(n_added, 'person')} without ties {_was(n_added)} added to reach {self.n_agents}."
        return replace(self, labels=np.concatenate([labels, more]), notices=(notice, *self.notices))


def _positions(values: ArrayLike) -> NDArray[Any]:
    positions = np.asarray(values)
    if not positions.size:
        return positions.astype(np.int64)
    if positions.dtype.kind not in "iu":
        raise InputError(f"source and target: positions must be whole numbers, not {positions.dtype}")
    if positions.min() < 0:
        raise InputError(f"source and target: positions must be at least 0, not {positions.min()}")
    return positions


def checked_size(n_agents: int | None, n_named: int) -> int:
    """Settle the number of people, given how many of them the edges need."""
    size = n_named if n_agents is None else n_agents
    if size < n_named:
        raise InputError(f"population.n_agents = {size}: the graph has {_counted(n_named, 'person')}")
    if size < 1:
        raise InputError("population.n_agents = 0: the graph has no people")
    if size > MOST_PEOPLE:
        raise InputError(f"population.n_agents = {size}: must be at most {MOST_PEOPLE}")
    return size


def _strengths(weights: ArrayLike, n_edges: int) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        strength = np.asarray(weights, dtype=np.float64).astype(np.float32)
    if strength.shape != (n_edges,):
        raise InputError(f"weights: one is needed for each of {n_edges} ties, not {strength.shape}")
    if not np.isfinite(strength).all():
        raise InputError("weights: must be finite numbers within the range of float32")
    return strength


def _compressed(
    source: NDArray[np.uint32],
    target: NDArray[np.uint32],
    weights: NDArray[np.float32],
    directed: bool,
    heard: NDArray[np.uint64],
    hears: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], int]:
    """Rows of the graph, given how many hear and are heard, and the number of arcs left out as repeated."""
    kernels.to_starts(heard)
    kernels.to_starts(hears)
    n_arcs, n_weights = int(hears[-1]), int(hears[-1]) if len(weights) else 0
    listener, strength = np.empty(n_arcs, np.uint32), np.empty(n_weights, np.float32)
    kernels.group_by_heard(source, target, weights, directed, heard[:-1].copy(), listener, strength)
    indices, strengths, end = np.empty(n_arcs, np.uint32), np.empty(n_weights, np.float32), hears[:-1].copy()
    kernels.group_by_listener(heard, listener, strength, hears, end, indices, strengths)
    n_kept = int((end - hears[:-1]).sum())
    if n_kept < n_arcs:
        kernels.close_gaps(hears, end, indices, strengths)
        indices, strengths = indices[:n_kept].copy(), strengths[: n_kept if n_weights else 0].copy()
    return hears.view(np.int64), indices.view(np.int32), strengths, n_arcs - n_kept


def _row_starts(row: NDArray[np.int64], n_agents: int) -> NDArray[np.int64]:
    starts = np.zeros(n_agents + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=n_agents), out=starts[1:])
    return starts


def _notices(n_loops: int, n_repeated: int, n_isolated: int, n_agents: int) -> tuple[str, ...]:
    said = []
    if n_loops:
        said.append(f"{_counted(n_loops, 'self-loop')} {_was(n_loops)} dropped.")
    if n_repeated:
        said.append(f"{_counted(n_repeated, 'repeated tie')} {_was(n_repeated)} dropped; the first of each was kept.")
    if n_isolated:
        said.append(f"{n_isolated} of {_counted(n_agents, 'person')} {'has' if n_isolated == 1 else 'have'} no ties.")
    return tuple(said)


def _dislikes(number: int) -> tuple[str, ...]:
    verb = "has a weight" if number == 1 else "have weights"
    return (f"{_counted(number, 'tie')} {verb} below 0: dislike.",) if number else ()


def _attributes(graph: "nx.Graph[Any]", n_agents: int) -> dict[str, NDArray[np.object_]]:
    """Node attributes of a networkx graph, by name."""
    attributes: dict[str, NDArray[np.object_]] = {}
    for row, said in enumerate(graph.nodes.values()):
        for name, value in said.items():
            attributes.setdefault(str(name), np.full(n_agents, None))[row] = value
    return attributes


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
