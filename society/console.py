"""What a person sees while a scenario runs in a terminal and when it is done: progress bar and summary."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import rich.box
import rich.console
from rich.cells import cell_len
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from society.graph_measures import Measured
    from society.results import Study
    from society.scenario import Scenario
    from society.twin_study import TwinStudy

HEADLINES = (
    *("known", "sharing", "capture", "attention", "wealth", "interest", "work", "world", "trait_sd"),
    *("habit_depth", "mood", "noticed", "detection_lag", "living", "moves", "births"),
)
"""Measures of the summary, in its order; all others are in the series."""
OF_PEOPLE = ("capture", "interest_lost", "traits", "known")
"""Differences of people in the summary of pairs."""
MOMENTS = (0.0, 0.25, 0.5, 1.0)
"""Shares of the run at which the summary shows them."""
NARROW = 16
"""Letters to which a column of words may be folded before other columns are left out."""
PHASES = {"build": "building", "compile": "compiling", "steps": "stepping", "record": "recording"}


class Console:
    """Prints a run's progress to standard error and its summary to standard output, unless quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.out = rich.console.Console(quiet=quiet, highlight=False)
        self.err = rich.console.Console(quiet=quiet, stderr=True)

    @contextmanager
    def progress(self, scenario: Scenario, n_runs: int = 1) -> Iterator[Callable[[int], None]]:
        """A bar with the time left to the end of so many runs, in a terminal only."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("steps"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        )
        visible = self.err.is_terminal and not self.quiet
        with Progress(*columns, console=self.err, disable=not visible, transient=True) as bar:
            task = bar.add_task(f"{scenario.scenario.name} (building)", total=n_runs * scenario.run.steps)

            def advance(n_steps: int) -> None:
                bar.update(task, completed=n_steps, description=scenario.scenario.name)

            yield advance

    def summary(self, study: Study, measures: Sequence[str]) -> None:
        """What was run, what came out by the named measures (or those of general interest), and where it is."""
        if self.quiet:
            return
        facts, timing = study.manifest, study.manifest["timing"]
        self.out.print(facts["title"] or facts["name"], style="bold", markup=False)
        self.out.print(
            f"{facts['n_agents']:,} people, {facts['n_ties']:,} ties, {facts['steps']:,} steps, seed {facts['seed']}"
        )
        for notice in facts["notices"]:
            self.out.print(f"note: {notice}", style="dim", markup=False)
        self.out.print(_table(study.series, measures or HEADLINES))
        if more := _not_shown(study.series, measures or HEADLINES):
            self.out.print(f"Also in the series: {', '.join(more)}.", style="dim", markup=False)
        phases = ", ".join(f"{timing[f'{phase}_s']:.1f} s {label}" for phase, label in PHASES.items())
        self.out.print(f"{phases}; {timing['agent_steps_per_s']:,} agent-steps a second", soft_wrap=True)
        self.out.print(f"results: {study.folder}", soft_wrap=True, markup=False)

    def twin_summary(self, study: TwinStudy, measures: Sequence[str]) -> None:
        """What a society has that its twin has not, in means over pairs and by use, and where it is."""
        if self.quiet:
            return
        facts, seeds = study.manifest, study.seeds
        self.out.print(facts["title"] or facts["name"], style="bold", markup=False)
        said = f"as it is, less its twin {facts['change']}: {facts['steps']:,} steps, seed"
        self.out.print(f"{said} {seeds[0]}" if len(seeds) == 1 else f"{said}s {seeds[0]} to {seeds[-1]}", markup=False)
        self.out.print(_differences_table(study.differences(), measures or HEADLINES))
        self.out.print(_use_table(study.differences_by_use()))
        if len(seeds) > 1:
            self.out.print(f"Intervals of 95 % are over the {len(seeds)} pairs (Student's t).")
        else:
            self.out.print("One pair has no intervals: ask for more (--replicates).")
        self.out.print("The sd is over people within a pair: it describes them, and is no error of the mean.")
        self.out.print(f"results: {study.folder}", soft_wrap=True, markup=False)

    def graph(self, scenario: Scenario, notices: Sequence[str], measures: Sequence[Measured]) -> None:
        """What the social graph of a scenario is like."""
        self.out.print(f"Social graph of {scenario.scenario.name}", style="bold", markup=False)
        for notice in notices:
            self.out.print(f"note: {notice}", style="dim", markup=False)
        self.out.print(_graph_table(measures))


def _graph_table(measures: Sequence[Measured]) -> Table:
    """One measure a row, with what has to be said of it."""
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("")
    for name, value, note in measures:
        shown = f"{value:,}" if isinstance(value, int) else value if isinstance(value, str) else _small(value)
        table.add_row(name, shown, note)
    return table


def _differences_table(frame: pd.DataFrame, measures: Sequence[str]) -> Table:
    """The measures in the original, in its twin, and their difference."""
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("measure at the end", overflow="fold")
    for heading in ("as it is", "twin", "difference", "95 % interval"):
        table.add_column(heading, justify="right")
    for measure in measures:
        for row in _rows_of(frame, measure):
            numbers = [_number(row[column]) for column in ("original", "twin", "difference")]
            table.add_row(row["measure"], *numbers, _interval(row))
    return table


def _use_table(frame: pd.DataFrame) -> Table:
    """How people differ from who they are in the twin, by use of the platforms that differ."""
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("difference of people", overflow="fold")
    table.add_column("among")
    for heading in ("people", "mean", "95 % interval", "sd"):
        table.add_column(heading, justify="right")
    for row in (row for measure in OF_PEOPLE for row in _rows_of(frame, measure)):
        if row["among"] == "everybody" or row["people"] < frame["people"].max():
            numbers = (f"{row['people']:,.0f}", _number(row["difference"]), _interval(row))
            table.add_row(row["measure"], row["among"].replace("_", " "), *numbers, _number(row["sd_over_people"]))
    return table


def _rows_of(frame: pd.DataFrame, measure: str) -> list[dict[str, Any]]:
    """Rows of all columns of a measure, each column's together."""
    chosen = frame[frame["measure"].str.split(".").str[0] == measure]
    return [dict(row) for _, rows in chosen.groupby("measure", sort=False) for _, row in rows.iterrows()]


