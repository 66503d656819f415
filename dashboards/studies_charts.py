"""Charts of stored runs: measures over time with intervals, outcomes by factor, differences between two sides.

Pure functions from tables of a study to specifications for the widget `Chart`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboards.charts import Spec, numbers
from dashboards.colours import OFF, css, nice_range, of_numbers, series_colour
from dashboards.studies_filters import N_BINS, groups_of, is_range, levels_of
from society.inference import interval

LEVEL = 0.95
"""Of all intervals."""
MOST_GROUPS = 12
"""Lines in a chart."""
MOST_DOTS = 2000
"""Runs drawn one by one."""
MOST_ROWS = 14
"""Outcomes in a chart of differences."""


def over_time(series: pd.DataFrame, measure: str, groups: pd.Series[Any], units: pd.Series[Any]) -> pd.DataFrame:
    """Mean over independent units, and its interval, of each group at each recorded step.

    Parameters
    ----------
    series
        One row a run and step: run_id, step and the measure.
    measure
        Its column.
    groups, units
        The group, and the independent unit within it, of each run by its id. A unit's value is the mean of its runs.

    Returns
    -------
    pandas.DataFrame
        One row a group and step: group, step, mean, low, high, units.
    """
    names = [name for name in groups.cat.categories if (groups == name).any()]
    frames = [_mean_of(series, measure, units[groups == name]).assign(group=name) for name in names]
    frames = [frame for frame in frames if len(frame)]
    columns = ["group", "step", "mean", "low", "high", "units"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _mean_of(series: pd.DataFrame, measure: str, units: pd.Series[Any]) -> pd.DataFrame:
    """The same of one group; a run that stands in the design twice counts twice."""
    own = series.merge(pd.DataFrame({"run_id": units.index, "unit": units.to_numpy()}), on="run_id")
    table = own.groupby(["unit", "step"])[measure].mean().unstack("step")
    found = interval(table.to_numpy("f8"), LEVEL)
    return pd.DataFrame(
        {"step": table.columns, "mean": found["difference"], "low": found["low"], "high": found["high"],
         "units": found["pairs"]}
    )  # fmt: skip


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


def factor_spec(runs: pd.DataFrame, outcome: str, factor: str, by: str, units: pd.Series[Any]) -> Spec:
    """An outcome by a factor: means with intervals at levels; over a range the runs, and means of its parts.

    Parameters
    ----------
    runs
        One row a run of the design.
    outcome, factor
        Columns of it.
    by
        Column by which runs fall into groups of different colours; any other name for one group.
    units
        The independent unit of each row of `runs`.
    """
    groups = groups_of(runs, by)
    names = [name for name in groups.cat.categories if (groups == name).any()][:MOST_GROUPS]
    spread, levels = is_range(runs[factor]), levels_of(runs[factor])
    series: list[Spec] = []
    for i, name in enumerate(names):
        own = runs[(groups == name).to_numpy()]
        title = str(name) if len(names) > 1 else ""
        if spread:
            series += _range_series(own, outcome, factor, units[own.index], (title, series_colour(i)))
        else:
            shift = 0.12 * (i - (len(names) - 1) / 2) if len(names) > 1 else 0.0
            line = _level_series(own, outcome, factor, units[own.index])
            line["x"] = [place + shift for place in line["x"]]
            series.append({**line, "name": title, "color": series_colour(i), "dots": True})
    spec = {"kind": "lines", "name": f"{outcome}-by-{factor}", "x": factor, "y": outcome, "series": series}
    if spread:
        return {**spec, "range": [float(runs[factor].min()), float(runs[factor].max())]}
    ticks = [{"x": place, "label": level} for place, level in enumerate(levels)]
    return {**spec, "ticks": ticks, "range": [-0.5, max(len(levels) - 0.5, 0.5)]}


def _level_series(runs: pd.DataFrame, outcome: str, factor: str, units: pd.Series[Any]) -> Spec:
    groups = groups_of(runs, factor)
    places = {level: place for place, level in enumerate(groups.cat.categories)}
    found = {level: _estimate(runs, outcome, units, (groups == level).to_numpy()) for level in places}
    known = [level for level, (mean, _, _) in found.items() if np.isfinite(mean)]
    return {
        "x": [float(places[level]) for level in known],
        **{key: numbers(found[level][i] for level in known) for i, key in enumerate(("y", "low", "high"))},
    }


def _range_series(
    runs: pd.DataFrame, outcome: str, factor: str, units: pd.Series[Any], look: tuple[str, str]
) -> list[Spec]:
    """The runs as dots, and a line through the means of equally full parts of the range, with a band."""
    name, colour = look
    drawn = runs.dropna(subset=[outcome]).drop_duplicates("run_id")
    drawn = drawn.iloc[:: max(1, -(-len(drawn) // MOST_DOTS))]
    dots = {
        "name": "", "quiet": True, "dots": True, "color": colour, "x": numbers(drawn[factor]),
        "y": numbers(drawn[outcome]),
    }  # fmt: skip
    parts = pd.qcut(runs[factor].astype(float), min(N_BINS, max(1, len(runs) // 8)), duplicates="drop")
    codes = parts.cat.codes.to_numpy()
    found = [(float(runs[factor][codes == code].mean()), _estimate(runs, outcome, units, codes == code))
             for code in range(len(parts.cat.categories)) if (codes == code).any()]  # fmt: skip
    line = {
        "name": name or "mean of a part of the range", "color": colour, "x": numbers(x for x, _ in found),
        **{key: numbers(each[i] for _, each in found) for i, key in enumerate(("y", "low", "high"))},
    }  # fmt: skip
    return [dots, line]


def _estimate(runs: pd.DataFrame, outcome: str, units: pd.Series[Any], chosen: Any) -> tuple[float, float, float]:
    """Mean and interval of an outcome over the independent units of some rows."""
    values = runs[outcome][chosen].astype(float).groupby(units[chosen].to_numpy()).mean().to_numpy()
    if not len(values):
        return np.nan, np.nan, np.nan
    found = interval(values, LEVEL)
    return float(found["difference"]), float(found["low"]), float(found["high"])


def heat_spec(runs: pd.DataFrame, outcome: str, factors: tuple[str, str]) -> Spec:
    """The mean of an outcome over two factors; of a range, over equally full parts of it."""
    (xs, across), (ys, up) = (_cells(runs[factor]) for factor in factors)
    table = runs.assign(_x=across, _y=up).groupby(["_y", "_x"])[outcome].agg(["mean", "count"])
    low, high = nice_range(table["mean"].to_numpy("f8"))
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
    """Names of the rows or columns of a heat map, and the number of that of each run."""
    if not is_range(column):
        groups = groups_of(column.to_frame("level"), "level")
        return [*groups.cat.categories], groups.cat.codes.to_numpy()
    cut = pd.qcut(column.astype(float), N_BINS, duplicates="drop")
    names = [f"{(interval.left + interval.right) / 2:.3g}" for interval in cut.cat.categories]
    return names, cut.cat.codes.to_numpy()


# Differences between two sides.


def forest_spec(differences: pd.DataFrame, labels: tuple[str, str]) -> Spec:
    """Differences of outcomes in standard deviations, with intervals, the largest first: of `Comparison.differences`."""
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
        f"{row['method']}, {int(row['n_a'])} and {int(row['n_b'])} units, p = {row['p']:.3g}, by Holm {row['p_holm']:.3g}",
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
