"""The command calibrate: parameters for which societies are like what was observed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from society.cli.app import Switch, Whole, app, each

Formats = Annotated[tuple[str, ...], Parameter(help="Draw figures, as png, svg or pdf; may be repeated.", negative=())]


@app.command
def calibrate(
    file: Path,
    /,
    *,
    out: Path | None = None,
    trials: Whole = None,
    workers: Whole = None,
    timeout: float | None = None,
    figures: Formats = (),
    accept_changes: Switch = False,
    quiet: Switch = False,
    force: Switch = False,
) -> int:
    """Look for parameters of a scenario for which its societies are like what was observed.

    Parameters
    ----------
    file
        Calibration file (TOML), or the folder of a calibration to go on with.
    out
        Folder of the results; by default under results.
    trials
        Number of trials in all, instead of the file's.
    workers
        Worker processes, one for each core unless given; trials are the same.
    timeout
        Seconds that a run may take; a trial with one that takes longer has failed.
    accept_changes
        Go on in a folder although the code or versions have changed.
    quiet
        Print nothing but errors.
    force
        Replace results that stand in the folder.
    """
    from society.calibration import Calibration
    from society.calibration import calibrate as run_calibration
    from society.calibration.drawing import draw
    from society.calibration.printing import Progress, print_calibration
    from society.console import Console
    from society.figures.style import check_format
    from society.runner import RESULTS

    console = Console(quiet=quiet)
    failed = False

    def run(file: Path) -> None:
        nonlocal failed
        formats = [check_format(each, at="--figures") for each in figures]
        settings = file if file.is_dir() else Calibration.from_file(file)
        if isinstance(settings, Calibration) and out is None and (there := RESULTS / settings.header.name).exists():
            said = f"{there} stays as it is, and a new folder is made (society calibrate {there} goes on there)"
            console.out.print(f"note: {said}", style="dim", markup=False, soft_wrap=True)
        with Progress(console) as progress:
            study = run_calibration(
                settings, out=out, trials=trials, workers=workers, timeout=timeout, force=force,
                accept_changes=accept_changes, progress=progress,
            )  # fmt: skip
        drawn = draw(study, formats)
        if not quiet:
            print_calibration(study, console.out)
        for path in drawn:
            console.out.print(f"wrote {path}", soft_wrap=True, markup=False)
        failed = study.n_failed > 0

    return each([file], run) or int(failed)
