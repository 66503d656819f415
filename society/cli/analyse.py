"""The command analyse: statistics of a study."""

from __future__ import annotations

import os
from pathlib import Path

from society.cli.app import Outcomes, Switch, Whole, app, each


@app.command
def analyse(
    folder: Path,
    /,
    *,
    outcomes: Outcomes = (),
    step: Whole = None,
    half_width: float | None = None,
    level: float = 0.95,
    out: Path | None = None,
    quiet: Switch = False,
) -> int:
    """Analyse a sweep: which factors matter, how arms differ, how much is noise, how many replicates it needs.

    Sobol indices, elementary effects, rank correlation or analysis of variance: as the design allows.

    Parameters
    ----------
    folder
        Study folder of a sweep; it may be running.
    step
        A recorded step; the last of each run if not given.
    half_width
        Wanted half-width of intervals: says how many replicates that needs.
    level
        Level of all intervals.
    out
        Folder for the tables (CSV), or a file that ends in .tex for LaTeX; by default the folder analysis in that of
        the study.
    quiet
        Print nothing but errors.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small matrices: threads would but wait for each other
    from society.analysis import analyse as analysed
    from society.analysis.shown import show
    from society.console import Console
    from society.results import Study

    def analyse_one(folder: Path) -> None:
        study = Study.load(folder)
        analysis = analysed(study, outcomes or None, step=step, half_width=half_width, level=level)
        written = analysis.write(out)
        console = Console(quiet=quiet)
        console.out.print(study.manifest["title"] or study.manifest["name"], style="bold", markup=False)
        show(analysis, console.out, written)

    return each([folder], analyse_one)
