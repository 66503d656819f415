"""Designs whose rows are given one by one, in the sweep file or in a CSV file beside it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from society.errors import InputError, did_you_mean
from society.sweeps.designs.base import Design, Factors, Row
from society.sweeps.factors import Factor, Options, not_a_level, read_levels, sort_of
from society.tables import Listed, parameter

SHOWN_LINES = 20
"""Lines of a CSV file that a message complains of at most."""
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(nan|inf)", re.IGNORECASE)


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
            f"sweep.rows[{number}]: sets {', '.join(row) or 'nothing'}; the first row {', '.join(paths) or 'nothing'}"
            for number, row in enumerate(self.rows)
            if {*row} != {*paths}
        ]
        for path, factor in declared.items():
            if path not in paths:
                found.append(f'factors."{path}": no row says which')
            elif not isinstance(factor, Options):
                found.append(f'factors."{path}": is in rows; only options are declared beside them')
        if found:
            raise InputError(*found)
        found = [problem for path in paths for problem in self._entry_problems(path, declared.get(path))]
        if found:
            raise InputError(*found)
        return {path: declared.get(path) or self._levels(path, folder) for path in paths}

    def _entry_problems(self, path: str, declared: Factor | None) -> Iterator[str]:
        for number, row in enumerate(self.rows):
            label = self.label(row[path], declared)
            words = not_a_level(label)
            if isinstance(declared, Options) and label not in declared.options:
                words = f"no such option; {did_you_mean(str(label), declared.options)}"
            if words:
                yield f"sweep.rows[{number}]: {path} = {label!r}: {words}"

    def _levels(self, path: str, folder: Path) -> Factor:
        labels = [self.label(row[path], None) for row in self.rows]
        distinct = [*{(sort_of(label), label): label for label in labels}.values()]
        return read_levels(f"sweep.rows: {path}", path, distinct, folder=folder)


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
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            lines = [(reader.line_num, line) for line in reader if line]
    except FileNotFoundError:
        raise InputError(f"no such file: {path}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not a text file") from None
    except (OSError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    if "" in header:
        raise InputError(f"{path}: column {header.index('') + 1} has no name; it must be the path of a factor")
    if twice := [name for name in header if header.count(name) > 1]:
        raise InputError(f"{path}: column {twice[0]!r} stands twice")
    if len(header) == 1 and (mark := next((mark for mark in (";", "\t") if mark in header[0]), None)):
        raise InputError(f"{path}: columns must be separated by commas (and decimals by points), not by {mark!r}")
    if found := [problem for line in lines for problem in _line_problems(header, *line)]:
        raise InputError(*(f"{path}: {problem}" for problem in found[:SHOWN_LINES]))
    return tuple(dict(zip(header, map(str.strip, line), strict=True)) for _, line in lines)


def _line_problems(header: Sequence[str], number: int, line: Sequence[str]) -> list[str]:
    if len(line) != len(header):
        return [f"line {number} has {len(line)} entries; there are {len(header)} columns"]
    return [
        f"line {number} has nothing under {name!r}"
        for name, entry in zip(header, line, strict=True)
        if not entry.strip()
    ]


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
    if _WHOLE.fullmatch(entry):
        return int(entry)
    return float(entry) if _NUMBER.fullmatch(entry) else entry
