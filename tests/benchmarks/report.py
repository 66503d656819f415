"""The figures as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import rich.box
from rich.table import Table

from tests.benchmarks.rows import Row


def table(rows: Sequence[Row]) -> Table:
    """One line a figure, one column a size, and what is aimed at."""
    sizes = sorted({row.n_agents for row in rows if row.n_agents})
    out = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    for title in ("", "figure", "unit"):
        out.add_column(title, no_wrap=True)
    for title in (*(f"n = {size:,}" for size in sizes), "any n", "aim"):
        out.add_column(title, justify="right", no_wrap=True)
    group = ""
    for key, by_size in _lines(rows).items():
        if group and key[0] != group:
            out.add_section()
        cells = [number(by_size[size].value) if size in by_size else "" for size in (*sizes, None)]
        aims = [aim(row) for row in by_size.values() if row.aim]
        out.add_row(key[0] if key[0] != group else "", *key[1:], *cells, "; ".join(aims))
        group = key[0]
    return out


def _lines(rows: Sequence[Row]) -> dict[tuple[str, str, str], dict[int | None, Row]]:
    """Rows by group, figure and unit, groups together, in the order in which they first came."""
    groups = list(dict.fromkeys(row.group for row in rows))
    lines: dict[tuple[str, str, str], dict[int | None, Row]] = {}
    for row in sorted(rows, key=lambda row: groups.index(row.group)):
        lines.setdefault((row.group, row.what, row.unit), {})[row.n_agents] = row
    return lines


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Every row with its fields, its aim and whether it is met."""
    return [{**asdict(row), "aim": row.aim and " ".join(map(str, row.aim)), "is_met": row.is_met} for row in rows]


def aim(row: Row) -> str:
    """What is aimed at, and whether it is reached."""
    assert row.aim is not None
    sign, bound = row.aim
    return f"{sign} {number(bound)} {'met' if row.is_met else 'missed'}"


def number(value: float) -> str:
    """Three significant digits, thousands parted, no exponent."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"
