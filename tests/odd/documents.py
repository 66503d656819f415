"""Reading documents back: their sections, lists and tables, as a reader of the Markdown would."""

from __future__ import annotations

import re
from dataclasses import dataclass

Cells = list[str]


@dataclass(frozen=True)
class Table:
    """A table: its header and its rows."""

    header: Cells
    rows: list[Cells]

    def row(self, first: str) -> dict[str, str]:
        """The one row that begins with a cell, by header."""
        (row,) = (row for row in self.rows if row[0] == first)
        return dict(zip(self.header, row, strict=True))


def section(document: str, heading: str) -> str:
    """What stands between a heading, given with its hashes, and the next of its rank or above."""
    rank = len(heading) - len(heading.lstrip("#"))
    start = document.index(f"\n{heading}\n") + len(heading) + 2
    end = re.search(rf"^#{{1,{rank}}} ", document[start:], flags=re.MULTILINE)
    return document[start : start + end.start()] if end else document[start:]


def tables(document: str) -> list[Table]:
    """All tables outside blocks of code."""
    plain = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", document, flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"(?:^\|.*\|$\n?)+", plain, flags=re.MULTILINE)
    return [Table(cells(lines[0]), [cells(line) for line in lines[2:]]) for lines in map(str.splitlines, found)]


def cells(line: str) -> Cells:
    """Cells of a line of a table, their bars no longer escaped."""
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def only_table(text: str) -> Table:
    """The one table of a text."""
    (table,) = tables(text)
    return table
