"""Column and Population: the columnar store of a society's state, and who owns each column.

Every array of state lives here under one name, with its dimensions, unit and owner; nothing here knows
what a column means.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from society.errors import InputError, did_you_mean

type Array = NDArray[Any]
type Rows = slice | Array
"""Some of the people: their rows, or a slice of all."""


@dataclass(frozen=True)
class Column:
    """Declaration of one array of state: its type, shape by named dimensions, and meaning."""

    name: str
    """Unique name; ``{name}`` in it stands for the name of the process that owns it."""
    doc: str = ""
    """One sentence for the reader of results and of generated documentation."""
    dtype: str = "f4"
    dims: tuple[str, ...] = ("agent",)
    default: float = 0.0
    unit: str = ""
    low: float = -np.inf
    high: float = np.inf
    is_scratch: bool = False
    """Rewritten within each step before it is read, so that it is no part of the state."""
    on_demand: bool = False
    """Exists only where some process reads it."""

    def __set_name__(self, owner: type, name: str) -> None:
        """In the body of a `Person` the attribute is the name, and what stands first is the sentence."""
        object.__setattr__(self, "doc", self.doc or self.name)
        object.__setattr__(self, "name", name)

    def of(self, instance: str) -> "Column":
        """The same column for the process instance called `instance`."""
        if "{name}" not in self.name:
            return self
        return Column(**{**self.__dict__, "name": self.name.format(name=instance)})


class Population(Mapping[str, Array]):
    """The columns of a society: ``population["traits"]`` is the array itself, never a copy.

    A column that is computed into a buffer takes its turn with it (`swap`): ask for the array anew after each step.

    Parameters
    ----------
    dims
        Dimension name to the labels along it, or to its length where rows have no names.
    """

    def __init__(self, dims: Mapping[str, tuple[str, ...] | int]) -> None:
        self.dims = dict(dims)
        self.columns: dict[str, Column] = {}
        self.owners: dict[str, str] = {}
        self._arrays: dict[str, Array] = {}
        self.per_agent: dict[str, Column] = {}
        """The columns with an entry for each person that are part of the state."""

    def add(self, column: Column, *, owner: str) -> Array:
        """Allocate a column, filled with its default, for its one owner."""
        if column.name in self.columns:
            raise InputError(
                f"process.{owner}: column {column.name!r} already belongs to {self.owners[column.name]!r}; "
                "a society holds one such process"
            )
        shape = tuple(self.size(dim) for dim in column.dims)
        self.columns[column.name] = column
        self.owners[column.name] = owner
        if "agent" in column.dims and not column.is_scratch:
            self.per_agent[column.name] = column
        array = self._arrays[column.name] = _aligned(shape, np.dtype(column.dtype))
        array[...] = column.default
        return array

    def size(self, dim: str) -> int:
        """Length of a dimension."""
        labels = self.dims[dim]
        return labels if isinstance(labels, int) else len(labels)

    def labels(self, dim: str) -> tuple[str, ...]:
        """Names along a dimension; empty where its rows have none."""
        labels = self.dims[dim]
        return () if isinstance(labels, int) else labels

    def by_agent(self, name: str) -> Array:
        """(n_agents, …) view of a column with people first."""
        return np.moveaxis(self[name], self.columns[name].dims.index("agent"), 0)

    def swap(self, name: str, buffer: str) -> None:
        """Exchange a column with the buffer its next values were written to."""
        arrays = self._arrays
        arrays[name], arrays[buffer] = arrays[buffer], arrays[name]

    def state(self) -> dict[str, str]:
        """Hash of each part of the state, by name.

        A column whose first dimension has named rows above people (source, option, platform) is hashed row by
        row, so that societies with different sources can be compared on those they share.
        """
        hashes: dict[str, str] = {}
        for name, column in self.columns.items():
            if column.is_scratch:
                continue
            labels = self.labels(column.dims[0])
            if labels and column.dims[1:] == ("agent",):
                hashes |= {
                    f"{name}.{label}": array_digest(f"{name}.{label}", row)
                    for label, row in zip(labels, self[name], strict=True)
                }
            else:
                hashes[name] = array_digest(name, self[name])
        return hashes

    def __getitem__(self, name: str) -> Array:
        try:
            return self._arrays[name]
        except KeyError:
            raise KeyError(f"no column {name!r}; {did_you_mean(name, self._arrays)}") from None

    def get(self, name: str, default: Any = None) -> Any:
        """The column, or `default` where there is none."""
        return self._arrays.get(name, default)

    def __setitem__(self, name: str, values: Any) -> None:
        """Write values into a column, whose array stays the same (so that ``population["age"] += 1`` works)."""
        if values is not self[name]:
            self[name][...] = values

    def __contains__(self, name: object) -> bool:
        return name in self._arrays

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)


def _aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """An empty array that starts with a line of the processor's cache, so that few rows lie across two."""
    line, size = 64, prod(shape) * dtype.itemsize
    memory = np.empty(size + line, np.uint8)
    start = -memory.ctypes.data % line
    return memory[start : start + size].view(dtype).reshape(shape)


def check_memory(columns: Iterable[Column], dims: Mapping[str, tuple[str, ...] | int]) -> None:
    """Refuse a population whose columns would not fit into the memory of this machine."""
    sizes = {dim: labels if isinstance(labels, int) else len(labels) for dim, labels in dims.items()}
    needed = sum(np.dtype(column.dtype).itemsize * prod(sizes[dim] for dim in column.dims) for column in columns)
    present = present_memory()
    if needed > 0.8 * present:  # the rest is for the graph, and for others
        raise InputError(
            f"population.n_agents = {sizes['agent']}: needs {needed / 1e9:,.0f} GB of memory for people alone; "
            f"this machine has {present / 1e9:,.0f} GB"
        )


def present_memory() -> int:
    """Memory of this machine, in bytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def array_digest(name: str, array: Array) -> str:
    """sha256 over name, dtype, shape and little-endian C-order bytes, with one zero and one NaN."""
    values = np.ascontiguousarray(array)
    if values.dtype.kind == "f":
        values = values + 0.0  # −0 becomes 0
        values[np.isnan(values)] = np.nan
    if sys.byteorder == "big":
        values = values.astype(values.dtype.newbyteorder("<"))
    head = f"{name} {array.dtype.newbyteorder('<').str} {array.shape} ".encode()
    return sha256(head + values.tobytes()).hexdigest()
