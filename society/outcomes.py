"""Outcomes: what is taken from the series of a run as one number, in the words of the command line.

A measure's column by itself, such as ``capture.feed``, is its last recorded value. Else a function says what of it:
``mean(known.cooperative, 100:)``, ``peak(capture.feed)``, ``time(capture.feed > 0.5)``. Nothing is kept: outcomes are
computed from the series when they are asked for.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from society.errors import InputError, did_you_mean
from society.results import columns_named

if TYPE_CHECKING:
    from society.measures import Measure
    from society.results import Study

type Values = pd.DataFrame
"""Recorded values of one column in order of steps: run_id, step, value; none is nan."""

_CALL = re.compile(r"\s*(?P<function>\w+)\s*\((?P<inside>.*)\)\s*", re.DOTALL)
_CONDITION = re.compile(r"(?P<column>.*?)\s*(?P<sign>>=|<=|>|<)\s*(?P<threshold>.*)", re.DOTALL)
_WINDOW = re.compile(r"\s*(?P<first>-?\d+)?\s*:\s*(?P<last>-?\d+)?\s*")
_SIGNS: dict[str, Callable[[pd.Series, Any], pd.Series]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip


def _mean(values: Values) -> pd.Series:
    return values.groupby("run_id")["value"].mean()


def _peak(values: Values) -> pd.Series:
    return values.groupby("run_id")["value"].max()


def _trough(values: Values) -> pd.Series:
    return values.groupby("run_id")["value"].min()


def _change(values: Values) -> pd.Series:
    runs = values.groupby("run_id")["value"]
    return runs.last() - runs.first()


def _slope(values: Values) -> pd.Series:
    """Least squares; nan for a single step."""
    runs = values.groupby("run_id")
    step, value = (values[name] - runs[name].transform("mean") for name in ("step", "value"))
    products = pd.DataFrame({"run_id": values["run_id"], "both": step * value, "square": step * step})
    sums = products.groupby("run_id")[["both", "square"]].sum()
    return sums["both"] / sums["square"].where(sums["square"] > 0)


FUNCTIONS: dict[str, tuple[Callable[[Values], pd.Series], str]] = {
    "mean": (_mean, "mean over its recorded steps"),
    "peak": (_peak, "largest recorded value"),
    "trough": (_trough, "smallest recorded value"),
    "change": (_change, "last less first recorded value"),
    "slope": (_slope, "slope over its recorded steps, by least squares"),
    "time": (lambda values: values.groupby("run_id")["step"].min(), "first recorded step"),
}
"""What can be taken of a series, each with its words."""


@dataclass(frozen=True)
class Outcome:
    """One number of a run. Made by `parse`; as text it is what `parse` reads.

    Attributes
    ----------
    column
        Of the series; the name of a measure stands for all its columns until `select` says which there are.
    function
        One of `FUNCTIONS`; "" for the last recorded value.
    condition
        Sign and threshold of ``time``: when it first holds. A run in which it never does has no number.
    first, last
        The steps of the window, both included; None for the first and the last there are. Below 0 they count from the
        last step of the run.
    """

    column: str
    function: str = ""
    condition: tuple[str, float] | None = None
    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        if not self.function:
            return self.column
        condition = f" {self.condition[0]} {self.condition[1]:g}" if self.condition else ""
        return f"{self.function}({self.column}{condition}{f', {self.window}' if self.window else ''})"

    @property
    def window(self) -> str:
        """The window as it is written; "" for the whole run."""
        ends = ["" if end is None else str(end) for end in (self.first, self.last)]
        return ":".join(ends) if any(ends) else ""

    @property
    def measure(self) -> Measure | None:
        """The measure that it is of, if it is known."""
        from society.measures import MEASURES

        return MEASURES.get(self.column.split(".")[0])

    @property
    def unit(self) -> str:
        """Its unit, or nothing."""
        if self.function == "time":
            return "steps"
        unit = self.measure.unit if self.measure else ""
        return (f"{unit} a step" if unit else "a step") if self.function == "slope" else unit

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which values it must lie, such as 0 and 1 for shares."""
        is_share = self.measure is not None and self.measure.unit in SHARES and self.function not in ("time", "slope")
        if not is_share:
            return (0.0, np.inf) if self.function == "time" else (-np.inf, np.inf)
        return (-1.0, 1.0) if self.function == "change" else (0.0, 1.0)

    @property
    def sentence(self) -> str:
        """What it is in words, or nothing if its measure is not known."""
        words = " ".join(self.measure.doc.split("\n\n")[0].split()) if self.measure else ""
        if not self.function or not words:
            return words
        when = f" at which it is {self.condition[0]} {self.condition[1]:g}" if self.condition else ""
        within = f" within steps {self.window}" if self.window else ""
        taken = FUNCTIONS[self.function][1]
        return f"{taken[0].upper()}{taken[1:]}{when}{within}, of: {words[0].lower()}{words[1:]}"

    def of(self, series: pd.DataFrame) -> pd.Series:
        """The outcome of each run of a series, by run_id; nan for a run without it.

        Parameters
        ----------
        series
            Columns ``run_id``, ``step`` and that of the outcome, all steps of each run.
        """
        runs = pd.Index(series["run_id"].unique(), name="run_id")
        if self.column not in series:
            return pd.Series(np.nan, runs)
        values = series[["run_id", "step"]].assign(value=series[self.column].astype("f8"))
        values = self._within(values).sort_values("step", kind="stable")
        if not self.function:
            return values.drop_duplicates("run_id", keep="last").set_index("run_id")["value"].reindex(runs)
        values = values.dropna()
        if self.condition:
            sign, threshold = self.condition
            values = values[_SIGNS[sign](values["value"], threshold)]
        return FUNCTIONS[self.function][0](values).astype("f8").reindex(runs)

    def _within(self, values: Values) -> Values:
        """The steps of the window."""
        ends = values.groupby("run_id")["step"].transform("max")
        kept = pd.Series(True, values.index)
        for end, sign in ((self.first, ">="), (self.last, "<=")):
            if end is not None:
                kept &= _SIGNS[sign](values["step"], end + ends if end < 0 else end)
        return values[kept]

    def is_within(self, series: pd.DataFrame) -> bool:
        """Whether any step of a series lies in the window."""
        return len(self._within(series[["run_id", "step"]])) > 0


