"""Doing the runs of a sweep: from a design to a study folder that nothing on the way can spoil."""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import pandas as pd

from society.errors import InputError
from society.folder import SWEEP, check_folder, now, write_frame
from society.provenance import peak_memory_mb
from society.results import Study, facts, joined
from society.runner import end_early, free_folder, origin
from society.sweeps.executors import Way, way
from society.sweeps.planning import Design, planned
from society.sweeps.sweep import Sweep
from society.sweeps.task import Task, do
from society.writers import SweepWriter

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True)
class Counts:
    """How many of the runs to be done there are, and how many of them are done and failed so far."""

    total: int
    done: int = 0
    failed: int = 0


class How(TypedDict, total=False):
    """How runs are done.

    Attributes
    ----------
    workers
        Worker processes, each computing in one thread: one for each core by default. With 1 the runs are done in this
        process, one after the other.
    executor
        Any `concurrent.futures.Executor`, or a dask client, instead of worker processes.
    timeout
        Seconds that a run may take.
    fail_fast
        End with the first run that fails, instead of doing all others.
    progress
        Called whenever a run has ended.
    """

    workers: int | None
    executor: Executor | Client | None
    timeout: float | None
    fail_fast: bool
    progress: Callable[[Counts], None] | None


def sweep(
    sweep: Sweep | str | Path,
    *,
    out: str | Path | None = None,
    shard: tuple[int, int] | None = None,
    force: bool = False,
    **how: Unpack[How],
) -> Study:
    """Do all runs of a sweep into one study folder.

    Parameters
    ----------
    sweep
        What to run, or the file that says so.
    out
        The folder; by default a new one under ``results``, named after the sweep.
    shard
        Which part of the runs to do, and of how many: (1, 4) does every fourth. `merge` puts the parts together.
    force
        Replace results that stand in the folder.
    **how
        `workers`, `executor`, `timeout`, `fail_fast` and `progress`: see `How`.

    Returns
    -------
    Study
        Its `runs` say which have failed.

    Raises
    ------
    InputError
        If the sweep, the folder or the disk does not allow it; everything wrong with the design is said at once, before
        the first run.
    KeyboardInterrupt
        If interrupted; runs that are done are kept, and `resume` goes on.
    """
    sweep = sweep if isinstance(sweep, Sweep) else Sweep.from_file(sweep)
    if shard is not None and not 1 <= shard[0] <= shard[1]:
        raise InputError(f"shard = {shard[0]}/{shard[1]}: must be one of 1/{shard[1]} to {shard[1]}/{shard[1]}")
    if out is not None:
        check_folder(Path(out), force=force)
    by = way(how.get("executor"), how.get("workers"))
    design = planned(sweep)
    folder = free_folder(sweep.name) if out is None else Path(out)
    writer = SweepWriter(folder, _manifest(sweep, design, shard), force=force)
    with ending_well(writer):
        keep_plan(writer, sweep, design)
        work(writer, sweep, by, **how)
    return Study.load(folder)


def resume(folder: str | Path, *, failed: bool = False, accept_changes: bool = False, **how: Unpack[How]) -> Study:
    """Do the runs of a study that have not been done yet; those that are done never change.

    Parameters
    ----------
    folder
        The study folder of a sweep.
    failed
        Do those that failed once more, too.
    accept_changes
        Go on although the code, versions of packages or files of data have changed; the study records it.
    **how
        As for `sweep`.

    Raises
    ------
    InputError
        If the folder holds no sweep, somebody is writing there, or something has changed.
    """
    folder = Path(folder)
    sweep = Study.load(folder).sweep
    by = way(how.get("executor"), how.get("workers"))
    writer = SweepWriter(folder, None)
    with ending_well(writer):
        _take_up(writer, sweep, accept_changes=accept_changes)
        work(writer, sweep, by, failed=failed, **how)
    return Study.load(folder)


def retry(folder: str | Path, *, accept_changes: bool = False, **how: Unpack[How]) -> Study:
    """Do the runs of a study that failed once more, and those that have not been done: `resume` with `failed`."""
    return resume(folder, failed=True, accept_changes=accept_changes, **how)


def extend(
    folder: str | Path,
    *,
    replicates: int | None = None,
    samples: int | None = None,
    by: Sweep | str | Path | None = None,
    accept_changes: bool = False,
    **how: Unpack[How],
) -> Study:
    """Add runs to a study; those that are there stay as they are.

    Parameters
    ----------
    folder
        The study folder of a sweep.
    replicates
        How many replicates there shall be.
    samples
        How many samples the design shall have, for designs that keep the earlier ones: random and sobol.
    by
        A sweep, or its file, with more rows, levels or arms.
    accept_changes, **how
        As for `resume`.

    Raises
    ------
    InputError
        If the larger design lacks runs that have been planned.
    """
    folder = Path(folder)
    study = Study.load(folder)
    larger = study.sweep if by is None else by if isinstance(by, Sweep) else Sweep.from_file(by)
    values = {"sweep.replicates": replicates, "sweep.samples": samples}
    larger = larger.replace({path: value for path, value in values.items() if value is not None})
    design = planned(larger)
    planned_before = study.design["run_id"]
    if n_lost := (~planned_before.isin(design["run_id"])).sum():
        said = f"{n_lost:,} of the {len(planned_before):,} runs that are planned here would not be in the larger design"
        raise InputError(f"{folder}: {said}; a study only grows")
    way_to_do = way(how.get("executor"), how.get("workers"))
    writer = SweepWriter(folder, None)
    with ending_well(writer):
        _take_up(writer, study.sweep, accept_changes=accept_changes)
        known = facts(folder)
        keep_plan(writer, larger, design)
        write_frame(folder / "runs.parquet", joined(design, known))
        writer.manifest |= _plan(larger, design)
        work(writer, larger, way_to_do, **how)
    return Study.load(folder)


@contextmanager
def ending_well(writer: SweepWriter) -> Iterator[None]:
    """Whatever ends the work, keep what there is, and say how to go on."""
    start = time.perf_counter()
    try:
        yield
    except BaseException as error:
        _timed(writer, start, "interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
        end_early(writer, error)
        error.add_note(f"what is done is kept; society resume {writer.folder} goes on")
        raise
    counts = Study(writer.folder, writer.manifest).counts
    ...


def keep_plan(writer: SweepWriter, sweep: Sweep, design: Design) -> None:
    """Keep what is to be run."""
    for name, text in sweep.texts().items():
        writer.write_text(name, text)
    writer.write_frame("design.parquet", design)
