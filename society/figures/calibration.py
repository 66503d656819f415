"""Figures of a calibration: where in the space of parameters distances are small, and how they came down."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from society.figures.style import COLOURS, COLUMN_WIDTH, FAINT, Figure, in_house_style, panels

ABOUT_AS_GOOD = 3.84
"""The 95 % quantile of χ² with one degree of freedom."""


@in_house_style
def by_parameter(trials: pd.DataFrame, factors: Sequence[str], *, logarithmic: Collection[str] = ()) -> Figure:
    """Distance of every trial above the smallest, by each parameter, a panel each.

    Parameters
    ----------
    trials
        One row a trial: `distance` and a column a factor, as `CalibrationStudy.trials`.
    factors
        The columns to show.
    logarithmic
        Those of them on a logarithmic scale.
    """
    trials = trials[np.isfinite(trials["distance"])]
    above = (trials["distance"] - trials["distance"].min()).to_numpy()
    figure, all_axes = panels(len(factors))
    for axes, path in zip(all_axes, factors, strict=True):
        _scatter(axes, trials[path], above)
        if path in logarithmic:
            axes.set_xscale("log")
        axes.set_xlabel(path)
        axes.axhline(ABOUT_AS_GOOD, color=FAINT, linewidth=0.7, linestyle="--")
        _scale(axes, above)
    figure.supylabel("distance above the smallest", fontsize=8)
    figure.caption = (
        f"Distance of each trial above the smallest, by parameter; linear up to {ABOUT_AS_GOOD} (dashed), logarithmic "
        "beyond. Trials below the dashed line are about as good as the best (χ² with one degree of freedom, 95 %)."
    )
    figure.alt = f"Distances of {len(trials)} trials by {', '.join(factors)}."
    return figure


@in_house_style
def by_trial(trials: pd.DataFrame) -> Figure:
    """Distance of every trial, and the smallest so far.

    Parameters
    ----------
    trials
        One row a trial: its number `trial`, `phase` and `distance`; only those of the search are shown.
    """
    trials = trials[(trials["phase"] == "search") & np.isfinite(trials["distance"])]
    figure = Figure(figsize=(COLUMN_WIDTH + 0.4, 2.4), layout="constrained")
    axes = figure.subplots()
    numbers, above = trials["trial"].to_numpy(), (trials["distance"] - trials["distance"].min()).to_numpy()
    axes.plot(numbers, above, "o", color=FAINT, markersize=2.5, label="trial")
    axes.step(numbers, np.minimum.accumulate(above), where="post", color=COLOURS[0], label="smallest so far")
    _scale(axes, above)
    axes.set_xlabel("trial")
    axes.set_ylabel("distance above the smallest")
    axes.legend()
    figure.caption = (
        "Distance of each trial between simulated and observed numbers, above that of the best, and the smallest so "
        f"far; linear up to {ABOUT_AS_GOOD}, logarithmic beyond."
    )
    figure.alt = f"Distances of {len(trials)} trials in order; the smallest is {trials['distance'].min():.4g}."
    return figure


def _scale(axes: Axes, above: np.ndarray) -> None:
    """Linear among trials about as good as the best, logarithmic beyond."""
    axes.set_yscale("symlog", linthresh=ABOUT_AS_GOOD)
    axes.set_ylim(-0.4, max(above.max() * 1.5, 2 * ABOUT_AS_GOOD))


def _scatter(axes: Axes, values: pd.Series, above: np.ndarray) -> None:
    """Points by number, or by kind in order of name; the best marked."""
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        kinds = sorted(map(str, values.unique()))
        axes.set_xticks(range(len(kinds)), kinds)
        values = values.map(lambda value: kinds.index(str(value)))
    x = values.to_numpy("f8")
    axes.plot(x, above, "o", color=COLOURS[0], markersize=2.5, alpha=0.6)
    best = int(above.argmin())
    axes.plot(x[best], above[best], "D", color=COLOURS[1], markersize=5, clip_on=False)
