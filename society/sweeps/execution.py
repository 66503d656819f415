"""Doing the runs of a sweep: from a design to a study folder that nothing on the way can spoil."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import pandas as pd

from society.errors import InputError
from society.files import DATA_SECTIONS, file_digest
from society.folder import SWEEP, check_folder, now
from society.provenance import code_digest, machine, peak_memory_mb, versions
from society.results import MISSING, Study, wanted
from society.runner import end_early, free_folder
from society.sweeps.executors import Way
from society.sweeps.factors import Options
from society.sweeps.planning import planned, rehearsal, tasks_of
from society.sweeps.sweep import Sweep
from society.sweeps.task import Result
from society.writers import SweepWriter

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True)
class Counts:
    """How many runs there are to be done in all, and how many of them are done and have failed so far."""

    total: int
    done: int = 0
    failed: int = 0

    @classmethod
    def of(cls, runs: pd.DataFrame) -> Counts:
        """Counts of different runs, by their status."""
        return cls(len(runs), int((runs["status"] == "done").sum()), int((runs["status"] == "failed").sum()))


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
    design = planned(sweep)
    folder = free_folder(sweep.name) if out is None else Path(out)
    origin = _origin(sweep)
    manifest = {"kind": SWEEP, "run_id": origin["digest"][:16], **plan_facts(sweep, design), **origin}
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
        larger = sweep if by is None else by if isinstance(by, Sweep) else Sweep.from_file(by)
        values = {"sweep.replicates": replicates, "sweep.samples": samples}
        return larger.replace({path: value for path, value in values.items() if value is not None})

    with _taken_up(folder, accept_changes, grow) as (writer, sweep):
        _do(writer, sweep, way, **how)
    return Study.load(folder)


@contextmanager
def _taken_up(
    folder: str | Path, accept_changes: bool, grow: Callable[[Sweep], Sweep] | None = None
) -> Iterator[tuple[SweepWriter, Sweep]]:
    """Go on with a study, and with a larger sweep if it is to grow; what is refused leaves it as it was."""
    _ = Study.load(folder).sweep  # which refuses what holds none
    writer = SweepWriter(Path(folder), None)
    try:
        study, sweep = writer.study, writer.study.sweep
        notes = changes(study, accept=accept_changes)
        is_half_grown = _origin(sweep)["digest"] == writer.manifest.get("growing")
        larger = grow(sweep) if grow else sweep
        design = planned(larger) if grow or is_half_grown else None
        if design is not None:
            _check_grown(study, design)
    except BaseException:
        writer.close()
        raise
    writer.manifest |= _origin(sweep) if notes else {}
    with at_work(writer, notes):
        if design is not None:
            _grow(writer, larger, design)
        yield writer, larger


def _check_grown(study: Study, design: pd.DataFrame) -> None:
    """Refuse a design that lacks runs that have been planned, or that would deal out shards anew."""
    if study.manifest.get("shard"):
        raise InputError(f"{study.folder}: holds a shard; merge it with the others first (society merge), then extend")
    before = study.design["run_id"]
    if n_lost := int((~before.isin(design["run_id"])).sum()):
        said = f"{n_lost:,} of the {len(before):,} runs planned here would not be in the larger design"
        raise InputError(f"{study.folder}: {said}; a study only grows")


def _grow(writer: SweepWriter, larger: Sweep, design: pd.DataFrame) -> None:
    """Put a larger plan in the place of the present one, so that whoever is stopped on the way can be taken up."""
    origin = _origin(larger)
    writer.manifest["growing"] = origin["digest"]
    writer.keep_manifest()
    writer.put_together(design)  # before the design that the facts were kept with is gone
    keep_plan(writer, larger, design)
    writer.manifest |= {**plan_facts(larger, design), **origin}
    del writer.manifest["growing"]
    writer.keep_manifest()


def changes(study: Study, *, accept: bool) -> list[str]:
    """What has changed since a study was last worked on.

    Raises
    ------
    InputError
        If something has, and that is not accepted.
    """
    before, present = study.manifest, _origin(study.sweep)
    found = [
        f"{name} was {before['versions'].get(name)}, is {each}"
        for name, each in present["versions"].items()
        if before["versions"].get(name) != each
    ]
    if before["code_digest"] != present["code_digest"]:
        found.append("the code of Society, or of what is added to it, is not that of the runs that are done")
    if present["digest"] not in (before["digest"], before.get("growing")):
        found.append("a scenario of the study, or a file of data that it reads, has changed")
    if found and not accept:
        said = "runs that are done would differ from those to come; go on all the same with --accept-changes"
        raise InputError(*found, said).within(str(study.folder))
    return found


def plan_facts(sweep: Sweep, design: pd.DataFrame) -> dict[str, Any]:
    """What the manifest says of what is to be run."""
    return {
        "name": sweep.name,
        "title": sweep.title,
        "design": sweep.kind,
        "n_points": len(sweep.points()),
        "n_runs": int(design["run_id"].nunique()),
        "replicates": sweep.replicates,
        "pairing": sweep.pairing,
        "seed": sweep.seed,
        "factors": [*sweep.factors],
        "arms": [name for name in sweep.arms if name],
    }


def keep_plan(writer: SweepWriter, sweep: Sweep, design: pd.DataFrame) -> None:
    """Keep what is to be run: the sweep file last, since it names the others."""
    texts = sweep.texts()
    for name in sorted(texts, key=lambda name: name == "sweep.toml"):
        writer.write_text(name, texts[name])
    writer.write_frame("design.parquet", design)


def _way(how: How) -> Way:
    timeout = how.get("timeout")
    if timeout is not None and not timeout > 0:
        raise InputError(f"timeout = {timeout}: must be above 0 seconds")
    return Way.choose(how.get("executor"), how.get("workers"))


def _origin(sweep: Sweep) -> dict[str, Any]:
    """From which sweep, scenarios, data, code and machine results come."""
    digests = [sweep.to_toml(), *(f"{name} {arm.scenario.digest()}" for name, arm in sweep.arms.items())]
    digests += [file_digest(path) for path in _files_of_data(sweep)]
    digest = sha256("\n".join(digests).encode()).hexdigest()
    return {"digest": digest, "code_digest": code_digest(), "versions": versions(), "machine": machine()}


def _files_of_data(sweep: Sweep) -> list[str]:
    """Files of data that a sweep sets over its scenarios."""
    choices = [(path, factor) for path, factor in sweep.factors.items() if isinstance(factor, Options)]
    options = [{path: option} for path, factor in choices for option in factor.options.values()]
    found = []
    for values in (*(arm.values for arm in sweep.arms.values()), *options):
        for section in DATA_SECTIONS:
            table = values.get(section, {})
            found.append(values.get(f"{section}.path", table.get("path") if isinstance(table, dict) else None))
    return [path for path in found if path is not None]


@contextmanager
def at_work(writer: SweepWriter, notes: list[str] | None = None) -> Iterator[SweepWriter]:
    """Work on a study: it is kept who did what to it, and whatever ends the work, what there is."""
    start = time.perf_counter()
    entry: dict[str, Any] = {
        "command": [*sys.argv],
        "started": now(),
        "code_digest": code_digest(),
        "notes": notes or [],
    }
    writer.manifest.setdefault("history", []).append(entry)
    writer.manifest.pop("finished", None)

    def end(status: str) -> None:
        wall = round(time.perf_counter() - start, 3)
        entry.update(finished=now(), status=status, wall_s=wall, peak_memory_mb=peak_memory_mb())

    try:
        writer.keep_manifest()
        yield writer
        status = writer.present_status()
        end(status)
        writer.finish(status)
    except BaseException as error:
        end("interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
        end_early(writer, error)
        error.add_note(f"what is done is kept in {writer.folder}; society resume {writer.folder} goes on")
        raise


def _do(writer: SweepWriter, sweep: Sweep, way: Way, *, failed: bool = False, **how: Unpack[How]) -> None:
    """Do the runs that are missing, and those that failed if asked to."""
    runs = wanted(writer.study.runs, writer.manifest.get("shard"))
    todo = runs[runs["status"].isin([MISSING, "failed"] if failed else [MISSING])]
    counts = replace(Counts.of(runs.drop(todo.index)), total=len(runs))
    report = how.get("progress") or (lambda counts: None)
    report(counts)
    if todo.empty:
        return
    writer.log("began", runs=len(todo), at_once=way.n_at_once())
    limits = {"timeout": how.get("timeout")}
    tasks, first = tasks_of(sweep, todo, **limits), rehearsal(sweep, todo, **limits)
    with closing(way.results(tasks, first, writer.log)) as results:
        for result in results:
            _check_code(writer, result)
            writer.add(result)
            counts = replace(counts, **{result.status: getattr(counts, result.status) + 1})
            report(counts)
            if result.status == "failed" and how.get("fail_fast"):
                break


def _check_code(writer: SweepWriter, result: Result) -> None:
    """Refuse results of workers on which another Society is installed."""
    theirs, ours = result.facts.get("code_digest"), writer.manifest["history"][-1]["code_digest"]
    if theirs not in (None, ours):
        worker = result.facts["worker"]
        raise InputError(f"worker {worker}: its Society is not the one that runs here; install the same version there")
