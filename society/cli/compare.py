"""The command compare: two studies, arms or levels against each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from society.cli.app import Outcomes, Switch, Whole, app, each

Formats = Annotated[
    tuple[str, ...], Parameter(help="Draw figures, as png, svg or pdf; may be repeated. Needs --out.", negative=())
]
TwoArms = Annotated[tuple[str, str] | None, Parameter(help="The arm of either side.", negative=())]
TwoLevels = Annotated[
    tuple[str, str, str] | None,
    Parameter(help="A factor by its path, then its level on either side.", negative=()),
]


@app.command
def compare(
    a: Path,
    b: Path | None = None,
    /,
    *,
    arms: TwoArms = None,
    factor: TwoLevels = None,
    outcomes: Outcomes = (),
    step: Whole = None,
    level: float = 0.95,
    out: Path | None = None,
    figures: Formats = (),
    quiet: Switch = False,
    force: Switch = False,
) -> int:
    """Compare two studies, two arms or two levels of a factor, in pairs of runs that share their random numbers.

    Parameters
    ----------
    a
        Study folder: of a run, of a sweep, or of pairs of a society and its twin.
    b
        Another one; the same if not given.
    step
        Recorded step at which to compare; the last of each run unless given.
    level
        Level of the intervals.
    out
        Folder for compare.csv and its companions, or a file that ends in .tex for a table for LaTeX; nothing is written
        unless given.
    quiet
        Print nothing but errors.
    force
        Replace a comparison that stands there.
    """
    from society.comparisons import compare as compare_sides
    from society.comparisons.printing import print_comparison
    from society.console import Console
    from society.errors import InputError

    console = Console(quiet=quiet)

    def run_comparison(folder: Path) -> None:
        if figures and out is None:
            raise InputError("--figures: needs --out, the folder to write them to")
        comparison = compare_sides(
            folder, b, arms=arms or (), factor=factor or (), outcomes=outcomes, step=step, level=level
        )
        written = comparison.write(out, figures=figures, force=force) if out else []
        print_comparison(comparison, console.out)
        for path in written:
            console.out.print(f"wrote {path}", soft_wrap=True, markup=False)

    return each([a], run_comparison)
