"""Graphs read from tables of ties, one a row: CSV, parquet, and plain lists of edges."""

import csv
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from society import tabular
from society.errors import InputError, did_you_mean
from society.graph import SocialGraph
from society.labels import WHOLE_NUMBER
from society.tables import parameter
from society.topologies.base import Topology

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


EMPTY = "empty graph, the file has no ties"


class Ties(NamedTuple):
    """What a table of ties holds: the names of two people a tie, and its strength if ties have one."""

    source: NDArray[Any]
    target: NDArray[Any]
    strength: NDArray[np.float32] | None


class TieTable(Topology, ABC):
    """Ties read from a file with named columns."""

    path: str = parameter(..., "The file; unpacked first if its name ends in .gz.")
    source: str | None = parameter(None, "Column of the person who is heard; the first column if omitted.")
    target: str | None = parameter(None, "Column of the person who hears; the second column if omitted.")
    weight: str | None = parameter(
        None, "Column of the strength of a tie, below 0 for dislike; ties have none if omitted."
    )
    directed: bool = parameter(False, "Whether only the target hears the source, or each hears the other.")

    @property
    def where(self) -> str:
        """The path as messages show it."""
        return f"graph.path = {self.path!r}"

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Read the file; nothing is drawn."""
        return _graph(self.where, self.ties(), directed=self.directed, n_agents=n_agents)

    @abstractmethod
    def ties(self) -> Ties:
        """Read the columns."""

    def wanted(self, columns: list[str]) -> list[str]:
        """Names of the columns to read: source, target, and weight if there is one."""
        if len(columns) < 2 or len({*columns}) < len(columns):
            header = ", ".join(map(repr, columns))
            raise InputError(f"{self.where}: needs two columns or more, of different names; has {header}")
        asked = {"source": self.source or columns[0], "target": self.target or columns[1], "weight": self.weight}
        for field, name in asked.items():
            if name is not None and name not in columns:
                hint = did_you_mean(name, columns)
                raise InputError(f"graph.{field} = {name!r}: no such column in {Path(self.path).name}; {hint}")
        if asked["source"] == asked["target"]:
            raise InputError(f"graph.target = {asked['target']!r}: must differ from graph.source")
        return [name for name in asked.values() if name is not None]


class Csv(TieTable):
    """Ties read from a table of comma-separated values with a header, one tie a row, in UTF-8.

    Blanks around names and values are stripped. People are named by whole numbers if every one of them is
    written so (without leading zeros), else by strings, and stand in that order.
    """

    kind: Literal["csv"] = "csv"

    def ties(self) -> Ties:
        """Read the columns, which is quick where all people are whole numbers."""
        header = [*tabular.read_csv(self.path, where=self.where, empty=EMPTY, nrows=0).columns]
        wanted = self.wanted(header)
        places = [header.index(name) for name in wanted]
        quick = tabular.whole_columns(self.path, places, n_columns=len(header), skip_rows=1, delimiter=",")
        if quick and (ties := _plain(quick)):
            return ties
        table = tabular.read_csv(self.path, where=self.where, empty=EMPTY)
        return _careful(self.where, *(table[name] for name in wanted))


class EdgeList(Topology):
    """Ties read from lines of two names parted by blanks, the plain format of most graph collections, in UTF-8.

    What follows a # is a comment, and columns beyond those needed are not read. People are named and ordered as
    in `Csv`.
    """

    kind: Literal["edge_list"] = "edge_list"
    path: str = parameter(..., "The file; unpacked first if its name ends in .gz.")
    weighted: bool = parameter(False, "Whether the third column is the strength of a tie, below 0 for dislike.")
    directed: bool = parameter(False, "Whether only the second person hears the first, or each hears the other.")

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Read the file; nothing is drawn."""
        where = f"graph.path = {self.path!r}"
        return _graph(where, self._ties(where), directed=self.directed, n_agents=n_agents)

    def _ties(self, where: str) -> Ties:
        n_needed = 3 if self.weighted else 2
        with tabular.reading(self.path, where=where):
            layout = self._layout()
        if layout and layout["n_columns"] >= n_needed:
            quick = tabular.whole_columns(self.path, range(n_needed), **layout)
            if quick and (ties := _plain(quick)):
                return ties
        lines = {"sep": r"\s+", "comment": "#", "header": None, "quoting": csv.QUOTE_NONE}
        table = tabular.read_text(self.path, where=where, empty=EMPTY, **lines)
        table.columns = [str(number) for number in range(1, len(table.columns) + 1)]
        if len(table.columns) < n_needed:
            raise InputError(f"{where}: needs {n_needed} columns, has {len(table.columns)}")
        return _careful(where, *(table[str(number)] for number in range(1, n_needed + 1)))

    def _layout(self) -> dict[str, Any] | None:
        """How the file is laid out if its columns are parted by single blanks or tabs below leading comments."""
        with tabular.open_bytes(self.path) as file:
            for n_lines, line in enumerate(file):
                if line.startswith(b"#"):
                    continue
                row = line.rstrip(b"\r\n")
                delimiter = b"\t" if b"\t" in row else b" "
                if row.split() == row.split(delimiter):
                    return {"skip_rows": n_lines, "n_columns": len(row.split()), "delimiter": delimiter.decode()}
                return None
        return None


