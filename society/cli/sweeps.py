"""Commands on sweeps and what becomes of them: sweep, resume, extend, retry, status, merge, reproduce, export."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from society.cli.app import FAILED, Files, Overrides, Switch, Whole, app, each
from society.cli.app import WRONG_INPUT as WRONG
from society.errors import InputError

if TYPE_CHECKING:
    from society.results import Study
    from society.sweeps.execution import How
    from society.sweeps.sweep import Sweep

PLACES = ("sweep", "set", "factors", "arm")
"""Tables of a sweep file; any other path is one of a scenario, set in all runs."""


@Parameter(name="*")
@dataclass(frozen=True)
class Doing:
    """How runs are done: shared by all commands that do some."""

    workers: Whole = None
    """Worker processes, one for each core unless given; with 1 runs are done one after the other in this process."""
    timeout: float | None = None
    """Seconds that a run may take."""
    fail_fast: Annotated[bool, Parameter(negative="--keep-going")] = False
    """End with the first run that fails, instead of doing the others."""
    executor: Literal["local", "dask"] = "local"
    """Where: on this machine, or on the workers of a dask scheduler."""
    address: str | None = None
    """Address of the dask scheduler, such as tcp://host:8786."""
    quiet: Switch = False
    """Print nothing but errors."""


DEFAULT = Doing()


def study_of(doing: Doing, do: Callable[[How], Study]) -> int:
    """Do runs with a progress bar, and say what came of them."""
    from society.sweeps.screen import Screen

    screen = Screen(quiet=doing.quiet)
    with _executor(doing) as executor, screen.progress() as progress:
        study = do(
            {
                "workers": doing.workers,
                "executor": executor,
                "timeout": doing.timeout,
                "fail_fast": doing.fail_fast,
                "progress": progress,
            }
        )
    screen.summary(study)
    return 0 if study.status == "done" else FAILED


@contextmanager
def _executor(doing: Doing) -> Iterator[Any]:
    if doing.executor == "local":
        if doing.address is not None:
            raise InputError(f"--address {doing.address}: is for --executor dask")
        yield None
        return
    if doing.address is None:
        raise InputError("--address: is required with --executor dask, such as tcp://host:8786")
    from society.sweeps.cluster import connected

    with connected(doing.address) as client:
        yield client


@app.command
def sweep(
    file: Path,
    /,
    *,
    out: Path | None = None,
    replicates: Whole = None,
    set_: Overrides = (),
    shard: str | None = None,
    plan: Switch = False,
    force: Switch = False,
    doing: Doing = DEFAULT,
) -> int:
    """Do all runs of a sweep file into one study folder.

    Parameters
    ----------
    file
        Sweep file (TOML).
    out
        Folder of the study; by default under results.
    replicates
        Number of replicates instead of the file's; the same as --set sweep.replicates=N.
    shard
        Do a part of the runs, such as 1/4: the first of four parts. `society merge` puts them together.
    plan
        Try a few runs, and print what all of them will take, instead of doing them.
    force
        Replace a study that stands in the folder.
    """
    from society.sweeps.execution import sweep as run_sweep

    def sweep_one(file: Path) -> int:
        chosen = sweep_of(file, set_, replicates)
        part = None if shard is None else _shard(shard)
        if plan:
            return _show_plan(chosen, part, doing)
        return study_of(doing, lambda how: run_sweep(chosen, out=out, shard=part, force=force, **how))

    return each([file], sweep_one)


@app.command
def resume(folder: Path, /, *, accept_changes: Switch = False, doing: Doing = DEFAULT) -> int:
    """Do the runs of a study that have not been done yet; those that are done stay as they are.

    Parameters
    ----------
    folder
        Study folder.
    accept_changes
        Go on although the code, versions or files of data have changed; the study records it.
    """
    from society.sweeps.execution import resume as go_on

    def resume_one(folder: Path) -> int:
        return study_of(doing, lambda how: go_on(folder, accept_changes=accept_changes, **how))

    return each([folder], resume_one)


@app.command
def retry(folder: Path, /, *, accept_changes: Switch = False, doing: Doing = DEFAULT) -> int:
    """Do the runs of a study that failed once more, and those that have not been done yet.

    Parameters
    ----------
    folder
        Study folder.
    accept_changes
        Go on although the code, versions or files of data have changed; the study records it.
    """
    from society.sweeps.execution import retry as try_again

    def retry_one(folder: Path) -> int:
        return study_of(doing, lambda how: try_again(folder, accept_changes=accept_changes, **how))

    return each([folder], retry_one)


