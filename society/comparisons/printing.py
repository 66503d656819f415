"""What a person sees of a comparison in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import rich.box
import rich.console
from rich.table import Table

if TYPE_CHECKING:
    from society.comparisons.comparison import Comparison


SHOWN = 25
"""Outcomes in the table unless some are named."""
SHOWN_CHANGES = 15
WIDE = 100
"""Letters of a line from which on the means of both sides are shown."""
NARROWEST, WIDEST = 12, 30
"""Letters of an outcome that stand on one line whatever the width of the terminal, and if there is room."""


def print_comparison(comparison: Comparison, out: rich.console.Console) -> None:
    """What differs between the scenarios, the largest differences of outcomes, and what they rest on."""
    a, b, pairs = comparison.a.label, comparison.b.label, len(comparison.matched.pairs)
    counted = f"{pairs} pair{'s' * (pairs != 1)}" if pairs else "no pairs"
    out.print(f"{a} − {b}: {counted}, {_when(comparison)}", style="bold", markup=False)
    _print_changes(comparison, out)
    table = comparison.differences
    shown = table if comparison.chosen else table.head(SHOWN)
    out.print(_table(shown.to_dict("records"), (a, b), comparison.level, width=out.width))
    if len(table) > len(shown):
        how = "differ less" if table["g_av"].notna().any() else "are not shown"
        n_more = len(table) - len(shown)
        out.print(f"{n_more} more outcomes {how}: name them (--outcome), or see compare.csv (--out).")
    if table["low"].notna().any():
        used = " and ".join(sorted({*table["method"]}))
        how = "g: difference in standard deviations of replicates. p: adjusted by Holm's rule"
        out.print(f"Intervals: {used}. {how} over {table['p'].notna().sum()} outcomes.")
    for note in comparison.notes:
        out.print(f"note: {note}", style="dim", markup=False, soft_wrap=False)


def _when(comparison: Comparison) -> str:
    return "at the end" if comparison.step is None else f"at step {comparison.step:,}"


def _print_changes(comparison: Comparison, out: rich.console.Console) -> None:
    changes = comparison.changes
    if changes.empty:
        out.print("Their scenarios, versions and code are the same.")
        return
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("what differs", comparison.a.label, comparison.b.label):
        table.add_column(heading, overflow="fold")
    for row in changes.head(SHOWN_CHANGES).to_dict("records"):
        table.add_row(*(_value(row[key]) for key in ("path", "a", "b")))
    out.print(table)
    if len(changes) > SHOWN_CHANGES:
        out.print(f"… and {len(changes) - SHOWN_CHANGES} more: see compare_changes.csv (--out)")


def _table(rows: list[dict[Any, Any]], labels: tuple[str, str], level: float, *, width: int) -> Table:
    """One outcome a row, folded where there is no room for it; the means of both sides only where there is."""
    shown = [cells(row) for row in rows]
    columns = {"outcome": [row["measure"] for row in rows]}
    for place, heading in enumerate((*labels, "difference", f"{level * 100:g} % interval", "g", "p")):
        if place >= len(labels) or width >= WIDE:
            columns[heading] = [row[place] for row in shown]
    widths = {heading: max(map(len, (heading, *column))) for heading, column in columns.items()}
    others = sum(least for heading, least in widths.items() if heading not in ("outcome", *labels))
    room = width - others - 3 * len(columns)
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    for heading in columns:
        if heading == "outcome":
            table.add_column(heading, overflow="fold", min_width=max(NARROWEST, min(widths[heading], WIDEST, room)))
        elif heading in labels:
            table.add_column(heading, justify="right", overflow="fold")
        else:
            table.add_column(heading, justify="right", no_wrap=True)
    for row in zip(*columns.values(), strict=True):
        table.add_row(*row)
    return table


def cells(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """The numbers of an outcome as people read them: means of both sides, difference, interval, g and adjusted p."""
    numbers = (_number(row[key]) for key in ("a", "b", "difference"))
    return (*numbers, _interval(row), _effect(row["g_av"]), _p(row["p_holm"]))


def _interval(row: Mapping[Any, Any]) -> str:
    return "–" if row["low"] != row["low"] else f"{_number(row['low'])} to {_number(row['high'])}"


def _number(value: float) -> str:
    if value != value:
        return "–"
    return "0" if value == 0 else f"{value:,.3f}" if 0.1 <= abs(value) < 1e6 else f"{value:.3g}"


def _effect(value: float) -> str:
    if value != value:
        return "–"
    return f"{value:.2f}".replace("-0.00", "0.00")


def _p(value: float) -> str:
    return "–" if value != value else "< 0.001" if value < 0.001 else f"{value:.3f}"


def _value(value: object) -> str:
    if value is None or value != value:
        return "–"
    return str(value).lower() if isinstance(value, bool) else f"{value}"
