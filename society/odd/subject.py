"""Subject: what a document is about, a scenario with the facts that follow from it without a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from society.errors import found_in
from society.graph import SocialGraph
from society.layout import columns, dims
from society.measures import Measure, choose
from society.population import Column
from society.processes import Process, Source
from society.scenario import FAMILIES, SECTIONS, Scenario
from society.streams import Streams
from society.tables import Named, Table


@dataclass(frozen=True)
class Subject:
    """A scenario and what it implies: its people, columns, sources of reward and measures.

    The graph is read if it stands in a file, and made if nothing else tells how many people there are. `varied` says
    of paths what their values are in other runs.
    """

    scenario: Scenario
    varied: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def graph(self) -> SocialGraph | None:
        """The social graph; None where only a run makes it."""
        table, n_agents = self.scenario.graph, self.scenario.population.n_agents
        if n_agents is not None and "path" not in type(table).model_fields:
            return None
        seed = int(Streams(self.scenario.run.seed).key("graph", "ties"))
        with found_in(self.scenario.source):
            return table.build(n_agents=n_agents, seed=seed)

    @cached_property
    def n_agents(self) -> int:
        """Number of people."""
        return self.graph.n_agents if self.graph else self.scenario.population.n_agents or 0

    @cached_property
    def dims(self) -> Mapping[str, tuple[str, ...] | int]:
        """Dimensions of columns: names along them, or their length."""
        return dims(self.scenario, self.n_agents)

    @cached_property
    def population(self) -> dict[str, Column]:
        """Declarations of all columns by name."""
        return {column.name: column for column in columns(self.scenario)}

    @cached_property
    def owners(self) -> dict[str, str]:
        """Who owns each column: a process, or the society itself."""
        return {column.name: owner for column, owner in columns(self.scenario).items()}

    @property
    def processes(self) -> tuple[Process, ...]:
        """Processes in the order of a step."""
        return self.scenario.processes

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Processes that reward behaviour, in the order of a step."""
        return tuple(process for process in self.processes if isinstance(process, Source))

    @cached_property
    def measures(self) -> list[Measure]:
        """What is recorded, in the order of results."""
        with found_in(self.scenario.source):
            return choose(self.scenario.record.measures, self)

    @cached_property
    def families(self) -> dict[str, dict[str, Named]]:
        """Tables in force of each family that has some, processes in the order of a step."""
        tables = {family: _enabled(getattr(self.scenario, family)) for family in FAMILIES}
        tables["process"] = {each.name: each for each in self.processes if each.full_name.startswith("process.")}
        return {family: each for family, each in tables.items() if each}

    @cached_property
    def disabled(self) -> list[str]:
        """Paths of the tables that are switched off."""
        families = ((family, getattr(self.scenario, family)) for family in FAMILIES)
        return [f"{family}.{name}" for family, tables in families for name, each in tables.items() if not each.enabled]

    @cached_property
    def file(self) -> Path | None:
        """The scenario file, if there is one."""
        file = Path(self.scenario.source)
        return file if file.is_file() else None

    @cached_property
    def files(self) -> dict[str, Path]:
        """Files of data by the path of the parameter that names them."""
        sections: dict[str, Table] = {key: getattr(self.scenario, key) for key in (*SECTIONS, "graph")}
        for family, tables in self.families.items():
            sections |= {f"{family}.{name}": table for name, table in tables.items()}
        paths = ((f"{at}.path", _path(table)) for at, table in sections.items())
        return {at: path for at, path in paths if path and path.is_file()}

    def portable[T: Table](self, table: T) -> T:
        """The table with its path to a file as the scenario file would give it, the same on every machine."""
        path = _path(table)
        return table.model_copy(update={"path": self.relative(path)}) if path else table

    def relative(self, path: Path) -> str:
        """The path from the folder of the scenario file; the bare name of a file that lies elsewhere."""
        folder = self.file.parent.resolve() if self.file else Path.cwd()
        return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name

    def size(self, dim: str) -> int:
        """Length of a dimension."""
        labels = self.dims[dim]
        return labels if isinstance(labels, int) else len(labels)

    def present(self, names: Iterable[str]) -> Iterator[str]:
        """Those of some names that are columns here."""
        return (name for name in names if name in self.population)


def _enabled(tables: Mapping[str, Named]) -> dict[str, Named]:
    return {name: table for name, table in tables.items() if table.enabled}


def _path(table: Table) -> Path | None:
    """The file a table reads, by the one name that such a parameter has."""
    path = getattr(table, "path", None)
    return Path(path) if isinstance(path, str) else None