@app.command
def extend(
    folder: Path,
    /,
    *,
    replicates: Whole = None,
    samples: Whole = None,
    by: Path | None = None,
    accept_changes: Switch = False,
    doing: Doing = DEFAULT,
) -> int:
    """Add runs to a study; those that are there stay as they are.

    Parameters
    ----------
    folder
        Study folder.
    replicates
        How many replicates there shall be.
    samples
        How many samples the design shall have, for designs that keep the earlier ones: random and sobol.
    by
        Sweep file with more rows, levels or arms.
    accept_changes
        Go on although the code, versions or files of data have changed; the study records it.
    """
    from society.sweeps.execution import extend as enlarge

    def extend_one(folder: Path) -> int:
        if replicates is None and samples is None and by is None:
            raise InputError("extend: by what? --replicates, --samples or --by")
        return study_of(
            doing,
            lambda how: enlarge(
                folder, replicates=replicates, samples=samples, by=by, accept_changes=accept_changes, **how
            ),
        )

    return each([folder], extend_one)


@app.command
def status(folder: Path, /, *, watch: Switch = False) -> int:
    """Say how far a study is, from any terminal, while it runs or later.

    Parameters
    ----------
    folder
        Study folder.
    watch
        Go on until it ends.
    """
    from society.sweeps.screen import Screen
    from society.sweeps.watching import status as ask

    def show(folder: Path) -> None:
        screen = Screen(quiet=False)
        if watch:
            screen.watch(lambda: ask(folder))
        screen.status(ask(folder))

    return each([folder], show)


@app.command
def merge(folders: Files, /, *, out: Path, accept_changes: Switch = False, force: Switch = False) -> int:
    """Put shards of a sweep that were run apart into one study.

    Parameters
    ----------
    folders
        Study folders of the shards.
    out
        Folder of the study that holds all of them.
    accept_changes
        Take shards that other code or versions made, too; the study records it.
    force
        Replace a study that stands in the folder.
    """
    from society.sweeps.merging import merge as put_together
    from society.sweeps.screen import Screen

    def merge_all(out: Path) -> int:
        study = put_together(folders, out=out, accept_changes=accept_changes, force=force)
        Screen(quiet=False).summary(study)
        return 0 if study.status == "done" else FAILED

    return each([out], merge_all)


@app.command
def reproduce(
    folder: Path,
    run_id: str | None = None,
    /,
    *,
    row: Whole = None,
    arm: str | None = None,
    replicate: Whole = None,
) -> int:
    """Do a run of a study once more, and say whether the same bits come out.

    Parameters
    ----------
    folder
        Study folder.
    run_id
        The run, or the first digits of its name. If there are several, this or row, arm and replicate say which.
    row
        Number of its design point.
    arm
        Its arm.
    replicate
        Which replicate it is, counted from 0.
    """
    from society.sweeps.reproduction import reproduce as do_again

    def reproduce_one(folder: Path) -> int:
        again = do_again(folder, run_id, row=row, arm=arm, replicate=replicate)
        for name in ("state_hash", "results_hash"):
            before, now = getattr(again, name)
            print(f"{name}: {before}" if before == now else f"{name}: was {before}, is {now}")
        code = "" if again.same_code else ", by other code of Society than then"
        print(f"run {again.run_id}: {'the same bits' if again.same else 'not the same'}{code}")
        return 0 if again.same else FAILED

    return each([folder], reproduce_one)


@app.command
def export(folder: Path, /, *, csv: Switch = True, out: Path | None = None) -> int:
    """Write the tables of a study as CSV files.

    Parameters
    ----------
    folder
        Study folder.
    csv
        As CSV, which is the only form so far.
    out
        Folder of the files; by default csv in the study folder.
    """
    from society.sweeps.exporting import export as write_tables

    def export_one(folder: Path) -> None:
        for file in write_tables(folder, out=out):
            print(file)

    return each([folder], export_one)


def sweep_of(file: Path, overrides: Sequence[str], replicates: int | None = None) -> Sweep:
    """The sweep of a file, with values overridden by path: those of a scenario in all its runs."""
    from society.files import parse_override
    from society.sweeps.sweep import Sweep

    values = dict(parse_override(text) for text in overrides)
    values = {path if path.split(".")[0] in PLACES else f"set.{path}": value for path, value in values.items()}
    values |= {} if replicates is None else {"sweep.replicates": replicates}
    chosen = Sweep.from_file(file)
    return chosen.replace(values) if values else chosen


def _shard(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal()):
        raise InputError(f"--shard {text}: must be such as 1/4, the first of four")
    return int(number), int(of)


def _show_plan(chosen: Sweep, shard: tuple[int, int] | None, doing: Doing) -> int:
    from society.sweeps.forecast import plan
    from society.sweeps.screen import Screen
    from society.sweeps.task import WRONG_INPUT

    screen = Screen(quiet=doing.quiet)
    with _executor(doing) as executor:
        forecast = plan(chosen, shard=shard, workers=doing.workers, executor=executor)
    screen.plan(chosen, forecast)
    for failure in forecast.failures:
        print(f"{chosen.source}: a run that was tried failed: {failure}", file=sys.stderr)
    if any(failure.startswith(WRONG_INPUT) for failure in forecast.failures):
        return WRONG
    return FAILED if forecast.failures else 0
