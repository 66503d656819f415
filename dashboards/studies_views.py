"""Views of stored runs: what a panel of the page of studies can show, each with the settings that it offers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboards.charts import Spec
from dashboards.studies_charts import difference_spec, factor_spec, forest_spec, heat_spec, over_time, time_spec
from dashboards.studies_filters import ALL, ARM, label, labels_of
from dashboards.studies_folder import Pairs, Tables
from dashboards.views import Setting, Settings
from society.comparisons import Comparison, compare
from society.errors import InputError
from society.figures.labels import sentence
from society.figures.summaries import Over, independent, is_continuous

MOST_RUNS = 2000
"""Runs whose series are read at once; of more, so many are taken evenly."""
EVERY_OUTCOME = "all outcomes"
ALWAYS = ("arm", "row", "replicate")


@dataclass(frozen=True)
class Picture:
    """What a panel shows: a chart, a sentence about it, and the table behind it."""

    spec: Spec
    foot: str = ""
    table: pd.DataFrame | None = None


@dataclass(frozen=True)
class Selection:
    """What views show: the tables of a study, those of its runs that pass the filters, and the run that was chosen."""

    tables: Tables
    runs: pd.DataFrame
    run_id: str = ""

    @property
    def done(self) -> pd.DataFrame:
        """The runs that count."""
        return self.runs[self.runs["status"].isin(["done", "running", "interrupted", "killed"])]

    @property
    def over(self) -> Over:
        """What intervals are over."""
        return independent(self.done, self.tables.study.factors)

    def counted(self) -> str:
        """How many runs count, and how many are left out, in words."""
        runs, done = self.runs, self.done
        kinds = runs.loc[~runs.index.isin(done.index), "status"].value_counts()
        left_out = ", ".join(f"{number:,} {status}" for status, number in kinds.items())
        return f"{len(done):,} run{'s' * (len(done) != 1)}" + (f"; left out: {left_out}" if left_out else "")

    def intervals(self) -> str:
        """What intervals are over, in words."""
        runs = self.done
        if self.over == "points":
            return f"95 % interval over {runs['row'].nunique():,} design points, taken as independent"
        n = runs["replicate"].nunique()
        return f"95 % interval over {n:,} replicates" if n > 1 else "no interval, since there is one replicate"


@dataclass(frozen=True)
class StudyView:
    """One way to look at stored runs."""

    name: str
    title: str
    applies: Callable[[Tables], bool]
    settings: Callable[[Tables, Settings], list[Setting]]
    picture: Callable[[Selection, Settings], Picture]
    is_costly: bool = False
    """Whether it is worked out anew only when much has been added."""

    def chosen(self, tables: Tables, settings: Settings) -> tuple[list[Setting], dict[str, str]]:
        """The settings that it offers, and what each is, with whatever else is set."""
        offered = self.settings(tables, settings)
        return offered, {**settings, **{setting.name: setting.of(settings) for setting in offered}}


def groupings(tables: Tables) -> tuple[str, ...]:
    """What runs can be grouped by, the arm first if there are several."""
    arms = [ARM] if len(tables.study.arms) > 1 else []
    found = [*arms, *tables.study.factors]
    return (*found, ALL) if arms else (ALL, *found)


# Over time.


def _time_settings(tables: Tables, settings: Settings) -> list[Setting]:
    return [Setting("measure", "measure", tuple(tables.outcomes)), Setting("by", "lines by", groupings(tables))]


def _time(selection: Selection, settings: Settings) -> Picture:
    measure, by = settings["measure"], settings["by"]
    runs = selection.done
    drawn = runs.iloc[:: max(1, -(-len(runs) // MOST_RUNS))]
    ids = [*dict.fromkeys([*drawn["run_id"], *([selection.run_id] if selection.run_id else [])])]
    series = within(selection.tables.study.read_series([measure], ids), settings)
    table = over_time(series, drawn, measure, by, selection.over)
    own = series[series["run_id"] == selection.run_id] if selection.run_id else None
    some = f" (every {-(-len(runs) // MOST_RUNS)}th of {len(runs):,})" if len(drawn) < len(runs) else ""
    foot = f"{sentence(measure)} Mean and {selection.intervals()}; {selection.counted()}{some}."
    return Picture(time_spec(table, measure, run=own), foot, table)


def within(series: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The part of series in the range of steps that was chosen, such as ``10..200``."""
    low, _, high = settings.get("steps", "").partition("..")
    if low.isdecimal():
        series = series[series["step"] >= int(low)]
    return series[series["step"] <= int(high)] if high.isdecimal() else series


# By factor.


def _factor_settings(tables: Tables, settings: Settings) -> list[Setting]:
    factor = Setting("factor", "factor", tuple(tables.study.factors))
    others = tuple(by for by in groupings(tables) if by != factor.of(settings))
    return [Setting("measure", "outcome", tuple(tables.outcomes)), factor, Setting("by", "colours by", others)]


