"""What a person sees of a calibration in a terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import numpy as np
import rich.console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from society.calibration.study import CalibrationStudy
from society.console import Console, print_table


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
        print_table(
            out, _factors(study), words=("parameter", "verdict"), least=("of range",), where="identifiability.csv"
        )
        out.print("About as good: at most 3.84 above the smallest distance, the limit of a 95 % profile likelihood.")
        print_table(out, _targets(study), words=("target",), least=("se", "sd"), where="fit.csv")
    for note in study.notes:
        out.print(f"note: {note}", style="dim", markup=False)
    runs_best = " (best.toml runs the best point)" if (study.folder / "best.toml").exists() else ""
    out.print(f"results: {study.folder}{runs_best}", soft_wrap=True, markup=False)


def _factors(study: CalibrationStudy) -> list[dict[str, str]]:
    return [
        {
            "parameter": row["factor"],
            "best": _shown(row["best"]),
            "about as good": f"{_shown(row['low'])} to {_shown(row['high'])}",
            "of range": f"{row['share']:.0%}",
            "verdict": row["verdict"],
        }
        for row in study.identifiability.to_dict("records")
    ]


def _targets(study: CalibrationStudy) -> list[dict[str, str]]:
    return [
        {
            "target": row["measure"],
            "step": f"{row['step']:,}",
            "observed": _shown(row["value"]),
            "sd": _shown(row["sd"]),
            "simulated": _shown(row["simulated"]),
            "se": _shown(row["se"]),
            "z": f"{row['z']:.2f}",
        }
        for row in study.targets.to_dict("records")
    ]


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
