"""What a person sees of a sweep in a terminal: its plan, a bar while it runs, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import rich.box
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from society.console import HEADLINES, Console
from society.population import present_memory
from society.sweeps.task import WRONG_INPUT
from society.sweeps.trying import where

if TYPE_CHECKING:
    import pandas as pd

    from society.results import Study
    from society.sweeps.forecast import Plan
    from society.sweeps.session import Counts
    from society.sweeps.sweep import Sweep
    from society.sweeps.watching import Status

MOST_GROUPS = 6
"""Arms and points of which the summary shows means, at most."""
MOST_ROWS = 8
"""Rows of a design, and failures, that are shown at most."""
REFRESH_SECONDS = 1.0


class Screen:
    """Prints the progress of a sweep to standard error and what came of it to standard output, unless quiet."""

    def __init__(self, *, quiet: bool) -> None:
        console = Console(quiet=quiet)
        self.quiet, self.out, self.err = quiet, console.out, console.err

    @contextmanager
    def progress(self) -> Iterator[Callable[[Counts], None]]:
        """A bar of runs with the time left, in a terminal only."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("runs"),
            TextColumn("[red]{task.fields[failed]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        )
        visible = self.err.is_terminal and not self.quiet
        with Progress(*columns, console=self.err, disable=not visible, transient=True) as bar:
            task = bar.add_task("planning", total=None, failed="")

            def advance(counts: Counts) -> None:
                failed = f"{counts.failed:,} failed" if counts.failed else ""
                ended = counts.done + counts.failed
                bar.update(task, total=counts.total, completed=ended, failed=failed, description="running")

            yield advance

    def plan(self, sweep: Sweep, plan: Plan) -> None:
        """What a sweep will take."""
        self.out.print(sweep.title or sweep.name, style="bold", markup=False)
        self.out.print(size(plan.design, sweep.replicates, plan.n_runs))
        if plan.n_excluded:
            self.out.print(f"{plan.n_excluded:,} rows of the design are excluded by its constraints")
        self.out.print(_first_rows(plan.design))
        self.out.print(built(plan.n_tried, plan.n_untried))
        if plan.seconds == plan.seconds:
            at_once = f"{plan.n_workers} at once" if plan.n_workers > 1 else "one at a time"
            self.out.print(
                f"about {_duration(plan.seconds)}, {at_once}; {plan.memory_mb:,.0f} MB of memory each; "
                f"{_megabytes(plan.disk_mb)} of series before compression"
            )
            if plan.memory_mb * plan.n_workers > (present := present_memory() / 1e6):
                said = f"more than the {present:,.0f} MB of this machine: do fewer at once (--workers)"
                self.out.print(f"{plan.memory_mb * plan.n_workers:,.0f} MB together are {said}", style="red")

    def summary(self, study: Study) -> None:
        """What was run, how it went, and means of the outcomes if there are few enough groups of runs."""
        if self.quiet:
            return
        facts, runs, counts = study.manifest, study.runs, study.counts
        self.out.print(facts["title"] or facts["name"], style="bold", markup=False)
        self.out.print(size(runs, facts["replicates"], facts["n_runs"]))
        if (shard := facts.get("shard")) is not None:
            self.out.print(f"shard {shard[0]}/{shard[1]}: society merge puts it together with the others")
        last = facts["history"][-1]
        self.out.print(_said(counts, last))
        self._failures(runs[runs["status"] == "failed"].drop_duplicates("run_id"), study.factors)
        if (table := _means(runs, study)) is not None:
            self.out.print(table)
        if counts["failed"]:
            self.out.print(f"why: {study.folder}/failures; {_advice(runs, study)}", soft_wrap=True, markup=False)
        self.out.print(f"results: {study.folder}", soft_wrap=True, markup=False)

    def status(self, status: Status) -> None:
        """How far a study is."""
        self.out.print(_line(status), soft_wrap=True, markup=False)
        self._failures(status.failures, status.factors)

    def watch(self, ask: Callable[[], Status]) -> None:
        """Show how far a study is until it ends."""
        present = ask()
        with Live(Text(_line(present)), console=self.err, transient=True) as live:
            while present.status == "running":
                time.sleep(REFRESH_SECONDS)
                present = ask()
                live.update(Text(_line(present)))

    def _failures(self, failed: pd.DataFrame, factors: list[str]) -> None:
        for run in failed.head(MOST_ROWS).to_dict("records"):
            place = f"{where(run, factors)}, replicate {run['replicate']}"
            self.out.print(
                f"failed: {run['run_id']} ({place}): {run['error']}", style="red", markup=False, soft_wrap=True
            )
        if len(failed) > MOST_ROWS:
            self.out.print(f"and {len(failed) - MOST_ROWS:,} more", style="red")


def built(n_tried: int, n_untried: int) -> str:
    """How many societies were built to see whether they can be."""
    rest = f"; {n_untried:,} more that differ in kind were not" if n_untried else ""
    return f"the societies of {n_tried:,} point{'s' * (n_tried != 1)} were tried{rest}"


def _advice(runs: pd.DataFrame, study: Study) -> str:
    """What to do about runs that failed."""
    errors = runs.loc[runs["status"] == "failed", "error"]
    if errors.str.startswith(WRONG_INPUT).all():
        return "they would fail again: mend the sweep or the files it names, and do it in another folder"
    return f"society retry {study.folder} tries again"


def size(design: pd.DataFrame, replicates: int, n_runs: int) -> str:
    """How many runs there are, and of what."""
    n_rows, n_arms = design["row"].nunique(), design["arm"].nunique()
    parts = [f"{n_rows:,} point{'s' * (n_rows > 1)}"]
    parts += [f"{n_arms} arms"] * (n_arms > 1) + [f"{replicates:,} replicates"] * (replicates > 1)
    twice = len(design) - n_runs
    note = f" ({twice:,} of them the same as others)" if twice else ""
    return f"{n_runs:,} run{'s' * (n_runs > 1)}: {' × '.join(parts)}{note}"


def _said(counts: dict[str, int], last: dict[str, Any]) -> str:
    """How many runs there are of each status, and whether it was the last session that did them."""
    said = ", ".join(f"{number:,} {status}" for status, number in counts.items() if number or status == "done")
    if last.get("runs") != 0:
        return f"{said}, in {_duration(last['wall_s'])}"
    n_runs = sum(counts.values())
    return f"nothing to do: {f'all {n_runs:,} runs are done' if counts['done'] == n_runs else said}"


def _first_rows(design: pd.DataFrame) -> Table:
    unsaid = ["run_id", "replicate", "seed"] + ["arm"] * (not design["arm"].any())
    points = design.drop_duplicates(["arm", "row"]).drop(columns=unsaid)
    shown = points.head(MOST_ROWS)
    caption = f"the first of {len(points):,}" if len(points) > MOST_ROWS else None
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False, caption=caption)
    for name in shown.columns:
        table.add_column(name, overflow="fold")
    for row in shown.itertuples(index=False):
        table.add_row(*(f"{value:.6g}" if isinstance(value, float) else str(value) for value in row))
    return table


