"""Widgets that draw in the browser: people on a plane, charts, and the pulse that tells what has been drawn.

Their scripts stand beside this file and fetch nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

_FOLDER = Path(__file__).parent


def _script(*names: str) -> str:
    return "\n".join((_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in names)


_STYLE = (_FOLDER / "widgets.css").read_text(encoding="utf-8")


class Plane(anywidget.AnyWidget):
    """People as points: a social graph, or a space of traits.

    Arrays come as bytes: `points` (n, 2), `values` (n,), `arrows` (k, 4) and `trail` (m, 2) float32; `rows` (n,) and
    `edges` (m, 2) int32; `colors` (n, 3) and `density` (rows, columns) uint8.
    """

    _esm = _script("shared", "svg_context", "plane")
    _css = _STYLE
    points = traitlets.Bytes(b"").tag(sync=True)
    colors = traitlets.Bytes(b"").tag(sync=True)
    values = traitlets.Bytes(b"").tag(sync=True)
    rows = traitlets.Bytes(b"").tag(sync=True)
    edges = traitlets.Bytes(b"").tag(sync=True)
    density = traitlets.Bytes(b"").tag(sync=True)
    arrows = traitlets.Bytes(b"").tag(sync=True)
    trail = traitlets.Bytes(b"").tag(sync=True)
    info = traitlets.Dict().tag(sync=True)
    """Extent, axes, labels, legend, marks."""
    selected = traitlets.Int(-1).tag(sync=True)
    """Row of the person who was chosen; -1 for nobody."""
    dark = traitlets.Bool(False).tag(sync=True)


class Chart(anywidget.AnyWidget):
    """A chart of lines, bars, tiles, intervals or a heat map, as `spec` says."""

    _esm = _script("shared", "chart", "chart_kinds")
    _css = _STYLE
    spec = traitlets.Dict().tag(sync=True)
    dark = traitlets.Bool(False).tag(sync=True)


class Line(anywidget.AnyWidget):
    """A line of text that changes often."""

    _esm = _script("line")
    text = traitlets.Unicode("").tag(sync=True)


class Pulse(anywidget.AnyWidget):
    """Answers each `frame` with `drawn` when the browser has drawn it, and shows `query` in the address bar."""

    _esm = _script("pulse")
    frame = traitlets.Int(0).tag(sync=True)
    query = traitlets.Unicode("").tag(sync=True)
    drawn = traitlets.Int(-1).tag(sync=True)


class Table(anywidget.AnyWidget):
    """A page of a table, whose rows can be chosen and whose columns can be sorted by.

    `columns` are {name, label, title, right}, `rows` {key, cells, state}: cells are texts.
    """

    _esm = _script("shared", "table")
    _css = _STYLE
    columns: Any = traitlets.List().tag(sync=True)
    rows: Any = traitlets.List().tag(sync=True)
    order = traitlets.Unicode("").tag(sync=True)
    """Name of the column that rows are sorted by, with "-" before it for the largest first."""
    chosen = traitlets.Unicode("").tag(sync=True)
    """Key of the row that was chosen."""
