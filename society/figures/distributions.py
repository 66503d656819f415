"""Distributions of outcomes over runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from society.figures.labels import label, shown, wrapped
from society.figures.style import Figure, colours_of, in_house_style, panels
from society.figures.summaries import levels_of

FEW = 60
"""Runs of a group up to which each is drawn as a stroke."""
MOST_BINS = 40


@in_house_style
def distribution_figure(runs: pd.DataFrame, *, outcomes: Sequence[str], by: str | None = None) -> Figure:
    """Draw how outcomes at the end are distributed over runs, a panel each.

    Parameters
    ----------
    runs
        One row a run that counts, with the outcomes.
    outcomes
        Columns of measures.
    by
        Draw the runs of each level of this apart, such as ``"arm"``.

    Returns
    -------
    Figure
        Histograms whose areas are 1, bins by Freedman and Diaconis; the line is the median.

    References
    ----------
    Freedman and Diaconis 1981, On the histogram as a density estimator, Zeitschrift für Wahrscheinlichkeitstheorie und
    verwandte Gebiete 57.
    """
    figure, axes = panels(len(outcomes))
    groups = levels_of(runs[by]) if by else [None]
    for one, outcome in zip(axes, outcomes, strict=True):
        edges = _edges(runs[outcome].dropna().to_numpy("f8"))
        for number, (group, colour) in enumerate(zip(groups, colours_of(groups), strict=True)):
            values = (runs if group is None else runs[runs[by] == group])[outcome].dropna().to_numpy("f8")
            if len(values):
                _histogram(one, values, edges, number, color=colour, label=shown(group))
        one.set_xlabel(wrapped(label(outcome)))
        one.set_yticks([])
        one.spines["left"].set_visible(False)
        one.grid(visible=False, axis="y")
    if by and len(groups) > 1:
        axes[0].legend(title=by, alignment="left")
    strokes = " Strokes below are runs." if len(runs) <= FEW * len(groups) else ""
    figure.caption = f"Distribution over {len(runs):,} runs, as densities; lines are medians.{strokes}"
    figure.alt = f"Histograms of {', '.join(outcomes)}."
    return figure


def _edges(values: NDArray[Any]) -> list[float]:
    """Edges of bins, common to all groups."""
    if not len(values) or values.min() == values.max():
        middle = values[0] if len(values) else 0.0
        half = 0.05 * max(abs(float(middle)), 1.0)
        return [float(middle) - half, float(middle) + half]
    edges = np.histogram_bin_edges(values, "fd")
    few = np.histogram_bin_edges(values, int(np.clip(len(edges) - 1, min(5, len(values)), MOST_BINS)))
    return [float(edge) for edge in few]


def _histogram(axes: Axes, values: NDArray[Any], edges: list[float], number: int, *, color: str, label: str) -> None:
    axes.hist(values, edges, density=True, histtype="stepfilled", color=color, alpha=0.3, linewidth=0)
    axes.hist(values, edges, density=True, histtype="step", color=color, label=label)
    axes.axvline(float(np.median(values)), color=color, linewidth=1.0)
    if len(values) <= FEW:
        below = axes.get_xaxis_transform()
        axes.plot(values, np.full(len(values), -0.04 - 0.05 * number), "|", color=color, transform=below, clip_on=False)
        axes.tick_params(axis="x", pad=6 + 5 * number)
