"""Work on a study, from when somebody begins to when it ends, in whatever way: who did what, and what there is then."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from society.errors import InputError
from society.folder import now
from society.provenance import code_digest, peak_memory_mb
from society.results import Study, wanted
from society.runner import end_early
from society.writers import SweepWriter


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

    @property
    def missing(self) -> int:
        """Runs that have not ended."""
        return self.total - self.done - self.failed


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
    for earlier in (history := writer.manifest.setdefault("history", [])):
        earlier.setdefault("status", "killed")  # since it could not say so itself
    history.append(entry)
    for of_the_last in ("finished", "error"):
        writer.manifest.pop(of_the_last, None)

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
        status = _status_after(writer, error)
        end(status)
        end_early(writer, error, status=status)
        error.add_note(_what_there_is(writer.folder))
        raise


def _status_after(writer: SweepWriter, error: BaseException) -> str:
    """What a study comes to that is stopped by an error: what it would be anyway, if somebody interrupts it."""
    if not isinstance(error, KeyboardInterrupt):
        return "failed"
    with suppress(Exception):  # of a disk that is full, or a design that is not there yet
        return writer.present_status()
    return "interrupted"


def _what_there_is(folder: Path) -> str:
    """What is left of work that was stopped, and what to do about it."""
    try:
        study = Study.load(folder)
        runs = wanted(study.runs, study.manifest.get("shard"))
    except InputError:
        return f"no run was begun; {folder} holds nothing of use: begin again there with --force"
    counts = Counts.of(runs)
    if not counts.missing:
        return f"all {counts.total:,} runs had ended by then; they are kept in {folder}"
    done = f"{counts.done + counts.failed:,} of {counts.total:,} runs had ended by then, and are kept in {folder}"
    kept = done if counts.missing < counts.total else f"no run had ended by then; the plan is kept in {folder}"
    return f"{kept}; society resume {folder} goes on"
