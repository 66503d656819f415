"""What a person sees of a calibration in a terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import numpy as np
import rich.box
import rich.console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from society.calibration.study import CalibrationStudy
from society.console import Console


class Progress:
    """A bar of trials with the smallest distance so far, in a terminal only."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("trials"))
        times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
        visible = console.err.is_terminal and not console.quiet
        self._bar = Bar(*columns, *times, console=console.err, disable=not visible, transient=True)
        self._task = self._bar.add_task("building", total=None)

    def __call__(self, n_done: int, n_trials: int, best: float) -> None:
        """Show how far it is."""
        said = f"distance {best:.4g}" if np.isfinite(best) else "calibrating"
        self._bar.update(self._task, completed=n_done, total=n_trials, description=said)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()


def print_calibration(study: CalibrationStudy, out: rich.console.Console) -> None:
    """The best point, how it meets the targets, and how well the parameters are determined."""
    header = study.calibration.header
    out.print(study.manifest["title"] or study.manifest["name"], style="bold", markup=False)
    n_slices = len(study.trials) - study.n_searched
    counted = f"{study.n_searched:,} trials ({header.sampler}) and {n_slices} along the factors"
    out.print(f"{counted}, of {header.replicates} societies each, seed {study.calibration.seed}", markup=False)
    if np.isfinite(study.trials["distance"]).any():
        best = study.best
        out.print(f"smallest distance ({header.distance}) {best['distance']:.4g}, in trial {best['trial']}")
        out.print(_factors(study))
        out.print(_targets(study))
    for note in study.notes:
        out.print(f"note: {note}", style="dim", markup=False)
    out.print(f"results: {study.folder} (best.toml runs the best point)", soft_wrap=True, markup=False)


def _factors(study: CalibrationStudy) -> Table:
    table = _table("parameter", "best", "about as good", "share of range")
    for row in study.identifiability.to_dict("records"):
        extent = f"{_shown(row['low'])} to {_shown(row['high'])}"
        table.add_row(row["factor"], _shown(row["best"]), extent, f"{row['share']:.0%}")
    return table


def _targets(study: CalibrationStudy) -> Table:
    table = _table("target", "step", "observed", "sd", "simulated", "se", "z")
    for row in study.targets.to_dict("records"):
        numbers = (_shown(row[key]) for key in ("value", "sd", "simulated", "se"))
        table.add_row(row["measure"], f"{row['step']:,}", *numbers, f"{row['z']:.2f}")
    return table


def _table(first: str, *headings: str) -> Table:
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold")
    for heading in headings:
        table.add_column(heading, justify="right", overflow="fold")
    return table


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
