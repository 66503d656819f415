"""Effects of factors on an outcome: means with intervals by level, and clouds of points with means of bins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from society.figures.labels import bounds_of, cut_words, label, lacking_words, named, shown, wrapped
from society.figures.style import FAINT, MARKERS, Figure, error_bars, few_ticks, in_house_style, lines_of, panels
from society.figures.summaries import Over, binned, independent, is_continuous, is_number, levels_of, means

MOST_POINTS = 2_000
"""Runs drawn as points; intervals are of all."""
ASIDE = 3.0
"""Points by which arms stand beside one another, so that intervals which coincide are all seen."""
LOG_RATIO = 20.0
"""Numbers above 0 that differ by more than this factor, and evenly by factors, stand on a logarithmic axis."""


@in_house_style
def effects_figure(
    runs: pd.DataFrame,
    *,
    outcome: str,
    factors: Sequence[str],
    by: str | None = None,
    units: Mapping[str, str] | None = None,
) -> Figure:
    """Draw how an outcome depends on each factor, the other factors being as they were in the design.

    Parameters
    ----------
    runs
        One row a run that counts: ``row``, ``replicate``, the factors and the outcome.
    outcome
        The measure's column.
    factors
        A panel each. A factor with few levels has a mean at each, with its 95 % interval over replicates; a continuous
        one a point a run, and means of bins with as many design points each, with intervals over design points.
    by
        A line for each level of this, such as ``"arm"``.
    units
        Units of factors.

    Returns
    -------
    Figure
        With a caption.
    """
    kept = runs[runs[outcome].notna()]
    figure, axes = panels(len(factors), share_y=True, height=2.3)
    over = independent(kept, factors)
    groups = levels_of(kept[by]) if by else [None]
    for one, factor in zip(axes, factors, strict=True):
        places = _places(kept[factor])
        for number, (group, line) in enumerate(zip(groups, lines_of(groups), strict=True)):
            of_group = kept if group is None else kept[kept[by] == group]
            marks = {**line, "marker": MARKERS[number % len(MARKERS)], "label": shown(group)}
            if is_continuous(kept[factor]):
                _cloud(one, of_group, factor, outcome, marks=marks, alone=len(groups) == 1)
            else:
                aside = ScaledTranslation((number - (len(groups) - 1) / 2) * ASIDE / 72, 0, figure.dpi_scale_trans)
                marks["transform"] = one.transData + aside
                _levels(
                    one,
                    of_group[[*filter(of_group.columns.__contains__, _KEYS), outcome]],
                    of_group[factor],
                    places=places,
                    over=over,
                    marks=marks,
                )
        _axis(one, kept[factor], places)
        one.set_xlabel(wrapped(label(factor, units), 34))
    if by and len(groups) > 1:
        axes[0].legend(title=by, alignment="left")
    for first in axes[:: min(len(axes), 3)]:
        first.set_ylabel(wrapped(label(outcome)))
    figure.caption = _caption(kept, outcome, factors) + lacking_words(len(kept), len(runs))
    figure.alt = f"{outcome} against {', '.join(factors)}."
    return figure


def _places(values: pd.Series[Any]) -> dict[Any, float]:
    """Where each level stands on the axis: numbers at themselves, words side by side."""
    levels = levels_of(values)
    return {level: float(level) if is_number(values) else float(place) for place, level in enumerate(levels)}


_KEYS = ("row", "arm", "replicate")


def _levels(
    axes: Axes, runs: pd.DataFrame, values: pd.Series[Any], *, places: dict[Any, float], over: Over, marks: Any
) -> None:
    """The mean of the last column of `runs` at each level, joined where levels are numbers."""
    levels = [level for level in places if (values == level).any()]
    chosen = [runs[values == level] for level in levels]
    bounds = bounds_of(str(runs.columns[-1]))
    found = pd.concat([means(each.iloc[:, -1:], each, over=over, bounds=bounds) for each in chosen])
    if not is_number(values):
        marks = {**marks, "linestyle": "none"}
    at = [places[level] for level in levels]
    error_bars(axes, at, found["mean"], found["low"], found["high"], **marks)


def _cloud(axes: Axes, runs: pd.DataFrame, factor: str, outcome: str, *, marks: Any, alone: bool) -> None:
    """A point a run, and the means of bins that hold as many design points each."""
    drawn = runs.iloc[few_ticks(runs.index.to_numpy(), MOST_POINTS)]
    colour = FAINT if alone else marks["color"]
    axes.plot(
        drawn[factor], drawn[outcome], ".", color=colour, alpha=0.35, markersize=2.5, markeredgewidth=0,
        rasterized=len(drawn) > MOST_POINTS // 4, zorder=1,
    )  # fmt: skip
    points = runs.groupby("row", as_index=False)[[factor, outcome]].mean()
    if len(points) < 4:
        return
    bins = points.groupby(binned(points[factor]))
    how: dict[str, Any] = {"over": "points", "bounds": bounds_of(outcome)}
    found = pd.concat([means(each[[outcome]], each.assign(replicate=0), **how) for _, each in bins])
    error_bars(axes, bins[factor].mean(), found["mean"], found["low"], found["high"], zorder=3, **marks)


def _axis(axes: Axes, values: pd.Series[Any], places: dict[Any, float]) -> None:
    """Ticks at words, and a logarithmic axis for what was chosen by factors of ten."""
    if not is_number(values):
        axes.set_xticks([*places.values()], [wrapped(shown(level), 14) for level in places])
        axes.set_xlim(-0.5, len(places) - 0.5)
        axes.grid(visible=False, axis="x")
    elif is_logarithmic(values):
        axes.set_xscale("log")


def is_logarithmic(values: pd.Series[Any]) -> bool:
    """Whether numbers lie evenly by factors rather than by differences, over more than one power of ten."""
    levels = np.unique(values.to_numpy("f8"))
    if len(levels) < 3 or levels[0] <= 0 or levels[-1] / levels[0] < LOG_RATIO:
        return False
    middle = float(np.median(levels))
    by_factor = abs(np.log(middle) - np.log(levels[[0, -1]]).mean())
    return bool(by_factor < abs(np.log(levels[[0, -1]].mean() / middle)))


def _caption(runs: pd.DataFrame, outcome: str, factors: Sequence[str]) -> str:
    parts = [named(outcome)]
    n_replicates = runs["replicate"].nunique()
    continuous = [factor for factor in factors if is_continuous(runs[factor])]
    if len(continuous) < len(factors):
        points = (
            ", with 95 % intervals over design points, taken as independent"
            if continuous
            else "; one replicate has no interval"
        )
        interval = f", with 95 % intervals over {n_replicates:,} replicates" if n_replicates > 1 else points
        parts.append(f"Marks: means at each level over all other factors{interval}.")
    if continuous:
        few = f" ({MOST_POINTS:,} of {len(runs):,} drawn)" if len(runs) > MOST_POINTS else ""
        parts.append(
            f"Points: runs{few}; marks: means of bins with 95 % intervals over their points, taken as independent."
        )
    return " ".join(parts) + cut_words(outcome) * (n_replicates > 1 or bool(continuous))
