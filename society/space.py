"""SocialSpace: the social graph as a Mesa network space, whose cells are made when asked for and not kept.

A person's cell has their row as coordinate; its neighbours are those the person hears from. Only looking is possible
here: who lives where, and who hears from whom, is up to the processes of the society.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from mesa.discrete_space import Cell, CellCollection, Network

from society.people import PersonSet
from society.person import Person
from society.population import Array

if TYPE_CHECKING:
    from random import Random

    import networkx as nx

    from society.graph import SocialGraph
    from society.model import Society

_REQUIRED: Any = object()


def _refuse(*_: Any, **__: Any) -> NoReturn:
    """Refuse: the social graph of a society is immutable."""
    raise TypeError("cells and ties are fixed: the social graph of a society is immutable")


class SocialSpace(Network):  # type: ignore[misc]
    """The social graph of a society as a `mesa.discrete_space.Network` with one person in each cell.

    Parameters
    ----------
    model
        The society.
    """

    capacity = 1

    def __init__(self, model: Society) -> None:  # Network's own would make all cells, and lay them out
        self.model = model
        self.cell_klass = PersonCell
        self._cells = _CellsByRow(self)
        self._empties: dict[int, None] = {}
        self._kdtree = None
        self._kdtree_cells: list[Cell] = []
        self._exported: tuple[SocialGraph, nx.Graph[Any]] | None = None

    @property
    def graph(self) -> SocialGraph:
        """The social graph itself."""
        return self.model.graph

    @property
    def random(self) -> Random:
        """Mesa's generator."""
        return self.model.random  # type: ignore[no-any-return]

    @property
    def G(self) -> nx.Graph[Any]:
        """A networkx copy of the graph, with coordinates as nodes; made when asked for (1 KB a person)."""
        if self._exported is None or self._exported[0] is not self.graph:
            self._exported = self.graph, replace(self.graph, labels=np.arange(self.graph.n_agents)).to_networkx()
        return self._exported[1]

    @property
    def all_cells(self) -> Cells:
        """All cells, in order of their row."""
        return Cells(self, np.arange(self.graph.n_agents))

    @property
    def agents(self) -> PersonSet:
        """All people."""
        return self.model.people

    @property
    def empties(self) -> Cells:
        """No cells: everybody is at home."""
        return Cells(self, np.empty(0, np.int64))

    add_cell = remove_cell = add_connection = remove_connection = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return SocialSpace, (self.model,)


class PersonCell(Cell):  # type: ignore[misc]
    """The place of one person in the social graph. Two cells of one row are equal.

    Parameters
    ----------
    space
        The space.
    row
        The person's row, which is the cell's coordinate.
    """

    capacity = 1
    empty = False
    _position = None

    def __init__(self, space: SocialSpace, row: int) -> None:
        self.space = space
        self.coordinate = row
        self.properties: dict[Any, object] = {}

    @property
    def random(self) -> Random:
        """Mesa's generator."""
        return self.space.random

    @property
    def _agents(self) -> list[Person]:
        model = self.space.model
        return [model.person_class(model, self.coordinate)]

    @property
    def connections(self) -> dict[int, PersonCell]:
        """Cells of those this person hears from, by coordinate."""
        return {row: PersonCell(self.space, row) for row in self.space.graph.neighbours(self.coordinate).tolist()}

    def get_neighborhood(self, radius: int = 1, include_center: bool = False) -> Cells:
        """Cells at most `radius` ties away, nearest first; with the cell itself, at the end, if wanted."""
        if radius < 1:
            raise ValueError(f"radius = {radius}: must be at least 1")
        rows = _rows_within(self.space.graph, self.coordinate, radius)
        return Cells(self.space, np.append(rows, self.coordinate) if include_center else rows)

    add_agent = remove_agent = connect = disconnect = _refuse

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PersonCell):
            return NotImplemented
        return other.coordinate == self.coordinate and other.space.model is self.space.model

    def __hash__(self) -> int:
        return hash(self.coordinate)

    def __reduce__(self) -> tuple[Any, ...]:
        return PersonCell, (self.space, self.coordinate)


class Cells(CellCollection):  # type: ignore[misc]
    """A collection of cells that is a selection of rows.

    Parameters
    ----------
    space
        The space.
    rows
        (n,) rows of the cells, in order.
    """

    def __init__(self, space: SocialSpace, rows: Array) -> None:
        self.space = space
        self.rows = rows
        self._capacity = 1

    @property
    def random(self) -> Random:
        """Mesa's generator."""
        return self.space.random

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[PersonCell]:
        return (PersonCell(self.space, row) for row in self.rows.tolist())

    def __getitem__(self, cell: PersonCell) -> list[Person]:
        if cell.space is not self.space or cell.coordinate not in self.rows:
            raise KeyError(cell)
        return cell.agents  # type: ignore[no-any-return]

    @property
    def cells(self) -> list[PersonCell]:
        """The cells as a list."""
        return list(self)

    @property
    def agents(self) -> PersonSet:
        """The people in the cells."""
        return PersonSet(self.space.model, self.rows)

    def select_random_cell(self) -> PersonCell:
        """A random cell, by Mesa's generator."""
        return PersonCell(self.space, int(self.rows[self.random.choice(range(len(self)))]))

    def select_random_agent(self, default: Any = _REQUIRED) -> Person:
        """A random person, by Mesa's generator; `default`, or LookupError, where there is none."""
        if len(self):
            return self.agents[self.random.choice(range(len(self)))]  # type: ignore[return-value]
        if default is _REQUIRED:
            raise LookupError("Cannot select random agent from empty collection")
        return default  # type: ignore[no-any-return]

    def select(
        self, filter_func: Callable[[PersonCell], bool] | None = None, at_most: int | float = float("inf")
    ) -> Cells:
        """Those for whom a function is true; at most a number or a share."""
        rows = self.rows if filter_func is None else self.rows[[bool(filter_func(cell)) for cell in self]]
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        return Cells(self.space, rows if at_most == float("inf") else rows[: int(at_most)])

    def __repr__(self) -> str:
        return f"Cells({len(self)} of {self.space.graph.n_agents})"


class _CellsByRow(Mapping[int, PersonCell]):
    """The cells of a space by coordinate, where Mesa keeps a dictionary."""

    def __init__(self, space: SocialSpace) -> None:
        self.space = space

    def __len__(self) -> int:
        return self.space.graph.n_agents

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    def __getitem__(self, row: int) -> PersonCell:
        if not 0 <= row < len(self):
            raise KeyError(f"no cell {row}; coordinates are rows, from 0 to {len(self) - 1}")
        return PersonCell(self.space, int(row))


def _rows_within(graph: SocialGraph, start: int, radius: int) -> Array:
    """Rows that a row hears from over at most `radius` ties, ring by ring."""
    seen = {start}
    rings: list[int] = []
    ring = [start]
    for _ in range(radius):
        near = dict.fromkeys(other for row in ring for other in graph.neighbours(row).tolist())
        ring = [row for row in near if row not in seen]
        seen.update(ring)
        rings += ring
        if not ring:
            break
    return np.array(rings, dtype=np.int64)
