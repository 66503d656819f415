"""Heat maps: an outcome over two factors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import CenteredNorm, Normalize
from numpy.typing import NDArray

from society.figures.labels import label, lacking_words, named, number, shown, wrapped
from society.figures.style import DIVERGING, RISING, Figure, in_house_style, panels
from society.figures.summaries import binned, is_continuous, levels_of

MOST_WRITTEN = 49
"""Cells of a panel up to which the means stand in them, if they fit."""
LETTERS = (6.5, 4.5)
"""Sizes of their letters, in points: as a rule, and at least."""
LETTER_WIDTH, PANEL_SHARE = 0.64, 0.72
"""Width of a digit beside the size of letters, and of the cells beside that of their panel with its labels."""


@in_house_style
def heat_map(
    runs: pd.DataFrame, *, x: str, y: str, outcome: str, by: str | None = None, units: Mapping[str, str] | None = None
) -> Figure:
    """Draw the mean of an outcome at each combination of two factors.

    Parameters
    ----------
    runs
        One row a run that counts: ``row``, the two factors and the outcome.
    x, y
        Factors; a continuous one is cut into bins that hold as many runs each.
    outcome
        The measure's column.
    by
        A panel for each level of this, such as ``"arm"``, all in the same colours.
    units
        Units of factors.

    Returns
    -------
    Figure
        Cells without a run are empty. Outcomes on both sides of 0 have colours that part there.
    """
    kept = runs[runs[outcome].notna()]
    n_bins = int(np.clip(round(len(kept) ** (1 / 3)), 3, 12))
    columns, rows = _Cells(kept[x], n_bins), _Cells(kept[y], n_bins)
    groups = levels_of(kept[by]) if by else [None]
    tables = [_means(kept, outcome, rows, columns, kept[by] == group if by else None) for group in groups]
    figure, axes = panels(len(groups), share_y=True, height=min(0.9 + 0.42 * len(rows.names), 4.2))
    norm, colours = _scale(np.stack(tables))
    size = _letters(tables, float(figure.get_figwidth()) / min(len(groups), 3))
    for one, group, means in zip(axes, groups, tables, strict=True):
        image = one.imshow(means, origin="lower", aspect="auto", norm=norm, cmap=colours)
        _write(one, means, image.to_rgba(means), size=size)
        _ticks(one, columns.names, rows.names)
        one.set_xlabel(wrapped(label(x, units), 34))
        one.set_title("" if group is None else shown(group))
    axes[0].set_ylabel(wrapped(label(y, units)))
    figure.colorbar(image, ax=axes, label=wrapped(label(outcome)), pad=0.02)
    figure.keeps_colours = True
    how = _how(kept, x, y, bool(np.isnan(tables).any()))
    figure.caption = f"{named(outcome)} {how}{lacking_words(len(kept), len(runs))}"
    figure.alt = f"Heat map of {outcome} over {x} and {y}."
    return figure


class _Cells:
    """In which cell of an axis each run is, and what the cells are called."""

    def __init__(self, values: pd.Series[Any], n_bins: int) -> None:
        if is_continuous(values):
            self.cell = binned(values, n_bins=n_bins)
            self.names = [number(float(middle), 3) for middle in values.groupby(self.cell).median()]
        else:
            levels = levels_of(values)
            self.cell = values.map({level: place for place, level in enumerate(levels)})
            self.names = [shown(level) for level in levels]


def _means(
    runs: pd.DataFrame, outcome: str, rows: _Cells, columns: _Cells, which: pd.Series[bool] | None
) -> NDArray[np.float64]:
    """(n_rows, n_columns) mean over the design points of each cell; nan where there is none."""
    where = [rows.cell.rename("y"), columns.cell.rename("x"), runs["row"]]
    values = runs[outcome] if which is None else runs[outcome].where(which)
    table = values.groupby(where).mean().groupby(level=[0, 1]).mean().unstack()
    table = table.reindex(index=range(len(rows.names)), columns=range(len(columns.names)))
    return table.to_numpy("f8")


def _scale(means: NDArray[np.float64]) -> tuple[Normalize, str]:
    """Colours for all means, which part at 0 if they lie on both sides of it."""
    low, high = float(np.nanmin(means)), float(np.nanmax(means))
    if low < 0 < high:
        return CenteredNorm(halfrange=max(-low, high)), DIVERGING
    return Normalize(low, high if high > low else low + max(abs(low), 1.0) * 1e-3), RISING


def _letters(tables: list[NDArray[np.float64]], width: float) -> float:
    """Size of letters in which the means fit into the cells of panels so wide, in inches; 0 if they do not."""
    n_columns = tables[0].shape[1]
    longest = max(len(_words(mean)) for table in tables for mean in table.flat)
    room = 72 * width * PANEL_SHARE / n_columns / ((longest + 1) * LETTER_WIDTH)
    return min(room, LETTERS[0]) if room >= LETTERS[1] and tables[0].size <= MOST_WRITTEN else 0.0


def _words(mean: float) -> str:
    return f"{mean:.3g}".replace("-", "−") if np.isfinite(mean) else ""


def _write(axes: Axes, means: NDArray[Any], colours: NDArray[Any], *, size: float) -> None:
    """Each mean in its cell, dark on light and light on dark."""
    for (i, j), mean in np.ndenumerate(means):
        if np.isfinite(mean) and size:
            is_dark = float(np.dot(colours[i, j, :3], (0.299, 0.587, 0.114))) < 0.55
            colour = "white" if is_dark else "black"
            axes.text(j, i, _words(mean), ha="center", va="center", fontsize=size, color=colour)


def _ticks(axes: Axes, columns: list[str], rows: list[str]) -> None:
    crowded = max(map(len, columns)) * len(columns) > 44
    axes.set_xticks(range(len(columns)), columns, rotation=45 if crowded else 0, ha="right" if crowded else "center")
    axes.set_yticks(range(len(rows)), rows)
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _how(runs: pd.DataFrame, x: str, y: str, has_gaps: bool) -> str:
    parts = ["Means over all other factors and replicates."]
    if continuous := [factor for factor in (x, y) if is_continuous(runs[factor])]:
        parts.append(f"Bins of {' and '.join(continuous)} hold as many runs each; their medians are written.")
    if has_gaps:
        parts.append("Where nothing is drawn there is no run that has a value.")
    return " ".join(parts)
