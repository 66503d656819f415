"""Writers of study folders: one run as it goes, or the runs of a sweep as they come in.

What is measured goes to disk in parts. A part counts once the journal has a line for it, so that whatever ends the work
loses a few seconds of it and spoils nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from society.folder import FolderWriter, append_line, now, read_frame, write_frame
from society.parts import join, unify
from society.results import (
    MISSING,
    TOGETHER,
    Study,
    facts,
    hash_of_results,
    joined,
    journal,
    part_number,
    parts,
    results_hash,
    wanted,
)

if TYPE_CHECKING:
    from society.sweeps.task import Result

FLUSH_SECONDS = 5.0
FLUSH_ROWS = 50_000
FLUSH_RUNS = 500
"""When what is in memory goes to disk: after so long, or when there is so much."""
MANY_PARTS = 200
"""Small parts that are put together into one."""
LARGE_PART = 16 * 2**20
"""Bytes of a part that is not small."""


class PartsWriter(FolderWriter):
    """A folder whose tables grow by parts."""

    def __init__(self, folder: Path, manifest: dict[str, Any] | None, *, force: bool = False) -> None:
        self.n_parts = 0
        self.last_flush = time.monotonic()
        super().__init__(folder, manifest, force=force)

    def write_part(self, frames: Mapping[str, pd.DataFrame], **facts: Any) -> None:
        """Write tables of one part, by kind, and then its line in the journal."""
        part = f"part-{self.n_parts:05d}"
        with self._in_words():
            for kind, frame in frames.items():
                (self.folder / kind).mkdir(exist_ok=True)
                write_frame(self.folder / kind / f"{part}.parquet", frame)
            line = {"run_id": self.run_id, "part": part, "holds": [*frames], **facts}
            append_line(self.folder / "journal" / "main.jsonl", json.dumps(line))
        self.n_parts += 1

    def _flush_is_due(self, n_rows: int) -> bool:
        return time.monotonic() - self.last_flush > FLUSH_SECONDS or n_rows >= FLUSH_ROWS


class RunWriter(PartsWriter):
    """Writes one run into a study folder as it goes."""

    def __init__(self, folder: Path, manifest: dict[str, Any], *, force: bool = False) -> None:
        self.rows: list[dict[str, Any]] = []
        super().__init__(folder, {**manifest, "steps_done": 0}, force=force)

    def _begin(self) -> None:
        (self.folder / "series").mkdir()
        (self.folder / "journal").mkdir()
        self._write_runs()

    def _kept(self) -> str:
        return f"; recorded until step {self.manifest['steps_done']}" if self.n_parts else ""

    def append(self, row: dict[str, Any]) -> None:
        """Add a row of measures; it is on disk within a few seconds."""
        self.rows.append(row)
        if self._flush_is_due(len(self.rows)):
            self.flush()

    def flush(self) -> None:
        """Write the rows kept so far as a part of the series, then say so in the journal."""
        self.last_flush = time.monotonic()
        if not self.rows:
            return
        frame = pd.DataFrame(self.rows)
        frame.insert(0, "run_id", self.run_id)
        step = int(frame["step"].iloc[-1])
        self.write_part({"series": frame}, rows=len(frame), step=step)
        self.manifest["steps_done"] = step
        self.rows = []

    def write_agents(self, frame: pd.DataFrame) -> None:
        """Keep one row a person."""
        self.flush()
        frame.insert(0, "run_id", self.run_id)
        self.write_part({"agents": frame}, rows=len(frame), step=self.manifest["steps_done"])

    def finish(self, status: str, **facts: Any) -> None:
        """Write what is left, the manifest and the table of runs, and let go of the folder."""
        self.flush()
        self.manifest |= {**facts, "status": status, "finished": now()}
        with self._in_words():
            if status == "done":
                series = Study(self.folder, self.manifest).series
                self.manifest["results_hash"] = results_hash(series, self.manifest["state_hash"])
            self._write_runs()
            self._write_manifest()
        self.close()

    def _write_runs(self) -> None:
        write_frame(self.folder / "runs.parquet", Study(self.folder, self.manifest).runs)


class SweepWriter(PartsWriter):
    """Writes the runs of a sweep into a study folder, in whatever order they come in.

    Parameters
    ----------
    folder, manifest, force
        As for every folder of results; without a manifest the study that stands in the folder goes on.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any] | None, *, force: bool = False) -> None:
        self.results: list[Result] = []
        self.n_rows = 0
        self.n_tidy = 0
        super().__init__(folder, manifest, force=force)

    def _begin(self) -> None:
        (self.folder / "journal").mkdir()

    def _go_on(self) -> None:
        self.n_parts = self.n_tidy = max((part_number(line) for line in journal(self.folder)), default=-1) + 1

    def _kept(self) -> str:
        return "; what the journal lists is kept (society resume goes on)" if self.n_parts else ""

    def log(self, event: str, **facts: Any) -> None:
        """Keep a line on what happened, such as the death of a worker."""
        with self._in_words():
            append_line(self.folder / "log.jsonl", json.dumps({"time": now(), "event": event, **facts}))

    def add(self, result: Result) -> None:
        """Keep the results of a run; they are on disk within a few seconds."""
        self.results.append(result)
        self.n_rows += len(result.series) + len(result.agents)
        took_long = result.facts.get("wall_s", 0.0) > FLUSH_SECONDS  # and so may the next one
        if self._flush_is_due(self.n_rows) or len(self.results) >= FLUSH_RUNS or took_long:
            self.flush()

    def flush(self) -> None:
        """Write the results kept so far as a part, then say so in the journal."""
        self.last_flush = time.monotonic()
        if not self.results:
            return
        for result in self.results:
            self._tell(result)
        frames = {"runs": pd.DataFrame([result.row() for result in self.results])}
        for kind in ("series", "agents"):
            present = [frame for result in self.results if len(frame := getattr(result, kind))]
            if present:
                frames[kind] = pd.concat(present, ignore_index=True)
        self.write_part(frames, runs=len(self.results))
        self.results, self.n_rows = [], 0
        if self.n_parts - self.n_tidy >= MANY_PARTS:
            self.tidy()

    def _tell(self, result: Result) -> None:
        """Keep the story of a failure, or take away that of an earlier attempt."""
        name = f"failures/{result.run_id}.txt"
        if result.story:
            self.write_text(name, result.story)
        else:
            (self.folder / name).unlink(missing_ok=True)

    @property
    def study(self) -> Study:
        """What is on disk."""
        return Study(self.folder, self.manifest)

    def present_status(self) -> str:
        """What the study comes to if the work ends now: done if all runs are, failed if some are."""
        self.flush()
        statuses = {*wanted(self.study.runs, self.manifest.get("shard"))["status"]}
        return "failed" if "failed" in statuses else "interrupted" if MISSING in statuses else "done"

    def put_together(self, design: pd.DataFrame) -> str:
        """Put all that is known of runs into one table, with their design, and return the hash of their results."""
        with self._in_words():
            runs = joined(design, facts(self.folder))
            runs.attrs[TOGETHER] = self.n_parts
            write_frame(self.folder / "runs.parquet", runs)
            self._sweep_out("runs", [])
            for kind in ("series", "agents"):
                self._sweep_out(kind, parts(self.folder, kind))
            unify(parts(self.folder, "series"))
        return hash_of_results(runs)

    def tidy(self) -> None:
        """Put many small parts together, so that whoever reads them need not open as many files as there are runs.

        Whatever ends this, each run is listed once: one line of the journal puts the whole in the place of its parts.
        Those stay until the next time, for whoever is reading them.
        """
        design = self.folder / "design.parquet"
        if design.exists():
            self.put_together(read_frame(design))
        with self._in_words():
            for kind in ("series", "agents"):
                self._join(kind)
        self.n_tidy = self.n_parts

    def _join(self, kind: str) -> None:
        """Write small parts of a kind as one, and list it in their place."""
        small = [path for path in parts(self.folder, kind) if path.stat().st_size < LARGE_PART]
        if len(small) < MANY_PARTS:
            return
        unify(small)
        part = f"part-{self.n_parts:05d}"
        join(small, self.folder / kind / f"{part}.parquet")
        line = {"run_id": self.run_id, "part": part, "holds": [kind], "joins": [path.stem for path in small]}
        append_line(self.folder / "journal" / "main.jsonl", json.dumps(line))
        self.n_parts += 1

    def _sweep_out(self, kind: str, keep: Collection[Path]) -> None:
        """Remove the parts that are not to be kept: those that were never listed, or that are of no use any more."""
        folder = self.folder / kind
        for part in {*folder.glob("part-*.parquet"), *folder.glob(".part-*.tmp")} - {*keep}:
            part.unlink()
        with suppress(OSError):  # of a folder in which there is something
            folder.rmdir()

    def finish(self, status: str, **more: Any) -> None:
        """Write what is left, put the table of runs together, and let go of the folder."""
        self.flush()
        if (self.folder / "design.parquet").exists():  # else it ended before there was one
            with self._in_words():
                for kind in ("series", "agents"):
                    self._join(kind)
            more["results_hash"] = self.put_together(self.study.design)
        super().finish(status, **more)
