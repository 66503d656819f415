"""The `[graph]` table of a scenario: where the social graph comes from, a file or a networkx generator.

Each kind is a Table that can build a `SocialGraph`; what a graph is and how it is stored is in `graph`.
"""

import csv
import inspect
import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import field_validator

from society.errors import InputError, did_you_mean
from society.graph import SocialGraph
from society.tables import Table, parameter

if TYPE_CHECKING:
    import pandas as pd


class Topology(Table, ABC):
    """A way to come by a social graph."""

    @property
    def expected_agents(self) -> int | None:
        """Number of people, where it is known before the graph is built."""
        return None

    @abstractmethod
    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Read or generate the graph.

        Parameters
        ----------
        n_agents
            Number of people; by default what the source has, and if larger, people without ties are added.
        seed
            Seed of whatever the topology draws.
        """


class Csv(Topology):
    """Ties read from a table of comma-separated values with a header, one tie a row.

    Blanks around names and values are stripped. People are named by whole numbers if every one of them is
    written so (without leading zeros), else by strings, and stand in that order.
    """

    kind: Literal["csv"] = "csv"
    """Reads a CSV file."""
    path: str = parameter(..., "The file, in UTF-8.")
    source: str | None = parameter(None, "Column of the person who is heard; the first column if omitted.")
    target: str | None = parameter(None, "Column of the person who hears; the second column if omitted.")
    weight: str | None = parameter(None, "Column of the strength of a tie, above 0; ties have none if omitted.")
    directed: bool = parameter(False, "Whether only the target hears the source, or each hears the other.")

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Read the file; nothing is drawn."""
        table = _read_text(self.path, skipinitialspace=True, keep_default_na=False, na_values=[""])
        table.columns = table.columns.str.strip()
        if len(table.columns) < 2 or table.columns.has_duplicates:
            header = ", ".join(map(repr, table.columns))
            raise InputError(f"graph.path = {self.path!r}: needs two columns or more, of different names; has {header}")
        source = self._column(table, "source", self.source or table.columns[0])
        target = self._column(table, "target", self.target or table.columns[1])
        if source.name == target.name:
            raise InputError(f"graph.target = {target.name!r}: must differ from graph.source")
        strength = None if self.weight is None else self._column(table, "weight", self.weight)
        return _from_columns(self, source, target, strength=strength, n_agents=n_agents)

    def _column(self, table: "pd.DataFrame", field: str, name: str) -> "pd.Series[str]":
        if name not in table.columns:
            where = f"no such column in {Path(self.path).name}"
            raise InputError(f"graph.{field} = {name!r}: {where}; {did_you_mean(name, table.columns)}")
        return table[name]


class EdgeList(Topology):
    """Ties read from lines of two names parted by blanks, the plain format of most graph collections.

    What follows a # is a comment, and columns beyond those needed are not read. People are named and ordered as
    in `Csv`.
    """

    kind: Literal["edge_list"] = "edge_list"
    """Reads lines of two names."""
    path: str = parameter(..., "The file, in UTF-8.")
    weighted: bool = parameter(False, "Whether the third column is the strength of a tie, above 0.")
    directed: bool = parameter(False, "Whether only the second person hears the first, or each hears the other.")

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Read the file; nothing is drawn."""
        table = _read_text(self.path, sep=r"\s+", comment="#", header=None, quoting=csv.QUOTE_NONE)
        table.columns = [str(number) for number in range(1, len(table.columns) + 1)]
        n_needed = 3 if self.weighted else 2
        if len(table.columns) < n_needed:
            raise InputError(f"graph.path = {self.path!r}: needs {n_needed} columns, has {len(table.columns)}")
        strength = table["3"] if self.weighted else None
        return _from_columns(self, table["1"], table["2"], strength=strength, n_agents=n_agents)


class Networkx(Topology):
    """A graph made by any generator of networkx, by its own name and arguments.

    The number of people is passed as `n` and the derived seed as `seed` where the generator takes them and
    `arguments` does not give them.

    References
    ----------
    Hagberg, Schult and Swart 2008, Exploring network structure, dynamics, and function using NetworkX.
    """

    kind: Literal["networkx"] = "networkx"
    """Calls a networkx generator."""
    generator: str = parameter(..., "Name of the generator, such as 'watts_strogatz_graph'.")
    arguments: dict[str, Any] = parameter({}, "Its arguments, by name.")
    weight: str | None = parameter(None, "Edge attribute that is the strength of a tie; ties have none if omitted.")

    @field_validator("arguments")
    @classmethod
    def _finite(cls, arguments: dict[str, Any]) -> dict[str, Any]:
        if unusable := [name for name, value in arguments.items() if not _is_finite(value)]:
            raise InputError(f"{unusable[0]!r} must be finite, not nan or infinity")
        return arguments

    @property
    def expected_agents(self) -> int | None:
        """What is asked for as `n`."""
        n = self.arguments.get("n")
        return n if isinstance(n, int) else None

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Call the generator."""
        import networkx as nx

        known = _generators()
        if self.generator not in known:
            hint = did_you_mean(self.generator, known)
            raise InputError(f"graph.generator = {self.generator!r}: no such generator in networkx; {hint}")
        generate = known[self.generator]
        arguments = self._completed(generate, n_agents, seed)
        try:
            graph = generate(**arguments)
        except Exception as error:  # a generator may raise anything on arguments it cannot use
            raise InputError(f"graph.arguments: {self.generator} refuses them: {error}") from error
        if not isinstance(graph, nx.Graph) or len(graph) == 0:
            raise InputError(f"graph.generator = {self.generator!r}: does not make a graph with people in it")
        social = SocialGraph.from_networkx(graph, weight=self.weight, n_agents=n_agents)
        if self.weight is not None and social.weights is not None and not (social.weights > 0).all():
            raise InputError(f"graph.weight = {self.weight!r}: must be above 0 on every tie")
        return social

    def _completed(self, generate: Callable[..., Any], n_agents: int | None, seed: int) -> dict[str, Any]:
        """Arguments of the call, with `n` and `seed` filled in and all names checked."""
        accepted = {
            name: slot
            for name, slot in inspect.signature(generate).parameters.items()
            if name not in ("create_using", "backend") and slot.kind in (slot.POSITIONAL_OR_KEYWORD, slot.KEYWORD_ONLY)
        }
        for name in sorted(self.arguments.keys() - accepted.keys()):
            hint = did_you_mean(name, accepted)
            raise InputError(f"graph.arguments.{name}: {self.generator} has no such argument; {hint}")
        given = dict(self.arguments)
        if "n" in accepted and "n" not in given:
            if n_agents is None:
                raise InputError(f"population.n_agents: is required, because {self.generator} takes n from it")
            given["n"] = n_agents
        if "seed" in accepted:
            given.setdefault("seed", seed % 2**32)  # numpy's legacy generator takes no more than 32 bits
        if missing := [name for name, slot in accepted.items() if slot.default is slot.empty and name not in given]:
            raise InputError(f"graph.arguments: {self.generator} also needs {', '.join(missing)}")
        return given


