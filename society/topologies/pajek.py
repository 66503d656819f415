"""Graphs read from Pajek networks, in all the ways in which Pajek writes ties."""

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from society import tabular
from society.topologies.attributed import Attributed

if TYPE_CHECKING:
    import networkx as nx

SHAPES = {"ellipse", "box", "diamond", "triangle", "cross", "empty", "circle"}


class Pajek(Attributed):
    """A graph read from a Pajek network (.net): arcs, edges, lists of either, or a matrix.

    Where it has arcs, the graph is directed and an edge is two arcs. A tie without a value has the value 1. All
    relations of a file are read as one.

    References
    ----------
    Batagelj, V., & Mrvar, A. (1998). Pajek: program for large network analysis. Connections 21, 47–57.
    """

    kind: Literal["pajek"] = "pajek"
    own_label: ClassVar[str | None] = "label"

    def read(self) -> "nx.Graph[Any]":
        """Read the file; what is neither vertices nor ties is passed over."""
        with tabular.open_bytes(self.path) as file:
            text = file.read().decode("utf-8-sig")
        network = _Network()
        for number, line in enumerate(text.splitlines(), 1):
            try:
                network.read(line.strip())
            except (ValueError, IndexError) as error:
                raise ValueError(f"line {number}: {error}") from error
        return network.graph()


class _Network:
    """A network in the making, fed line by line."""

    def __init__(self) -> None:
        self.people: dict[int, dict[str, Any]] = {}
        self.arcs: list[tuple[int, int, dict[str, float]]] = []
        self.edges: list[tuple[int, int, dict[str, float]]] = []
        self.row = 0
        self.sections: dict[str, Callable[[list[str]], None]] = {
            "*vertices": self._person,
            "*arcs": lambda words: self._tie(self.arcs, words),
            "*edges": lambda words: self._tie(self.edges, words),
            "*arcslist": lambda words: self._ties(self.arcs, words),
            "*edgeslist": lambda words: self._ties(self.edges, words),
            "*matrix": self._matrix_row,
        }
        self.section: Callable[[list[str]], None] = lambda words: None

    def read(self, line: str) -> None:
        """Take in one line."""
        if not line or line.startswith("%"):
            return
        words = shlex.split(line) if '"' in line else line.split()
        if not line.startswith("*"):
            self.section(words)
            return
        name = words[0].lower().split(":")[0]
        self.row = 0  # of a matrix, of which there may be several
        self.section = self.sections.get(name, lambda words: None)
        if name == "*vertices":
            self.people = {number: {"label": str(number)} for number in range(1, int(words[1]) + 1)}

    def graph(self) -> "nx.Graph[Any]":
        """The network as a whole."""
        import networkx as nx

        graph = nx.MultiDiGraph() if self.arcs else nx.MultiGraph()
        graph.add_nodes_from(self.people.items())
        graph.add_edges_from(self.arcs)
        for source, target, value in self.edges:
            graph.add_edge(source, target, **value)
            if self.arcs:
                graph.add_edge(target, source, **value)
        return graph

    def _person(self, words: list[str]) -> None:
        """``number "label" x y z shape key value …``, of which all but the number may be missing."""
        person = self.people[self._known(words[0])]
        rest = words[2:]
        if len(words) > 1:
            person["label"] = words[1]
        for axis in "xyz":
            if rest and _is_number(rest[0]):
                person[axis] = float(rest.pop(0))
        if rest and rest[0].lower() in SHAPES:
            person["shape"] = rest.pop(0)
        person.update(zip(rest[::2], rest[1::2], strict=False))

    def _tie(self, ties: list[tuple[int, int, dict[str, float]]], words: list[str]) -> None:
        value = float(words[2]) if len(words) > 2 and _is_number(words[2]) else 1.0
        ties.append((self._known(words[0]), self._known(words[1]), {"weight": value}))

    def _ties(self, ties: list[tuple[int, int, dict[str, float]]], words: list[str]) -> None:
        for word in words[1:]:
            self._tie(ties, [words[0], word])

    def _matrix_row(self, words: list[str]) -> None:
        self.row += 1
        for column, word in enumerate(words, 1):
            if float(word) != 0.0:
                self._tie(self.arcs, [str(self.row), str(column), word])

    def _known(self, word: str) -> int:
        number = int(word)
        if number not in self.people:
            raise ValueError(f"no vertex {number} among {len(self.people)}")
        return number


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
