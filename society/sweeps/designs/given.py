"""Designs whose rows are given one by one, in the sweep file or in a CSV file beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from society.errors import InputError
from society.sweeps.designs.base import Design, Factors, Row
from society.sweeps.factors import Factor, Options, read_levels
from society.tables import Listed, parameter


class Given(Design):
    """A design whose rows are given one by one."""

    rows: tuple[dict[str, Any], ...]

    def size(self, factors: Factors) -> int:
        """The number of rows."""
        return len(self.rows)

    def draw(self, factors: Factors, *, seed: int) -> Iterator[Row]:
        """The rows as they are given, in the order of the factors."""
        for row in self.rows:
            yield {path: self.label(row[path], factor) for path, factor in factors.items()}

    def label(self, entry: Any, factor: Factor | None) -> Any:
        """The label that an entry of a row stands for."""
        return entry

    def factors(self, declared: Mapping[str, Factor], *, folder: Path) -> dict[str, Factor]:
        """One factor a column: options where they are declared, else the distinct values of the column.

        Raises
        ------
        InputError
            If rows differ in their paths, hold what cannot stand in a table, or a declared factor is none of options.
        """
        paths = [*self.rows[0]] if self.rows else []
        found = [
            f"sweep.rows[{number}]: has {', '.join(row) or 'nothing'}; the first row has {', '.join(paths)}"
            for number, row in enumerate(self.rows)
            if {*row} != {*paths}
        ]
        found += [
            f'factors."{path}": a {self.kind} design has its values in rows; only options are declared here'
            for path, factor in declared.items()
            if not isinstance(factor, Options)
        ]
        found += [f'factors."{path}": no row says which' for path in declared if path not in paths]
        if found:
            raise InputError(*found)
        return {path: self._factor(path, declared.get(path), folder) for path in paths}

    def _factor(self, path: str, declared: Factor | None, folder: Path) -> Factor:
        labels = [self.label(row[path], declared) for row in self.rows]
        if declared is None:
            distinct = [*{(type(label), str(label)): label for label in labels}.values()]
            return read_levels(f"sweep.rows: {path}", path, distinct, folder=folder)
        for number, label in enumerate(labels):
            try:
                declared.value(label)
            except InputError as error:
                raise error.within(f"sweep.rows[{number}]: {path}") from None
        return declared


class List(Given):
    """Rows as they stand in the sweep file."""

    kind: ClassVar[str] = "list"

    design: Literal["list"] = parameter(..., "Rows given one by one.")
    rows: Listed[tuple[dict[str, Any], ...]] = parameter(..., "The points, each a table of values by quoted path.")


def _read_csv(value: Any, info: ValidationInfo) -> Any:
    """The rows of a CSV file, all entries texts."""
    if not isinstance(value, str):
        return value  # which pydantic refuses
    path = Path((info.context or {}).get("folder", Path()), value)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *lines = [line for line in csv.reader(file) if line] or [[]]
    except FileNotFoundError:
        raise InputError(f"no such file: {path}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not a text file") from None
    except (OSError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    header = [name.strip() for name in header]
    return tuple(_csv_rows(header, lines, path))


def _csv_rows(header: Sequence[str], lines: Sequence[Sequence[str]], path: Path) -> Iterator[dict[str, str]]:
    if "" in header:
        raise InputError(f"{path}: column {header.index('') + 1} has no name; it must be the path of a factor")
    if twice := [name for name in header if header.count(name) > 1]:
        raise InputError(f"{path}: column {twice[0]!r} stands twice")
    for number, line in enumerate(lines):
        if len(line) != len(header):
            raise InputError(f"{path}: row {number} has {len(line)} entries; there are {len(header)} columns")
        row = {name: entry.strip() for name, entry in zip(header, line, strict=True)}
        if empty := [name for name, entry in row.items() if not entry]:
            raise InputError(f"{path}: row {number} has nothing under {empty[0]!r}")
        yield row


_CsvRows = Annotated[tuple[dict[str, str], ...], BeforeValidator(_read_csv), WithJsonSchema({"type": "string"})]


class Csv(Given):
    """Rows of a CSV file, whose columns are called by path."""

    kind: ClassVar[str] = "csv"

    design: Literal["csv"] = parameter(..., "Rows from a file.")
    rows: _CsvRows = parameter(..., "CSV file, from the folder of this file, with one column a factor, called by path.")

    def label(self, entry: Any, factor: Factor | None) -> Any:
        """The entry as the number or truth that it writes; as it is if it is one of options, or a text."""
        return entry if isinstance(factor, Options) else _parsed(entry)

    def to_csv(self) -> str:
        """The rows as CSV text."""
        from io import StringIO

        text = StringIO()
        writer = csv.DictWriter(text, [*self.rows[0]] if self.rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue()


def _parsed(entry: str) -> bool | int | float | str:
    if entry.lower() in ("true", "false"):
        return entry.lower() == "true"
    for number in (int, float):
        try:
            return number(entry)
        except ValueError:
            continue
    return entry
