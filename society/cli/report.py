"""The command report: a study as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from society.cli.app import Outcomes, Switch, app, each

Formats = Annotated[
    tuple[str, ...],
    Parameter(help="Write each figure as a file too: png, svg or pdf; may be repeated.", negative=()),
]


@app.command
def report(
    folder: Path,
    /,
    *,
    out: Path | None = None,
    figures: Formats = (),
    outcomes: Outcomes = (),
    quiet: Switch = False,
) -> int:
    """Write a report of a study, of one run or of a sweep: one HTML page that needs nothing else.

    Parameters
    ----------
    folder
        Folder of the study; it may be running or have failures.
    out
        File to write, which ends in .html; report/report.html in the folder by default. Figures go into figures beside.
    quiet
        Print nothing but errors.
    """
    from society.reports import report as write_report

    def report_one(folder: Path) -> None:
        path = write_report(folder, out=out, figures=figures, outcomes=outcomes)
        if not quiet:
            print(f"report: {path}")

    return each([folder], report_one)
