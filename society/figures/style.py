"""House style of figures: sizes, colours and the `Figure` that all of them are.

Drawn without pyplot, so that nothing of the user's own plotting is touched; the same data give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.figure
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from numpy.typing import ArrayLike, NDArray

from society.errors import InputError, did_you_mean

COLUMN_WIDTH, PAGE_WIDTH = 3.5, 7.2
"""Width of one column of a journal, and of two, in inches."""
DPI = 600
"""Of PNG files: what journals ask for pictures of lines and points."""
FORMATS = ("png", "svg", "pdf")

INK, FAINT, GRID, PAPER = "#1d1d1f", "#76767a", "#dedee2", "#ffffff"
"""Colours with a role: lines and words, what stands back, grid lines, what lies below."""
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Kinds, such as arms: Okabe and Ito's, which people with any form of colour blindness tell apart."""
MARKERS = ("o", "s", "^", "D", "v", "P")
STROKES = ("-", (0, (4, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
RISING = "cividis"
"""Colour map of numbers: even in lightness, the same to colour-blind people (Nuñez, Anderton and Renslow 2018)."""
DIVERGING = "PuOr_r"
"""Colour map of numbers on both sides of 0."""

_STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": FAINT,
    "axes.facecolor": "none",
    "axes.formatter.limits": (-4, 5),
    "axes.formatter.use_mathtext": True,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 8,
    "axes.linewidth": 0.7,
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.xmargin": 0.02,
    "figure.dpi": 144,
    "figure.facecolor": PAPER,
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "hatch.color": GRID,
    "image.cmap": RISING,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.title_fontsize": 7,
    "lines.linewidth": 1.3,
    "lines.markersize": 4,
    "mathtext.default": "regular",
    "patch.linewidth": 0.7,
    "pdf.fonttype": 42,
    "savefig.bbox": None,
    "svg.fonttype": "path",
    "svg.hashsalt": "society",
    "text.color": INK,
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 7,
    "xtick.major.width": 0.7,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 7,
    "ytick.major.width": 0.7,
}
_NEEDLESS = re.compile(rb"(?<=\.\d\d)\d+(?=[\s\",])(?![^\"]*scale)|(?<=\d)\.0+(?=[\s\",])")
"""Digits of places in SVG below a hundredth of a point, which are half of the file; not those of scales."""
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "Society"},
    "pdf": {"CreationDate": None, "Creator": "Society", "Producer": None},
}


class Figure(matplotlib.figure.Figure):
    """A matplotlib figure that has a caption, and words for who cannot see it; notebooks show it.

    Attributes
    ----------
    caption
        What is shown, with units and what intervals are.
    alt
        What there is to see, in a sentence.
    keeps_colours
        Whether its colours tell numbers, so that a page in the dark must not turn them.
    """

    caption: str = ""
    alt: str = ""
    keeps_colours: bool = False

    def save(self, path: str | Path) -> Path:
        """Write the figure to a file whose suffix is one of `FORMATS`: vectors, or pixels at `DPI`.

        Raises
        ------
        InputError
            If the suffix is another or the file cannot be written.
        """
        path = Path(path)
        kind = check_format(path.suffix.removeprefix("."), at=f"{path}: suffix")
        content = self._content(kind, DPI)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror}") from None
        return path

    def svg(self) -> str:
        """The figure as the text of an SVG file."""
        return self._content("svg", DPI).decode()

    def _content(self, kind: str, dpi: int) -> bytes:
        held = BytesIO()
        with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
            if self.get_layout_engine() is not None:  # once, since every time would move things a little
                self.draw_without_rendering()
                self.set_layout_engine("none")
            self.savefig(held, format=kind, dpi=dpi, metadata=_METADATA[kind])
        content = held.getvalue()
        return _NEEDLESS.sub(b"", content) if kind == "svg" else content

    def _repr_png_(self) -> bytes:
        return self._content("png", 144)


def check_format(kind: str, *, at: str) -> str:
    """The format of a figure's file, if it is one of `FORMATS`."""
    if kind not in FORMATS:
        raise InputError(f"{at} = {kind!r}: must be one of {', '.join(FORMATS)}; {did_you_mean(kind, FORMATS)}")
    return kind


def in_house_style[**P, R](draw: Callable[P, R]) -> Callable[P, R]:
    """Draw in house style, whatever the user's own settings of matplotlib, and leave those as they were."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
            return draw(*args, **kwargs)

    return styled


def panels(n: int, *, columns: int = 3, height: float = 2.1, share_y: bool = False) -> tuple[Figure, list[Axes]]:
    """A figure of `n` panels in rows, as wide as a column for one and as a page for more."""
    columns = min(n, columns)
    rows = -(-n // columns)
    width = COLUMN_WIDTH + 0.4 if columns == 1 else PAGE_WIDTH
    figure = Figure(figsize=(width, height * rows + 0.25), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey=share_y).ravel()
    for axes in grid[n:]:
        axes.remove()
    return figure, list(grid[:n])


def colours_of(levels: Sequence[Any]) -> list[str]:
    """A colour each: kinds apart for words, from dark to light in order for more than two numbers."""
    numbers = all(isinstance(level, int | float | np.number) and not isinstance(level, bool) for level in levels)
    if not (numbers and len(levels) > 2) and len(levels) <= len(COLOURS):
        return list(COLOURS[: len(levels)])
    places = np.linspace(0.0, 0.88, len(levels))
    return [to_hex(colour) for colour in mpl.colormaps["viridis"](places)]


def lines_of(levels: Sequence[Any]) -> list[dict[str, Any]]:
    """A colour each, and strokes of their own for a few words, so that lines which coincide are both seen."""
    are_words = len(levels) <= len(STROKES) and any(isinstance(level, str) for level in levels)
    strokes = STROKES if are_words else ["-"] * len(levels)
    return [{"color": colour, "linestyle": stroke} for colour, stroke in zip(colours_of(levels), strokes, strict=False)]


def band(axes: Axes, x: ArrayLike, middle: ArrayLike, low: ArrayLike, high: ArrayLike, **line: Any) -> None:
    """A line and the band of its interval, which is left out where there is none (nan)."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    drawn = axes.plot(x, middle, **line)[0]
    if np.isfinite(low).any():
        axes.fill_between(x, low, high, color=drawn.get_color(), alpha=0.2, linewidth=0)


def error_bars(axes: Axes, x: ArrayLike, middle: ArrayLike, low: ArrayLike, high: ArrayLike, **marks: Any) -> None:
    """Points and bars of their intervals; a point without interval (nan) has no bar."""
    middle = np.asarray(middle, float)
    arms = np.nan_to_num(np.stack([middle - np.asarray(low, float), np.asarray(high, float) - middle]))
    ends = np.concatenate([middle - arms[0], middle + arms[1]])
    axes.update_datalim(np.column_stack([np.tile(np.asarray(x, float), 2), ends]))  # which marks set aside do not
    axes.autoscale_view()
    axes.errorbar(x, middle, yerr=np.maximum(arms, 0.0), **{"capsize": 2, "elinewidth": 0.9, "capthick": 0.9, **marks})


def few_ticks(values: NDArray[Any], n_most: int = 6) -> list[int]:
    """Places of at most so many values, evenly chosen, the first and the last among them."""
    n = len(values)
    if n <= n_most:
        return list(range(n))
    return sorted({round(place) for place in np.linspace(0, n - 1, n_most)})