SHARES = ("share of people", "share of attention", "probability")
"""Units of measures that lie between 0 and 1."""


def parse(text: str) -> Outcome:
    """Read an outcome: a column, or a function of one.

    Raises
    ------
    InputError
        If there is no such function, or its window or threshold is none.

    Examples
    --------
    >>> parse("mean(known.cooperative, 100:)")
    Outcome(column='known.cooperative', function='mean', condition=None, first=100, last=None)
    >>> str(parse("time( capture.feed>.5 )"))
    'time(capture.feed > 0.5)'
    """
    if not (call := _CALL.fullmatch(text)):
        return Outcome(text.strip())
    function, (column, *windows) = call["function"], call["inside"].split(",")
    if function not in FUNCTIONS:
        raise InputError(f"{text}: no function {function!r} of a measure; {did_you_mean(function, FUNCTIONS)}")
    condition = _CONDITION.fullmatch(column)
    if bool(condition) != (function == "time"):
        wanted = "a measure and a threshold" if function == "time" else "a measure, and a window"
        example = "time(capture.feed > 0.5)" if function == "time" else f"{function}(capture.feed, 100:)"
        raise InputError(f"{text}: {function} takes {wanted}, such as {example}")
    first, last = _window(text, windows)
    if not condition:
        return Outcome(column.strip(), function, None, first, last)
    try:
        threshold = float(condition["threshold"])
    except ValueError:
        raise InputError(f"{text}: threshold {condition['threshold']!r} is no number") from None
    return Outcome(condition["column"].strip(), function, (condition["sign"], threshold), first, last)


def _window(text: str, windows: Sequence[str]) -> tuple[int | None, int | None]:
    """First and last step of a window, if one is given."""
    if not windows:
        return None, None
    window = _WINDOW.fullmatch(windows[0]) if len(windows) == 1 else None
    if window is None:
        said = "must be first:last in steps, such as 100: or 52:104 or -52: for the last"
        raise InputError(f"{text}: window {','.join(windows).strip()!r} {said}")
    first, last = (None if end is None else int(end) for end in (window["first"], window["last"]))
    if first is not None and last is not None and (first < 0) == (last < 0) and first > last:
        raise InputError(f"{text}: window {first}:{last} ends before it begins")
    return first, last


def select(names: Iterable[str], known: Sequence[str], *, source: object) -> list[Outcome]:
    """Outcomes by what they are called, those of whole measures once for each of the columns that are known.

    Raises
    ------
    InputError
        If one cannot be read, or there is none of some name.
    """
    found: list[Outcome] = []
    for outcome in map(parse, names):
        found += [replace(outcome, column=column) for column in columns_named([outcome.column], known, source=source)]
    return list(dict.fromkeys(found))


def measured(parts: Iterable[pd.DataFrame], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """The outcomes of runs from their series: one row a run by run_id, one column an outcome, by its text.

    Parameters
    ----------
    parts
        Pieces of series, each holding whole runs.
    outcomes
        What is taken.

    Raises
    ------
    InputError
        If no run has a step within the window of some outcome.
    """
    frames, steps, outside = [], set[int](), {*outcomes}
    for part in parts:
        frames.append(pd.DataFrame({str(outcome): outcome.of(part) for outcome in outcomes}))
        steps |= {int(part["step"].min()), int(part["step"].max())} if len(part) else set()
        outside -= {outcome for outcome in outside if outcome.is_within(part)}
    if steps and outside:
        first = next(outcome for outcome in outcomes if outcome in outside)
        said = f"recorded: {min(steps):,} to {max(steps):,}"
        raise InputError(f"{first}: no step within {first.window} was recorded; {said}")
    empty = pd.DataFrame(columns=[str(outcome) for outcome in outcomes], dtype="f8").rename_axis("run_id")
    return pd.concat(frames) if frames else empty


def with_outcomes(runs: pd.DataFrame, study: Study, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """The runs of a study with a column for each outcome, read from the series where it is not the last value."""
    computed = [outcome for outcome in outcomes if outcome.function]
    if not computed:
        return runs
    columns = list(dict.fromkeys(outcome.column for outcome in computed))
    whole = study.series_parts(columns) if study.is_sweep else [study.read_series(columns)]
    return runs.merge(measured(whole, computed), left_on="run_id", right_index=True, how="left")


def check_step(step: int, outcomes: Sequence[Outcome]) -> None:
    """Refuse outcomes that are of several steps where a step is asked for."""
    for outcome in outcomes:
        if outcome.function:
            raise InputError(f"step = {step}: is for measures, and {outcome} is of several steps; it may have a window")


def never(runs: pd.DataFrame, outcomes: Sequence[Outcome]) -> list[str]:
    """What has to be said of runs in which the condition of a ``time`` never holds: they have no number."""
    said = []
    for outcome in outcomes:
        if outcome.condition and (n := int(runs[str(outcome)].isna().sum())):
            of = f"{n:,} of {len(runs):,} runs"
            said.append(f"{outcome}: never so in {of}, which are left out; what is said is of the others.")
    return said
