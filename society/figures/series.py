"""Outcomes over time: means with intervals over replicates by level, quantile bands over many runs, and one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from society.figures.labels import bounds_of, cut_words, label, named, sentence, shown, unit_of, wrapped
from society.figures.style import COLOURS, Figure, band, colours_of, few_ticks, in_house_style, lines_of, panels
from society.figures.summaries import levels_of, means, quantiles, wide

MOST_LINES = 5
"""Levels of a factor that are drawn."""

type Spread = Literal["interval", "quantiles"]


@in_house_style
def series_figure(
    series: pd.DataFrame,
    runs: pd.DataFrame,
    *,
    outcome: str,
    by: Sequence[str] = (),
    spread: Spread = "interval",
    steps_per_year: int | None = None,
) -> Figure:
    """Draw an outcome over time, a panel for each factor in `by` and a line for each of its levels.

    Parameters
    ----------
    series
        Columns ``run_id``, ``step`` and the outcome.
    runs
        One row a planned run that counts: ``run_id``, ``row``, ``replicate`` and the columns in `by`.
    outcome
        The measure's column.
    by
        Factors, or ``"arm"``; one line for all runs if empty. Of a factor with more levels than `MOST_LINES`, so many
        are drawn, evenly chosen.
    spread
        ``"interval"``: the mean and its 95 % interval over replicates. ``"quantiles"``: the median over runs, and
        between which values half and nine tenths of them lie.
    steps_per_year
        Draw over years instead of steps.

    Returns
    -------
    Figure
        With a caption.
    """
    values = wide(series, runs, outcome)
    values.columns = values.columns.to_numpy() / (steps_per_year or 1)
    figure, axes = panels(max(len(by), 1), share_y=True)
    left_out, behind = False, dict[str, list[pd.DataFrame]]()
    for one, factor in zip(axes, by or [""], strict=True):
        levels = levels_of(runs[factor]) if factor else [None]
        chosen = [levels[place] for place in few_ticks(np.array(levels, object), MOST_LINES)]
        left_out |= len(chosen) < len(levels)
        for level, line in zip(chosen, lines_of(chosen), strict=True):
            is_of = (runs[factor] == level).to_numpy() if factor else np.ones(len(runs), bool)
            line["label"] = shown(level)
            _draw(one, values[is_of], runs[is_of], spread=spread, bounds=bounds_of(outcome), line=line)
            behind.setdefault(factor, []).append(runs[is_of])
        _time_axis(one, steps_per_year)
        if factor:
            one.legend(title=wrapped(factor), alignment="left")
    axes[0].set_ylabel(wrapped(label(outcome)))
    chosen_words = f" Of factors with more levels, {MOST_LINES} are drawn." if left_out else ""
    figure.caption = f"{named(outcome)} {_how(behind, spread)}{chosen_words}{_gaps(values, runs)}{cut_words(outcome)}"
    figure.alt = f"Lines of {outcome} over time" + (f", by {' and by '.join(by)}." if by else ".")
    return figure


def _draw(
    axes: Axes,
    values: pd.DataFrame,
    runs: pd.DataFrame,
    *,
    spread: Spread,
    bounds: tuple[float, float],
    line: dict[str, Any],
) -> None:
    """A line for the runs of one level, and what they spread over; columns of values are times."""
    time = values.columns.to_numpy()
    if spread == "interval":
        found = means(values, runs, bounds=bounds)
        band(axes, time, found["mean"], found["low"], found["high"], **line)
        return
    found = quantiles(values)
    band(axes, time, found[0.5], found[0.05], found[0.95], **line)
    axes.fill_between(time, found[0.25], found[0.75], color=line["color"], alpha=0.25, linewidth=0)


def _time_axis(axes: Axes, steps_per_year: int | None) -> None:
    axes.set_xlabel("year" if steps_per_year else "step")
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=not steps_per_year, steps=[1, 2, 2.5, 5, 10]))


def _how(behind: Mapping[str, Sequence[pd.DataFrame]], spread: Spread) -> str:
    """What lines and bands are, and how many design points, replicates or runs are behind a line of each panel."""
    runs, points = (_counted({name: [*map(n, each)] for name, each in behind.items()}) for n in (len, _n_points))
    n_replicates = max(each["replicate"].nunique() for lines in behind.values() for each in lines)
    if spread == "quantiles":
        how = "half of the runs lie in the dark band, nine tenths in the light one"
        return f"Each line: median over runs ({runs}); {how}."
    if n_replicates > 1:
        over = f" over design points ({points})" if points != "1" else ""
        return f"Each line: mean{over}, with its 95 % interval over {n_replicates:,} replicates."
    return f"Each line: mean over runs ({runs}), one replicate, no interval." if runs != "1" else "One run a line."


def _n_points(runs: pd.DataFrame) -> int:
    """Number of design points, counted in each arm."""
    return len(runs[[name for name in ("row", "arm") if name in runs]].drop_duplicates())


def _counted(of_panel: Mapping[str, Sequence[int]]) -> str:
    """Numbers behind the lines of panels: one if they are all the same, else those of each panel."""
    said = {name: _numbers(counts) for name, counts in of_panel.items()}
    if len({*said.values()}) == 1:
        return next(iter(said.values()))
    return ", ".join(f"by {name} {numbers}" for name, numbers in said.items())


def _numbers(counts: Sequence[int]) -> str:
    return f"{counts[0]:,}" if len({*counts}) == 1 else f"{min(counts):,} to {max(counts):,}"


def _gaps(values: pd.DataFrame, runs: pd.DataFrame) -> str:
    """How many runs lack, of those that points have in other replicates, and where lines are of fewer."""
    said = ""
    if n_lacking := _n_points(runs) * runs["replicate"].nunique() - len(runs):
        of = f"{n_lacking:,} of {n_lacking + len(runs):,} runs of these points"
        said += f" {of} are not there: a point is the mean of those it has."
    known = values.notna().sum()
    if (known < known.max()).any():
        said += (
            f" Not all runs have a value at every step: lines are of {known.min():,} to {known.max():,} runs in all."
        )
    return said


@in_house_style
def run_figure(series: pd.DataFrame, *, outcomes: Sequence[str], steps_per_year: int | None = None) -> Figure:
    """Draw one run over time: a panel for each measure, a line for each of its columns.

    Parameters
    ----------
    series
        Columns ``step`` and the outcomes.
    outcomes
        Columns of measures; those of one measure, such as ``known.*``, share a panel.
    steps_per_year
        Draw over years instead of steps.
    """
    of_measure: dict[str, list[str]] = {}
    for outcome in outcomes:
        of_measure.setdefault(outcome.split(".")[0], []).append(outcome)
    figure, axes = panels(len(of_measure), columns=3)
    time = series["step"] / (steps_per_year or 1)
    for one, (measure, columns) in zip(axes, of_measure.items(), strict=True):
        for column, colour in zip(columns, colours_of(columns), strict=True):
            one.plot(time, series[column], color=colour, label=column.removeprefix(measure).lstrip(".") or measure)
        one.set_title(measure)
        one.set_ylabel(fill(unit_of(measure), 22))
        _time_axis(one, steps_per_year)
        if len(columns) > 1:
            one.legend(ncols=1 if len(columns) <= len(COLOURS) else 2)
    figure.caption = " ".join(f"{measure}: {sentence(measure)}" for measure in of_measure if sentence(measure))
    figure.alt = f"Lines over time of {', '.join(of_measure)}."
    return figure