def _factor(selection: Selection, settings: Settings) -> Picture:
    runs, factor = selection.done, settings["factor"]
    spec = factor_spec(runs, settings["measure"], factor, settings["by"], selection.over)
    parts = "lines: means of parts of the range that hold as many runs each, with the 95 % interval over design points"
    said = f"dots: runs; {parts}" if is_continuous(runs[factor]) else f"mean and {selection.intervals()}"
    columns = [*ALWAYS, *selection.tables.study.factors, settings["measure"]]
    return Picture(spec, f"{said[0].upper()}{said[1:]}; {selection.counted()}.", runs[columns])


def _heat_settings(tables: Tables, settings: Settings) -> list[Setting]:
    x = Setting("x", "across", tuple(tables.study.factors))
    up = tuple(factor for factor in tables.study.factors if factor != x.of(settings))
    found = [Setting("measure", "outcome", tuple(tables.outcomes)), x, Setting("y", "up", up)]
    if len(tables.study.arms) > 1:
        found.append(Setting("arm", "arm", (*tables.study.arms, "all arms")))
    return found


def _heat(selection: Selection, settings: Settings) -> Picture:
    runs = selection.done
    if (arm := settings.get("arm", "all arms")) != "all arms":
        runs = runs[runs["arm"] == arm]
    spec = heat_spec(runs, settings["measure"], (settings["x"], settings["y"]))
    foot = f"Mean over the runs of each cell; {selection.counted()}."
    return Picture(spec, foot, runs[[*ALWAYS, settings["x"], settings["y"], settings["measure"]]])


# Two sides.


def _sides(tables: Tables) -> dict[str, tuple[str, ...]]:
    """By what sides can be told apart, and the names of all sides."""
    found = {ARM: tuple(tables.study.arms)}
    found |= {factor: tuple(labels_of(tables.runs[factor])) for factor in tables.study.factors}
    return {by: names for by, names in found.items() if len(names) > 1}


def _compare_settings(tables: Tables, settings: Settings) -> list[Setting]:
    sides = _sides(tables)
    by = Setting("by", "compare by", tuple(sides))
    names = sides[by.of(settings)]
    a = Setting("a", "one side", names)
    b = Setting("b", "the other side", tuple(name for name in names if name != a.of(settings)))
    return [by, a, b, Setting("show", "show", (EVERY_OUTCOME, *tables.outcomes))]


def _compare(selection: Selection, settings: Settings) -> Picture:
    tables = selection.tables
    key = ("compare", settings["by"], settings["a"], settings["b"])
    if key not in tables.memory:
        tables.memory[key] = comparison(tables, settings)
    found: Comparison = tables.memory[key]
    labels = (found.a.label, found.b.label)
    notes = "".join(f" {note.removesuffix('.')}." for note in found.notes)
    unit = f"{labels[0]} − {labels[1]}, all runs of the study whatever the filters.{notes}"
    if settings["show"] == EVERY_OUTCOME:
        foot = f"{unit} Coloured: the 95 % interval does not hold 0."
        return Picture(forest_spec(found.differences, labels), foot, found.differences)
    table = within(found.over_time(settings["show"]), settings)
    return Picture(difference_spec(table, settings["show"], labels), f"95 % interval of {unit}", table)


def comparison(tables: Tables, settings: Settings) -> Comparison:
    """The comparison of two arms, two levels, or the sides of twins."""
    study, by = tables.study, settings["by"]
    if isinstance(study, Pairs):
        return compare(study.study)
    if by == ARM:
        return compare(study, arms=(settings["a"], settings["b"]))
    levels = {label(level): level for level in tables.runs[by].dropna().unique()}
    return compare(study, factor=(by, levels[settings["a"]], levels[settings["b"]]))


def _has_outcomes(tables: Tables) -> bool:
    return bool(tables.outcomes)


STUDY_VIEWS: Mapping[str, StudyView] = {
    view.name: view
    for view in (
        StudyView("time", "Over time", _has_outcomes, _time_settings, _time),
        StudyView(
            "compare", "Differences", lambda tables: bool(tables.outcomes and _sides(tables)), _compare_settings,
            _compare, is_costly=True,
        ),
        StudyView(
            "factor", "By factor", lambda tables: bool(tables.outcomes and tables.study.factors), _factor_settings,
            _factor,
        ),
        StudyView(
            "heat", "Two factors", lambda tables: bool(tables.outcomes) and len(tables.study.factors) > 1,
            _heat_settings, _heat,
        ),
    )
}  # fmt: skip
"""What panels can show."""


def picture(view: StudyView, selection: Selection, settings: Settings) -> tuple[Picture | None, str]:
    """What a panel shows, or in words why it shows nothing."""
    if selection.done.empty:
        return None, "No run that is done passes the filters."
    try:
        return view.picture(selection, settings), ""
    except InputError as error:
        return None, str(error)


def newness(view: StudyView, tables: Tables, version: int) -> tuple[Any, ...]:
    """What differs when a view has to be worked out anew: after every writing, or with every quarter more runs."""
    if not view.is_costly or tables.study.status != "running":
        return (version,)
    return "running", int(math.log(max(tables.counts["done"], 1), 1.25))


def facts_of(run: Mapping[str, Any], hidden: tuple[str, ...] = ()) -> dict[str, str]:
    """All that is known of a run, in words."""
    return {
        name: label(value)
        for name, value in run.items()
        if name not in hidden and value is not None and value == value and value != ""
    }