class Parquet(TieTable):
    """Ties read from a parquet file, one tie a row.

    People are named by what stands in the columns, whole numbers or strings, and stand in that order.
    """

    kind: Literal["parquet"] = "parquet"

    def ties(self) -> Ties:
        """Read the columns."""
        table = tabular.read_parquet(self.path, where=self.where)
        wanted = self.wanted(table.column_names)
        heard, hearing, *strength = (self._values(table, name) for name in wanted)
        if heard.dtype.kind != hearing.dtype.kind:
            heard, hearing = heard.astype(np.str_), hearing.astype(np.str_)
        return Ties(heard, hearing, _checked_strength(self.where, strength[0], strength[0]) if strength else None)

    def _values(self, table: "pa.Table", name: str) -> NDArray[Any]:
        """A column as whole numbers, strings or, if it is the strength, numbers."""
        import pyarrow as pa

        column = table[name]
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if column.null_count:
            row = column.is_null().to_numpy().argmax() + 1
            raise InputError(f"{self.where}: column {name!r} is missing in data row {row}")
        values: NDArray[Any] = column.to_numpy()
        if name == self.weight and (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
            return values.astype(np.float64)
        if name != self.weight and pa.types.is_integer(kind) and kind != pa.uint64():
            return values.astype(np.int64)
        if name != self.weight and (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            return values.astype(np.str_)
        wanted = "numbers" if name == self.weight else "whole numbers or strings"
        raise InputError(f"{self.where}: column {name!r} must hold {wanted}, not {kind}")


def _graph(where: str, ties: Ties, *, directed: bool, n_agents: int | None) -> SocialGraph:
    if not (ties.source != ties.target).any():
        raise InputError(f"{where}: {EMPTY}")
    return SocialGraph.from_labelled_edges(
        ties.source, ties.target, n_agents=n_agents, weights=ties.strength, directed=directed
    )


def _plain(columns: "list[pa.ChunkedArray]") -> Ties | None:
    """Ties among people who are whole numbers, or None where something is to be looked at."""
    ends = [tabular.as_whole_numbers(column) for column in columns[:2]]
    if ends[0] is None or ends[1] is None:
        return None
    if len(columns) == 2:
        return Ties(ends[0], ends[1], None)
    numbers = tabular.as_numbers(columns[2])
    strength = None if numbers is None else _as_strength(numbers)
    return None if strength is None or not _is_strength(strength).all() else Ties(ends[0], ends[1], strength)


def _careful(where: str, *columns: "pd.Series[str]") -> Ties:
    """Ties from columns of text, after checking every cell."""
    import pandas as pd

    for column in columns:
        blank = np.flatnonzero(column.isna())
        if len(blank):
            raise InputError(f"{where}: column {column.name!r} is missing in data row {blank[0] + 1}")
    source, target = (column.str.strip() for column in columns[:2])
    is_whole = all(column.str.fullmatch(WHOLE_NUMBER).all() for column in (source, target))
    heard, hearing = (column.to_numpy().astype(np.int64 if is_whole else np.str_) for column in (source, target))
    if len(columns) == 2:
        return Ties(heard, hearing, None)
    numbers = pd.to_numeric(columns[2], errors="coerce").to_numpy(np.float64)
    return Ties(heard, hearing, _checked_strength(where, numbers, columns[2].to_numpy()))


def _checked_strength(where: str, numbers: NDArray[np.float64], cells: NDArray[Any]) -> NDArray[np.float32]:
    """The numbers as finite float32 other than 0; `cells` is how the file has them."""
    strength = _as_strength(numbers)
    bad = np.flatnonzero(~_is_strength(strength))
    if len(bad):
        cell = cells[bad[0]].item() if isinstance(cells[bad[0]], np.generic) else cells[bad[0]]
        raise InputError(f"{where}: weight {cell!r} in data row {bad[0] + 1} must be a finite number other than 0")
    return strength


def _as_strength(numbers: NDArray[np.float64]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32)


def _is_strength(strength: NDArray[np.float32]) -> NDArray[np.bool_]:
    usable: NDArray[np.bool_] = np.isfinite(strength) & (strength != 0)
    return usable
