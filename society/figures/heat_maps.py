"""Heat maps: an outcome over two factors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import CenteredNorm, Normalize, to_rgb
from numpy.typing import NDArray

from society.figures.labels import label, number, sentence, shown, wrapped
from society.figures.style import COLUMN_WIDTH, DIVERGING, INK, PAPER, RISING, Figure, in_house_style, panels
from society.figures.summaries import binned, is_continuous, levels_of

MOST_WRITTEN = 49
"""Cells up to which the means stand in them."""


@in_house_style
def heat_map(runs: pd.DataFrame, *, x: str, y: str, outcome: str, units: Mapping[str, str] | None = None) -> Figure:
    """Draw the mean of an outcome at each combination of two factors.

    Parameters
    ----------
    runs
        One row a run that counts: ``row``, the two factors and the outcome.
    x, y
        Factors; a continuous one is cut into bins that hold as many runs each.
    outcome
        The measure's column.
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
    points = kept.groupby([rows.cell.rename("y"), columns.cell.rename("x"), kept["row"]])[outcome].mean()
    table = points.groupby(level=[0, 1]).mean().unstack().reindex(index=range(len(rows.names)))
    means = table.reindex(columns=range(len(columns.names))).to_numpy("f8")
    figure, (axes,) = panels(1)
    figure.set_size_inches(COLUMN_WIDTH + 0.4, min(0.9 + 0.42 * len(rows.names) + 0.5, 4.5))
    norm = CenteredNorm() if np.nanmin(means) < 0 < np.nanmax(means) else Normalize()
    image = axes.imshow(
        means, origin="lower", aspect="auto", norm=norm, cmap=DIVERGING if isinstance(norm, CenteredNorm) else RISING
    )
    if means.size <= MOST_WRITTEN:
        _write(axes, means, image.to_rgba(means))
    _ticks(axes, columns.names, rows.names)
    axes.set_xlabel(wrapped(label(x, units), 34))
    axes.set_ylabel(wrapped(label(y, units)))
    figure.colorbar(image, ax=axes, label=wrapped(label(outcome)), pad=0.02)
    figure.caption = f"{sentence(outcome)} {_how(kept, x, y, bool(np.isnan(means).any()))}".strip()
    figure.alt = f"Heat map of {outcome} over {x} and {y}."
    return figure


class _Cells:
    """In which cell of an axis each run is, and what the cells are called."""

    def __init__(self, values: pd.Series[Any], n_bins: int) -> None:
        if is_continuous(values):
            self.cell = binned(values, n_bins=n_bins)
            self.names = [number(float(middle)) for middle in values.groupby(self.cell).median()]
        else:
            levels = levels_of(values)
            self.cell = values.map({level: place for place, level in enumerate(levels)})
            self.names = [shown(level) for level in levels]


def _write(axes: Axes, means: NDArray[Any], colours: NDArray[Any]) -> None:
    """Each mean in its cell, dark on light and light on dark."""
    for (i, j), mean in np.ndenumerate(means):
        if np.isfinite(mean):
            is_dark = float(np.dot(colours[i, j, :3], (0.299, 0.587, 0.114))) < 0.55
            axes.text(j, i, f"{mean:.3g}".replace("-", "−"), ha="center", va="center", fontsize=6.5,
                      color=to_rgb(PAPER if is_dark else INK))  # fmt: skip


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
        parts.append("Where nothing is drawn there is no run.")
    return " ".join(parts)
