"""Initial columns: what people start with where a file or the graph says so, instead of what was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from society import tabular
from society.errors import InputError, did_you_mean
from society.labels import Labels, text_labels
from society.population import Array, Column

if TYPE_CHECKING:
    import pandas as pd

    from society.graph import SocialGraph
    from society.model import Society
    from society.scenario import PopulationTable

FIXED = ("uid", "plasticity", "attention")
"""Columns that nobody may set: who one is, and what each step works out anew."""
NAMED = {"environment": "an environment", "group": "a group"}
"""Columns whose numbers stand for names."""
SHOWN_PEOPLE = 3
"""How many people a notice names."""
TRUTH = {"true": 1, "false": 0}

type Cells = NDArray[np.object_]


@dataclass(frozen=True)
class Place:
    """Where initial values go: (n_agents,) view of a column, what it may hold, and names that stand for numbers."""

    values: Array
    low: float
    high: float
    names: tuple[str, ...] | None = None
    named: str = ""
    """What the names are names of."""

    def read(self, cells: Cells) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """(n,) numbers that the cells stand for, and (n,) which of them may be written."""
        import pandas as pd

        if self.names is not None:
            number = {name: place for place, name in enumerate(self.names)}
            numbers = np.array([number.get(str(cell).strip(), np.nan) for cell in cells], np.float64)
            return numbers, ~np.isnan(numbers)
        if self.values.dtype == bool:
            cells = np.array([TRUTH.get(str(cell).strip().lower(), cell) for cell in cells], object)
        numbers = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce").to_numpy(np.float64)
        is_good = np.isfinite(numbers) & (numbers >= self.low) & (numbers <= self.high)
        return numbers, is_good if self.values.dtype.kind == "f" else is_good & (numbers == np.floor(numbers))

    def wanted(self, cell: Any) -> str:
        """What is wrong with a cell that may not be written."""
        if self.names is not None:
            return f"must be the name of {self.named}; {did_you_mean(str(cell), self.names)}"
        if self.values.dtype == bool:
            return "must be true or false, 1 or 0"
        what = "a finite number" if self.values.dtype.kind == "f" else "a whole number"
        bounds = [f"{word} {bound:g}" for word, bound in (("at least", self.low), ("at most", self.high))]
        limits = [text for text, bound in zip(bounds, self._declared(), strict=True) if np.isfinite(bound)]
        return f"must be {what}" + (f", {' and '.join(limits)}" if limits else "")

    def _declared(self) -> tuple[float, float]:
        most = np.finfo(self.values.dtype).max if self.values.dtype.kind == "f" else np.inf
        return self.low if self.low > -most else -np.inf, self.high if self.high < most else np.inf


@dataclass(frozen=True)
class Records:
    """What a source says of people: (n,) row of each person, and (n,) cells by name, None where it says nothing."""

    name: str
    row: NDArray[np.int64]
    cells: Mapping[str, Cells]
    notices: tuple[str, ...] = ()


def set_initial(model: Society) -> list[str]:
    """Write what `population.initial` names into the columns of a society, and return what is to be said of it.

    Raises
    ------
    InputError
        If a column, an attribute, a person or a value is not what it must be.
    """
    table = model.scenario.population
    if not table.initial:
        return []
    places = _places(model)
    for path in table.initial:
        if path not in places:
            raise InputError(f"population.initial.{path}: no such column; {did_you_mean(path, places)}")
    records = _from_graph(model.graph, table) if table.path is None else _from_file(model.graph, table, table.path)
    notices = [*records.notices]
    for path, name in table.initial.items():
        cells = records.cells[name]
        known = np.flatnonzero(np.array([cell is not None for cell in cells], bool))
        row, cells = records.row[known], cells[known]
        numbers, is_good = places[path].read(cells)
        for wrong in np.flatnonzero(~is_good)[:1]:
            cell, person = _plain(cells[wrong]), _plain(model.graph.labels[row[wrong]])
            said = f"{cell!r} of person {person!r} in {records.name} {places[path].wanted(cell)}"
            raise InputError(f"population.initial.{path} = {name!r}: {said}")
        places[path].values[row] = numbers
        if unsaid := len(records.row) - len(known):
            notices.append(f"{path}: {_people(unsaid)} without {name!r} in {records.name} keep what was drawn.")
    return notices


def _places(model: Society) -> dict[str, Place]:
    """Columns that can be set, by path: state of people in numbers, in rows with names if in more than one."""
    places: dict[str, Place] = {}
    for name, column in model.population.per_agent.items():
        others = [dim for dim in column.dims if dim != "agent"]
        array = model.population[name]
        if name in FIXED or array.dtype.kind == "u" or len(others) > 1:
            continue
        if not others:
            places[name] = _place(model, column, array)
        for number, label in enumerate(model.population.labels(others[0]) if others else ()):
            rows = np.moveaxis(array, column.dims.index("agent"), -1)
            places[f"{name}.{label}"] = _place(model, column, rows[number])
    return places


def _place(model: Society, column: Column, values: Array) -> Place:
    if column.name in NAMED:
        names = model.population.labels(column.name)
        return Place(values, 0, len(names) - 1, names, NAMED[column.name])
    low, high = column.low, column.high
    if column.name == "traits":
        low, high = model.scenario.population.trait_bounds
    if values.dtype == bool:
        return Place(values, 0, 1)
    limits = np.finfo(values.dtype) if values.dtype.kind == "f" else np.iinfo(values.dtype)
    return Place(values, max(low, float(limits.min)), min(high, float(limits.max)))


def _from_graph(graph: SocialGraph, table: PopulationTable) -> Records:
    """What the graph says of its people."""
    for path, name in table.initial.items():
        if not graph.attributes:
            raise InputError(f"population.initial.{path} = {name!r}: the graph says nothing of people; needs a path")
        if name not in graph.attributes:
            hint = did_you_mean(name, graph.attributes)
            raise InputError(f"population.initial.{path} = {name!r}: no such attribute of people in the graph; {hint}")
    return Records("the graph", np.arange(graph.n_agents), graph.attributes)


def _from_file(graph: SocialGraph, table: PopulationTable, path: str) -> Records:
    """What a file of one row a person says."""
    where, name = f"population.path = {path!r}", Path(path).name
    is_parquet = path.removesuffix(".gz").endswith(".parquet")
    frame = _parquet(path, where) if is_parquet else tabular.read_csv(path, where=where, empty="has no people")
    if frame.columns.has_duplicates or len(frame.columns) == 0:
        raise InputError(f"{where}: needs columns of different names; has {', '.join(map(repr, frame.columns))}")
    id_column = frame.columns[0] if table.id is None else table.id
    asked = {"id": id_column, **{f"initial.{column}": said for column, said in table.initial.items()}}
    for field, said in asked.items():
        if said not in frame.columns:
            hint = did_you_mean(said, frame.columns)
            raise InputError(f"population.{field} = {said!r}: no such column in {name}; {hint}")
    row, notices = _rows(graph, _ids(frame[id_column], where), name)
    known = row >= 0
    cells = {said: _cells(frame[said])[known] for said in {*table.initial.values()}}
    return Records(name, row[known], cells, tuple(notices))


def _parquet(path: str, where: str) -> pd.DataFrame:
    import pandas as pd

    frame: pd.DataFrame = tabular.read_parquet(path, where=where).to_pandas(types_mapper=pd.ArrowDtype)
    return frame.reset_index() if frame.index.name else frame


def _ids(column: pd.Series[Any], where: str) -> Labels:
    """The labels of the persons of a file, each of which stands there once."""
    blank = np.flatnonzero(column.isna())
    if len(blank):
        raise InputError(f"{where}: column {column.name!r} is missing in data row {blank[0] + 1}")
    ids = text_labels([str(_plain(label)).strip() for label in column.tolist()])
    again = np.flatnonzero(_index(ids).duplicated())
    if len(again):
        person = _plain(ids[again[0]])
        raise InputError(f"{where}: person {person!r} stands twice in column {column.name!r}")
    return ids


def _rows(graph: SocialGraph, ids: Labels, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """(n,) row of each person of a file, -1 where the graph does not have them, and what is to be said of it."""
    labels = graph.labels
    if labels.dtype.kind != ids.dtype.kind:
        labels, ids = labels.astype(np.str_), ids.astype(np.str_)
    row = np.asarray(_index(labels).get_indexer(_index(ids)), np.int64)
    unknown = ids[row < 0]
    if len(unknown) == len(ids):
        example = f"; it has {_plain(ids[0])!r} and the graph {_plain(labels[0])!r}" if len(ids) else ""
        raise InputError(f"population.path: nobody in {name} is in the graph{example}")
    notices = []
    if missing := graph.n_agents - (len(ids) - len(unknown)):
        notices.append(f"{_people(missing)} of the graph {_are(missing)} not in {name} and keep what was drawn.")
    if len(unknown):
        shown = ", ".join(repr(_plain(label)) for label in unknown[:SHOWN_PEOPLE])
        more = ", …" if len(unknown) > SHOWN_PEOPLE else ""
        notices.append(f"{_people(len(unknown))} of {name} {_are(len(unknown))} not in the graph: {shown}{more}.")
    return row, notices


def _index(labels: Labels) -> pd.Index[Any]:
    import pandas as pd

    return pd.Index(labels)


def _cells(column: pd.Series[Any]) -> Cells:
    """The cells of a column, None where empty; a nan that was written is not empty."""
    cells: Cells = column.astype(object).to_numpy(copy=True)
    cells[column.isna().to_numpy()] = None
    return cells


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
