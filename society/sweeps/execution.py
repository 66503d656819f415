"""Doing the runs of a sweep: from a design to a study folder that nothing on the way can spoil."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from society.errors import InputError
from society.folder import SWEEP, check_folder, now
from society.results import MISSING, Study, wanted
from society.runner import free_folder
from society.sweeps.executors import Way
from society.sweeps.growing import check_grown, grown, larger_sweep
from society.sweeps.keeping import changes, keep_plan, origin, plan_facts
from society.sweeps.planning import planned, rehearsal, tasks_of
from society.sweeps.session import Counts, at_work
from society.sweeps.sweep import Sweep
from society.sweeps.task import Result
from society.writers import SweepWriter

if TYPE_CHECKING:
    from distributed import Client


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
        Seconds that a run may take. It is looked at between steps; a run that hangs within one is ended by killing its
        worker process, which is not done to those of an executor, nor to this process.
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
    way = _way(how)
    try:
        design = planned(sweep)
    except KeyboardInterrupt as error:
        error.add_note("nothing was begun: the sweep was still being planned")
        raise
    folder = free_folder(sweep.name) if out is None else Path(out)
    its_origin = origin(sweep)
    manifest = {"kind": SWEEP, "run_id": its_origin["digest"][:16], **plan_facts(sweep, design), **its_origin}
    manifest |= {"shard": shard, "started": now()}
    with at_work(SweepWriter(folder, manifest, force=force)) as writer:
        keep_plan(writer, sweep, design)
        _do(writer, sweep, way, **how)
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
    way = _way(how)
    with _taken_up(folder, accept_changes) as (writer, sweep):
        _do(writer, sweep, way, failed=failed, **how)
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
    way = _way(how)

    def grow(sweep: Sweep) -> Sweep:
        return larger_sweep(sweep, by, replicates=replicates, samples=samples)

    with _taken_up(folder, accept_changes, grow) as (writer, sweep):
        _do(writer, sweep, way, **how)
    return Study.load(folder)


@contextmanager
def _taken_up(
    folder: str | Path, accept_changes: bool, grow: Callable[[Sweep], Sweep] | None = None
) -> Iterator[tuple[SweepWriter, Sweep]]:
    """Go on with a study, and with a larger sweep if it is to grow; what is refused leaves it as it was."""
    Study.load(folder).check_is_sweep()
    writer = SweepWriter(Path(folder), None)  # before anything is read that somebody may be writing
    try:
        study, sweep = writer.study, writer.study.sweep
        notes = changes(study, accept=accept_changes)
        is_half_grown = origin(sweep)["digest"] == writer.manifest.get("growing")
        larger = grow(sweep) if grow else sweep
        design = planned(larger) if grow or is_half_grown else None
        if design is not None:
            check_grown(study, larger, design)
    except BaseException:
        writer.close()
        raise
    writer.manifest |= origin(sweep) if notes else {}
    with at_work(writer, notes):
        if design is not None:
            grown(writer, larger, design)
        yield writer, larger


def _way(how: How) -> Way:
    timeout = how.get("timeout")
    if timeout is not None and not timeout > 0:
        raise InputError(f"timeout = {timeout}: must be above 0 seconds")
    return Way.choose(how.get("executor"), how.get("workers"))


def _do(writer: SweepWriter, sweep: Sweep, way: Way, *, failed: bool = False, **how: Unpack[How]) -> None:
    """Do the runs that are missing, and those that failed if asked to."""
    runs = wanted(writer.study.runs, writer.manifest.get("shard"))
    todo = runs[runs["status"].isin([MISSING, "failed"] if failed else [MISSING])]
    counts = replace(Counts.of(runs.drop(todo.index)), total=len(runs))
    report = how.get("progress") or (lambda counts: None)
    report(counts)
    writer.manifest["history"][-1]["runs"] = len(todo)
    if todo.empty:
        return
    limits = {"timeout": how.get("timeout")}
    tasks, first = tasks_of(sweep, todo, **limits), rehearsal(sweep, todo, **limits)
    writer.log("began", runs=len(todo), at_once=way.n_at_once())
    try:
        with closing(way.results(tasks, first, writer.log)) as results:
            for result in results:
                _check_code(writer, result)
                writer.add(result)
                counts = replace(counts, **{result.status: getattr(counts, result.status) + 1})
                report(counts)
                if result.status == "failed" and how.get("fail_fast"):
                    break
    finally:
        with suppress(InputError):  # of a full disk, which is said elsewhere; what is killed has no end
            writer.log("ended", done=counts.done, failed=counts.failed, missing=counts.missing)


def _check_code(writer: SweepWriter, result: Result) -> None:
    """Refuse results of workers on which another Society is installed."""
    theirs, ours = result.facts.get("code_digest"), writer.manifest["history"][-1]["code_digest"]
    if theirs not in (None, ours):
        worker = result.facts["worker"]
        raise InputError(f"worker {worker}: its Society is not the one that runs here; install the same version there")