TOPOLOGIES: dict[str, type[Topology]] = {"csv": Csv, "edge_list": EdgeList, "networkx": Networkx}


def _generators() -> dict[str, Callable[..., Any]]:
    """Public functions of networkx that live among its generators: nothing else may be called from a file."""
    import networkx as nx

    return {
        name: item
        for name, item in vars(nx).items()
        if not name.startswith("_") and callable(item) and item.__module__.startswith("networkx.generators.")
    }


def _read_text(path: str, **options: Any) -> "pd.DataFrame":
    """Read a file of columns as text, undecided between numbers and strings."""
    import pandas as pd

    where = f"graph.path = {path!r}"
    if not Path(path).exists():
        raise InputError(f"{where}: no such file")
    try:
        with open(path, "rb") as file:
            if b"\0" in file.read(4096):
                raise InputError(f"{where}: not a text file")
        with warnings.catch_warnings():
            # Rows longer than the header are cut with no more than this warning.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table: pd.DataFrame = pd.read_csv(path, dtype=str, index_col=False, encoding="utf-8-sig", **options)
        return table
    except pd.errors.EmptyDataError:
        raise InputError(f"{where}: empty graph, the file has no ties") from None
    except UnicodeDecodeError:
        raise InputError(f"{where}: not a text file in UTF-8") from None
    except OSError as error:
        raise InputError(f"{where}: cannot be read: {error.strerror}") from error
    except pd.errors.ParserWarning:
        raise InputError(f"{where}: malformed: rows are longer than the header") from None
    except pd.errors.ParserError as error:
        reason = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        raise InputError(f"{where}: malformed: {reason}") from error


def _from_columns(
    topology: Csv | EdgeList,
    source: "pd.Series[str]",
    target: "pd.Series[str]",
    *,
    strength: "pd.Series[str] | None",
    n_agents: int | None,
) -> SocialGraph:
    """Build the graph from columns of text, after checking every cell."""
    where = f"graph.path = {topology.path!r}"
    for column in (source, target):
        _refuse_missing(where, column)
    source, target = source.str.strip(), target.str.strip()
    if not (source != target).any():
        raise InputError(f"{where}: empty graph, the file has no ties")
    heard, hearing = _labels(source, target)
    return SocialGraph.from_labelled_edges(
        heard,
        hearing,
        n_agents=n_agents,
        weights=None if strength is None else _strengths(where, strength),
        directed=topology.directed,
    )


def _labels(*columns: "pd.Series[str]") -> Iterable[NDArray[Any]]:
    """The columns as whole numbers if that loses nothing of any cell, else as strings."""
    plain = r"0|-?[1-9][0-9]{0,17}"
    dtype = np.int64 if all(column.str.fullmatch(plain).all() for column in columns) else np.str_
    return [column.to_numpy().astype(dtype) for column in columns]


def _strengths(where: str, column: "pd.Series[str]") -> NDArray[np.float32]:
    """The column as finite float32 above 0."""
    import pandas as pd

    _refuse_missing(where, column)
    with np.errstate(over="ignore"):
        strength = pd.to_numeric(column, errors="coerce").to_numpy(np.float64).astype(np.float32)
    bad = np.flatnonzero(~(np.isfinite(strength) & (strength > 0)))
    if len(bad):
        cell = column.iloc[bad[0]]
        raise InputError(f"{where}: weight {cell!r} in data row {bad[0] + 1} must be a finite number above 0")
    return strength


def _refuse_missing(where: str, column: "pd.Series[str]") -> None:
    blank = np.flatnonzero(column.isna())
    if len(blank):
        raise InputError(f"{where}: column {column.name!r} is missing in data row {blank[0] + 1}")


def _is_finite(value: Any) -> bool:
    """Whether a value of a TOML file, or every value inside it, is finite."""
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)
