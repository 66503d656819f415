"""Charts of stored runs: measures over time with intervals, outcomes by factor, differences between two sides.

Pure functions from tables of a study to specifications for the widget `Chart`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboards.charts import Spec, numbers
from dashboards.colours import OFF, css, of_numbers, series_colour
from dashboards.studies_filters import groups_of, labels_of
from society.figures.labels import bounds_of
from society.figures.summaries import Over, binned, is_continuous, means, wide

N_CELLS = 8
"""Of a range, in a heat map."""
MOST_GROUPS = 12
"""Lines in a chart."""
MOST_DOTS = 2000
"""Runs drawn one by one."""
MOST_ROWS = 14
"""Outcomes in a chart of differences."""


def over_time(series: pd.DataFrame, runs: pd.DataFrame, measure: str, by: str, over: Over) -> pd.DataFrame:
    """Mean, and its interval over what is independent, of each group at each recorded step.

    Parameters
    ----------
    series
        One row a run and step: run_id, step and the measure.
    runs
        One row a run that counts, as in `Study.runs`.
    measure
        Column of the series.
    by
        Column of the runs by which they fall into groups; any other name for one group.
    over
        What is independent, as in `society.figures.summaries.means`.

    Returns
    -------
    pandas.DataFrame
        One row a group and step: group, step, mean, low, high, n, the number of what is independent.
    """
    frames = []
    for name, own in in_groups(runs, by):
        values = wide(series, own, measure)
        found = means(values, own, over=over, bounds=bounds_of(measure))
        frames.append(found.rename_axis("step").reset_index().assign(group=name))
    columns = ["group", "step", "mean", "low", "high", "n"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def in_groups(runs: pd.DataFrame, by: str) -> list[tuple[str, pd.DataFrame]]:
    """The runs of each group by its name, as far as there are any; the first groups of many."""
    groups = groups_of(runs, by)
    found = [(str(name), runs[(groups == name).to_numpy()]) for name in groups.cat.categories]
    return [(name, own) for name, own in found if len(own)][:MOST_GROUPS]


def time_spec(table: pd.DataFrame, measure: str, *, run: pd.DataFrame | None = None) -> Spec:
    """Lines with bands of a table of `over_time`, and the line of one run before them."""
    series = [
        {
            "name": str(name), "x": own["step"].tolist(), "y": numbers(own["mean"]), "color": series_colour(i),
            "low": numbers(own["low"]), "high": numbers(own["high"]),
        }
        for i, (name, own) in enumerate([*table.groupby("group", sort=False)][:MOST_GROUPS])
    ]  # fmt: skip
    if run is not None and len(run):
        line = {"name": "run", "x": run["step"].tolist(), "y": numbers(run[measure]), "color": css(OFF), "dash": True}
        series.append(line)
    steps = [step for each in series for step in each["x"]]
    return {
        "kind": "lines", "name": measure, "x": "step", "y": measure, "series": series,
        "range": [min(steps, default=0), max(steps, default=1)],
    }  # fmt: skip


# Outcomes by factor.


def factor_spec(runs: pd.DataFrame, outcome: str, factor: str, by: str, over: Over) -> Spec:
    """An outcome by a factor: means with intervals at levels; over a range the runs, and means of its parts.

    Parameters
    ----------
    runs
        One row a run that counts, as in `Study.runs`.
    outcome, factor
        Columns of it.
    by
        Column by which runs fall into groups of different colours; any other name for one group.
    over
        What is independent, as in `society.figures.summaries.means`.
    """
    spec: Spec = {"kind": "lines", "name": f"{outcome}-by-{factor}", "x": factor, "y": outcome}
    groups = in_groups(runs, by)
    if is_continuous(runs[factor]):
        names = [name if len(groups) > 1 else "mean" for name, _ in groups]
        looks = [(name, series_colour(i)) for i, name in enumerate(names)]
        of_each = [_range_series(own, outcome, factor, look) for (_, own), look in zip(groups, looks, strict=True)]
        series = [line for lines in of_each for line in lines]
        return {**spec, "series": series, "range": [float(runs[factor].min()), float(runs[factor].max())]}
    levels = labels_of(runs[factor])
    series = []
    for i, (name, own) in enumerate(groups):
        found = [(levels.index(level), _estimate(each, outcome, over)) for level, each in in_groups(own, factor)]
        beside = 0.12 * (i - (len(groups) - 1) / 2)
        line = {"name": name if len(groups) > 1 else "", "color": series_colour(i), "dots": True}
        series.append({**line, **_line([(place + beside, each) for place, each in found])})
    ticks = [{"x": place, "label": level} for place, level in enumerate(levels)]
    return {**spec, "series": series, "ticks": ticks, "range": [-0.5, max(len(levels) - 0.5, 0.5)]}


def _range_series(runs: pd.DataFrame, outcome: str, factor: str, look: tuple[str, str]) -> list[Spec]:
    """The runs as dots, and a line through the means of equally full parts of the range, with a band over points."""
    known = runs.dropna(subset=[outcome]).drop_duplicates("run_id")
    drawn = known.iloc[:: max(1, -(-len(known) // MOST_DOTS))]
    dots = {"x": numbers(drawn[factor]), "y": numbers(drawn[outcome])}
    parts = [own for _, own in known.groupby(binned(known[factor].astype("f8")))] if len(known) else []
    found = [(float(own[factor].mean()), _estimate(own, outcome, "points")) for own in parts]
    name, colour = look
    return [
        {"name": "", "quiet": True, "dots": True, "color": colour, **dots},
        {"name": name, "color": colour, **_line(found)},
    ]


def _line(found: list[tuple[float, tuple[float, float, float]]]) -> Spec:
    """Places with a mean and an interval each, as the chart reads them."""
    of_each = {key: numbers(each[i] for _, each in found) for i, key in enumerate(("y", "low", "high"))}
    return {"x": [place for place, _ in found], **of_each}


def _estimate(runs: pd.DataFrame, outcome: str, over: Over) -> tuple[float, float, float]:
    """Mean and interval of an outcome."""
    found = means(runs[[outcome]], runs, over=over, bounds=bounds_of(outcome)).iloc[0]
    return float(found["mean"]), float(found["low"]), float(found["high"])


def heat_spec(runs: pd.DataFrame, outcome: str, factors: tuple[str, str]) -> Spec:
    """The mean of an outcome over two factors; of a range, over equally full parts of it."""
    (xs, across), (ys, up) = (_cells(runs[factor]) for factor in factors)
    table = runs.assign(_x=across, _y=up).groupby(["_y", "_x"])[outcome].agg(["mean", "count"])
    known = table["mean"].dropna()
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    shades, stops = of_numbers(table["mean"].to_numpy("f8"), low, high)
    cells: list[list[Spec | None]] = [[None] * len(xs) for _ in ys]
    for (key, row), shade in zip(table.iterrows(), shades, strict=True):
        j, i = int(key[0]), int(key[1])  # type: ignore[index]
        if not np.isfinite(row["mean"]):
            continue
        said = f"{factors[0]}  {xs[i]}\n{factors[1]}  {ys[j]}\n{outcome}  {row['mean']:.4g}\n{int(row['count'])} runs"
        ink = "#000000" if 0.3 * shade[0] + 0.59 * shade[1] + 0.11 * shade[2] > 120 else "#ffffff"
        colour = css((int(shade[0]), int(shade[1]), int(shade[2])))
        cells[j][i] = {"value": numbers([row["mean"]])[0], "color": colour, "ink": ink, "said": said}
    return {
        "kind": "heat", "name": f"{outcome}-heat", "x": factors[0], "y": factors[1], "xs": xs, "ys": ys, "cells": cells,
        "low": low, "high": high, "stops": [css(stop) for stop in stops],
    }  # fmt: skip


def _cells(column: pd.Series[Any]) -> tuple[list[str], Any]:
    """Names of the rows or columns of a heat map, and the number of that of each run; of a range, middles of parts."""
    if not is_continuous(column):
        groups = groups_of(column.to_frame("level"), "level").cat
        return [*groups.categories], groups.codes.to_numpy()
    place = binned(column.astype("f8"), n_bins=N_CELLS)
    return [f"{middle:.2g}" for middle in column.groupby(place).median()], place.to_numpy()


# Differences between two sides.


def forest_spec(differences: pd.DataFrame, labels: tuple[str, str]) -> Spec:
    """Differences of outcomes in standard deviations, the largest first, with intervals, of a `Comparison`."""
    table = differences[(differences["sd"] > 0) & differences["difference"].notna()].head(MOST_ROWS)
    rows = []
    for _, row in table.iterrows():
        value, low, high = (row[key] / row["sd"] for key in ("difference", "low", "high"))
        sure = low > 0 or high < 0
        rows.append({
            "name": row["measure"], "color": series_colour(0) if sure else css(OFF), "said": said_of(row, labels),
            **dict(zip(("value", "low", "high"), numbers([value, low, high]), strict=True)),
        })  # fmt: skip
    return {"kind": "forest", "name": "differences", "y": "differences", "x": "difference in standard deviations",
            "rows": rows}  # fmt: skip


def said_of(row: Mapping[str, Any] | pd.Series[Any], labels: tuple[str, str]) -> str:
    """All numbers of a difference, in lines."""
    lines = [
        str(row["measure"]),
        f"{labels[0]}  {row['a']:.4g}",
        f"{labels[1]}  {row['b']:.4g}",
        f"difference  {row['difference']:.4g} [{row['low']:.4g}, {row['high']:.4g}]",
        f"{row['method']}, {int(row['n_a'])} and {int(row['n_b'])} units",
        f"p  {row['p']:.3g}, by Holm {row['p_holm']:.3g}",
        f"g_av  {row['g_av']:.3g}",
    ]
    return "\n".join(lines)


def difference_spec(table: pd.DataFrame, outcome: str, labels: tuple[str, str]) -> Spec:
    """The difference of an outcome over time with its band: of `Comparison.over_time`."""
    line = {
        "name": f"{labels[0]} − {labels[1]}", "x": table["step"].tolist(), "color": series_colour(0),
        "y": numbers(table["difference"]), "low": numbers(table["low"]), "high": numbers(table["high"]),
    }  # fmt: skip
    return {
        "kind": "lines", "name": f"{outcome}-difference", "x": "step", "y": f"{outcome}: difference", "series": [line],
        "fromZero": True, "range": [float(table["step"].min()), float(max(table["step"].max(), 1))],
    }  # fmt: skip