def _interval(row: dict[str, Any]) -> str:
    return "–" if row["low"] != row["low"] else f"{_number(row['low'])} to {_number(row['high'])}"


def _small(value: float) -> str:
    """Four digits, however small."""
    return "–" if value != value else f"{value:,.3f}" if abs(value) >= 0.1 or value == 0 else f"{value:.3g}"


def _table(series: pd.DataFrame, measures: Sequence[str]) -> Table:
    """The measures at a few moments of the run."""
    last = int(series["step"].max())
    steps = series["step"].to_numpy()
    rows = sorted({int(abs(steps - share * last).argmin()) for share in MOMENTS})
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("measure")
    for row in rows:
        table.add_column(f"step {steps[row]:,}", justify="right")
    for measure in measures:
        for column in series.columns:
            if column.split(".")[0] == measure:
                table.add_row(column, *(_number(series[column][row]) for row in rows))
    return table


def _not_shown(series: pd.DataFrame, measures: Sequence[str]) -> list[str]:
    """Measures of a series that a table of these leaves out."""
    recorded = dict.fromkeys(column.split(".")[0] for column in series.columns if column not in ("step", "run_id"))
    return [measure for measure in recorded if measure not in measures]


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.3f}"


def print_table(
    out: rich.console.Console,
    rows: Sequence[Mapping[str, str]],
    *,
    words: Collection[str] = (),
    least: Sequence[str] = (),
    where: str = "",
) -> None:
    """Print a table of which nothing is cut off, however narrow the terminal.

    Where it is too wide, words are folded, then the columns that matter least left out, which is said; if that is not
    enough, all cells are folded.

    Parameters
    ----------
    out
        Where to.
    rows
        Cells by heading, the same headings in each.
    words
        Headings of columns of words, on the left of their place and folded first; others are numbers.
    least
        Headings of columns that may be left out, in this order.
    where
        Where those are to be found.
    """
    headings = [*rows[0]] if rows else []
    left_out: list[str] = []
    while _width(out, _table_of(rows, headings, words, narrow=True)) > out.width and least:
        (name, *least) = least
        if name in headings:
            headings.remove(name)
            left_out.append(name)
    fits = _width(out, _table_of(rows, headings, words, narrow=True)) <= out.width
    out.print(_table_of(rows, headings, words, foldable=not fits))
    if left_out:
        said = f"No room for {', '.join(left_out)}: see a wider terminal{f', or {where}' if where else ''}."
        out.print(said, style="dim", markup=False)


def _table_of(
    rows: Sequence[Mapping[str, str]],
    headings: Sequence[str],
    words: Collection[str],
    *,
    narrow: bool = False,
    foldable: bool = False,
) -> Table:
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    for name in headings:
        widest = max(cell_len(name), *(cell_len(row[name]) for row in rows))
        if name in words:
            least, most = (None if foldable else min(widest, NARROW)), (min(widest, NARROW) if narrow else None)
            table.add_column(name, overflow="fold", min_width=least, max_width=most)
        else:
            table.add_column(name, justify="right", no_wrap=not foldable, overflow="fold")
    for row in rows:
        table.add_row(*(Text(row[name]) for name in headings))
    return table


def _width(out: rich.console.Console, table: Table) -> int:
    """Letters that a table takes in a line if it may."""
    return Measurement.get(out, out.options.update(max_width=10_000), table).maximum
