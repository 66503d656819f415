"""Figures of a comparison: differences of many outcomes at once, and differences over time."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from society.figures.labels import unit_of
from society.figures.style import COLOURS, FAINT, PAGE_WIDTH, Figure, band, in_house_style, panels

MOST = 30
"""Outcomes in one forest plot at most."""
WIDE = 10.0
"""Standard deviations from which on a forest plot is logarithmic outside of one."""


@in_house_style
def forest(differences: pd.DataFrame, *, labels: tuple[str, str], level: float = 0.95) -> Figure:
    """Differences of outcomes and their intervals, in standard deviations of replicates, the largest at the top.

    Parameters
    ----------
    differences
        One row an outcome: `measure`, `difference`, `low`, `high`, `sd`, `p_holm`, as in `Comparison.differences`.
    labels
        What the difference is between: the first less the second.
    level
        That of the intervals.
    """
    there = differences[differences["low"].notna() & (differences["sd"] > 0)]
    shown = there.head(MOST).iloc[::-1]
    figure = Figure(figsize=(PAGE_WIDTH, 0.9 + 0.19 * len(shown)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(shown))
    scaled = [(shown[name] / shown["sd"]).to_numpy() for name in ("difference", "low", "high")]
    sure = (shown["p_holm"] < 1 - level).to_numpy()
    axes.axvline(0.0, color=FAINT, linewidth=0.7)
    for chosen, filled in ((sure, COLOURS[0]), (~sure, "white")):
        _bars(axes, places[chosen], *(values[chosen] for values in scaled), filled=filled)
    if len(shown) and np.abs(np.concatenate(scaled)).max() > WIDE:
        axes.set_xscale("symlog", linthresh=1.0)
    axes.set_yticks(places, shown["measure"])
    axes.set_ylim(-0.7, len(shown) - 0.3)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"difference in standard deviations of replicates: {labels[0]} − {labels[1]}")
    beside = axes.secondary_yaxis("right")
    beside.set_yticks(places, [f"{value:+.3g}" for value in shown["difference"]])
    beside.spines["right"].set_visible(False)
    beside.tick_params(length=0)
    figure.caption = (
        f"Differences {labels[0]} − {labels[1]} with {level:.0%} intervals, in standard deviations of replicates; in "
        f"their own units on the right. Filled: p below {1 - level:.2g} after Holm's adjustment."
        + (f" {len(differences) - len(shown)} outcomes that do not vary, or vary least, are left out."
           if len(differences) > len(shown) else "")
    )  # fmt: skip
    figure.alt = f"Forest plot of the differences of {len(shown)} outcomes between {labels[0]} and {labels[1]}."
    return figure


@in_house_style
def over_time(differences: pd.DataFrame, *, labels: tuple[str, str], level: float = 0.95) -> Figure:
    """Differences of a few outcomes step by step, with the band of their intervals, a panel each.

    Parameters
    ----------
    differences
        One row an outcome and step: `measure`, `step`, `difference`, `low`, `high`, as of `Comparison.over_time`.
    labels, level
        As for `forest`.
    """
    measures = [*differences["measure"].unique()]
    figure, all_axes = panels(len(measures))
    for axes, measure in zip(all_axes, measures, strict=True):
        chosen = differences[differences["measure"] == measure]
        axes.axhline(0.0, color=FAINT, linewidth=0.7)
        band(axes, *(chosen[name].to_numpy("f8") for name in ("step", "difference", "low", "high")), color=COLOURS[0])
        axes.set_title(measure)
        axes.set_ylabel(fill(unit_of(measure), 22))
    figure.supxlabel("step", fontsize=8)
    figure.supylabel(f"{labels[0]} − {labels[1]}", fontsize=8)
    figure.caption = f"Differences {labels[0]} − {labels[1]} over time, with {level:.0%} intervals at each step."
    figure.alt = f"Differences of {', '.join(measures)} between {labels[0]} and {labels[1]} by step."
    return figure


def _bars(
    axes: Axes, places: np.ndarray, middle: np.ndarray, low: np.ndarray, high: np.ndarray, *, filled: str
) -> None:
    axes.hlines(places, low, high, color=COLOURS[0], linewidth=1.2)
    axes.plot(middle, places, "o", color=COLOURS[0], markerfacecolor=filled, markersize=4)
