"""Graphs read from formats that say more of people than their ties: GML, GraphML, GEXF."""

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from society import tabular
from society.errors import InputError, did_you_mean
from society.graph import SocialGraph
from society.labels import Labels, node_labels, text_labels
from society.tables import parameter
from society.topologies.base import Topology, require_strengths

if TYPE_CHECKING:
    import networkx as nx


class Attributed(Topology, ABC):
    """A graph read from a file that says itself whether it is directed, and may hold attributes of people.

    People stand in the order of the file. Their attributes can become initial columns (`population.initial`).
    """

    path: str = parameter(..., "The file; unpacked first if its name ends in .gz.")
    weight: str | None = parameter(
        None, "Attribute of ties that is their strength, below 0 for dislike; ties have none if omitted."
    )
    label: str | None = parameter(
        None,
        "Attribute that names people; what the format itself calls their label or else their identifier if omitted.",
    )
    own_label: ClassVar[str | None] = None
    """Attribute that the format itself calls the label."""

    @abstractmethod
    def read(self) -> "nx.Graph[Any]":
        """Read the file, with identifiers as nodes."""

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Read the file; nothing is drawn."""
        graph = self._readable()
        if len(graph) == 0:
            raise InputError(f"graph.path = {self.path!r}: empty graph, the file has no people")
        labels = self._labels(graph)
        return require_strengths(
            SocialGraph.from_networkx(graph, weight=self.weight, labels=labels, n_agents=n_agents), self.weight
        )

    def _readable(self) -> "nx.Graph[Any]":
        where = f"graph.path = {self.path!r}"
        try:
            with tabular.reading(self.path, where=where):
                return self.read()
        except InputError:
            raise
        except Exception as error:  # the readers of networkx let through whatever a broken file makes happen
            reason = " ".join(str(error).split()) or type(error).__name__
            raise InputError(f"{where}: malformed: {reason}") from error

    def _labels(self, graph: "nx.Graph[Any]") -> Labels:
        """What people are called."""
        name = self.label or self.own_label
        said = [] if name is None else [values.get(name) for values in graph.nodes.values()]
        is_name = None not in said and len({*map(str, said)}) == len(graph)
        if self.label is not None and not is_name:
            known = {each for values in graph.nodes.values() for each in values}
            if self.label not in known:
                raise InputError(f"graph.label = {self.label!r}: no such attribute; {did_you_mean(self.label, known)}")
            raise InputError(f"graph.label = {self.label!r}: must name every person, and each differently")
        names = said if is_name else list(graph)
        return text_labels(names) if all(isinstance(each, str) for each in names) else node_labels(names)


class Gml(Attributed):
    """A graph read from the Graph Modelling Language.

    References
    ----------
    Himsolt, M. (1997). GML: a portable graph file format. Technical report, Universität Passau.
    """

    kind: Literal["gml"] = "gml"
    own_label: ClassVar[str | None] = "label"

    def read(self) -> "nx.Graph[Any]":
        """Read the file; a tie may stand in it more than once, as in many published ones."""
        import networkx as nx

        with tabular.open_bytes(self.path) as file:
            text = file.read().decode()
        if not re.search(r"^\s*multigraph\s+[01]\b", text, flags=re.MULTILINE):
            text = re.sub(r"\bgraph\s*\[", "graph [\nmultigraph 1", text, count=1)
        return nx.parse_gml(text.splitlines(), label="id")


class Graphml(Attributed):
    """A graph read from GraphML.

    References
    ----------
    Brandes, U., Eiglsperger, M., Lerner, J., & Pich, C. (2013). Graph Markup Language (GraphML). In Tamassia (ed.),
    Handbook of Graph Drawing and Visualization, 517–541.
    """

    kind: Literal["graphml"] = "graphml"

    def read(self) -> "nx.Graph[Any]":
        """Read the file."""
        import networkx as nx

        with tabular.open_bytes(self.path) as file:
            return nx.read_graphml(file)


class Gexf(Attributed):
    """A graph read from GEXF, the format of Gephi.

    References
    ----------
    Bastian, M., Heymann, S., & Jacomy, M. (2009). Gephi: an open source software for exploring and manipulating
    networks. Proceedings of the International AAAI Conference on Web and Social Media 3, 361–362.
    """

    kind: Literal["gexf"] = "gexf"
    own_label: ClassVar[str | None] = "label"

    def read(self) -> "nx.Graph[Any]":
        """Read the file."""
        import networkx as nx

        with tabular.open_bytes(self.path) as file:
            return nx.read_gexf(file)