def _means(runs: pd.DataFrame, study: Study) -> Table | None:
    """Means of the outcomes of general interest, by arm and levels; none if there are many of these."""
    by = [name for name in ("arm", *study.factors) if runs[name].nunique() > 1]
    done = runs[runs["status"] == "done"]
    measures = study.scenario().record.measures or HEADLINES
    outcomes = [name for measure in measures for name in study.outcomes if name.split(".")[0] == measure]
    groups = list(done.groupby(by, sort=False)) if by else [((), done)]
    if done.empty or len(groups) > MOST_GROUPS:
        return None
    caption = "means at the end, with standard deviations between runs"
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False, caption=caption)
    table.add_column("\n".join(by) or "mean at the end", overflow="fold")
    for key, _ in groups:
        table.add_column("\n".join(str(each) for each in (key or ("all runs",))), justify="right")
    for name in outcomes:
        table.add_row(name, *(_mean(group[name]) for _, group in groups))
    return table


def _mean(values: pd.Series[float]) -> str:
    mean, sd = values.mean(), values.std()
    if mean != mean:
        return "–"
    return f"{mean:.3f}" if sd != sd else f"{mean:.3f} ({sd:.3f})"


def _line(status: Status) -> str:
    counts = f"{status.done:,} of {status.total:,} runs done"
    parts = [counts] + [f"{status.failed:,} failed"] * (status.failed > 0)
    if status.status == "running" and status.seconds_left == status.seconds_left:
        parts.append(f"about {_duration(status.seconds_left)} left")
    return f"{status.name}: {status.status}; {', '.join(parts)}"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else str(timedelta(seconds=round(seconds)))


def _megabytes(size: float) -> str:
    return f"{size:.1f} MB" if size < 1000 else f"{size / 1000:.1f} GB"
