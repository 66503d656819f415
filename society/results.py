"""Results on disk: a study folder, how it is written so that nothing is lost, and how it is read.

A folder can be opened at any moment, while it is written or after a kill: files appear whole, by rename, and the
journal says which of them count.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from society.errors import InputError
from society.population import array_digest

SCHEMA_VERSION = 1
FLUSH_SECONDS = 5.0
FLUSH_ROWS = 50_000
MANIFEST = "manifest.json"
LOCK = ".lock"
STUDY_FILES = ("journal", "scenario.toml", "runs.parquet", "series", "agents", "failures")
TWIN_FILES = ("pairs", "differences.csv", "differences_by_use.csv")
OWN_FILES = (MANIFEST, LOCK, *STUDY_FILES, *TWIN_FILES)
"""What Society writes into a folder of results, and all that `force` ever removes from one."""


RUN, TWIN = "run", "twin"
KINDS = {RUN: "one run: society.Study", TWIN: "pairs of a society and its twin: society.TwinStudy"}
"""What a folder of results can hold, and what opens it."""


class FolderWriter:
    """Holds a folder of results, whose manifest says from the first moment on what stands there.

    Parameters
    ----------
    folder
        A new or empty folder.
    manifest
        What is known at the start; kept up to date on disk.
    force
        Replace the results that stand there.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any], *, force: bool = False) -> None:
        self.folder = folder
        self.manifest = {"schema_version": SCHEMA_VERSION, **manifest, "status": "running"}
        check_folder(folder, force=force)
        with self._in_words():
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _Lock(folder)
            try:
                self._write_manifest()  # first, so that results stand here even if this is killed midway
                _empty(folder)
                self._begin()
            except BaseException:
                self.close()
                raise

    def _begin(self) -> None:
        """Write what stands in the folder from the beginning."""

    def _kept(self) -> str:
        """What is on disk, to be said when no more can be written."""
        return ""

    @property
    def run_id(self) -> str:
        """The name of what is written here."""
        return str(self.manifest["run_id"])

    def write_text(self, name: str, text: str) -> None:
        """Keep a text, such as the resolved scenario."""
        with self._in_words():
            (self.folder / name).parent.mkdir(exist_ok=True)
            _write_whole(self.folder / name, text.encode())

    def write_frame(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a table."""
        with self._in_words():
            (self.folder / name).parent.mkdir(exist_ok=True)
            _write_frame(self.folder / name, frame)

    def write_failure(self, text: str) -> None:
        """Keep the whole story of a failure."""
        self.write_text(f"failures/{self.run_id}.txt", text)

    def finish(self, status: str, **facts: Any) -> None:
        """Write the manifest and let go of the folder."""
        self.manifest |= {**facts, "status": status, "finished": now()}
        with self._in_words():
            self._write_manifest()
        self.close()

    def close(self) -> None:
        """Let go of the folder."""
        self._lock.release()

    def _write_manifest(self) -> None:
        _write_whole(self.folder / MANIFEST, (json.dumps(self.manifest, indent=2) + "\n").encode())

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn what the operating system refuses into an error the user can act on."""
        try:
            yield
        except OSError as error:
            said = f"{self.folder}: cannot be written: {error.strerror or error}{self._kept()}"
            raise InputError(said) from error


class StudyWriter(FolderWriter):
    """Writes one run into a study folder as it goes."""

    def __init__(self, folder: Path, manifest: dict[str, Any], *, force: bool = False) -> None:
        self.rows: list[dict[str, Any]] = []
        self.n_parts = 0
        self.last_flush = time.monotonic()
        super().__init__(folder, {**manifest, "steps_done": 0}, force=force)

    def _begin(self) -> None:
        _write_frame(self.folder / "runs.parquet", _runs_frame(self.manifest, pd.DataFrame()))
        (self.folder / "series").mkdir()
        (self.folder / "journal").mkdir()

    def _kept(self) -> str:
        return f"; recorded until step {self.manifest['steps_done']}" if self.n_parts else ""

    def append(self, row: dict[str, Any]) -> None:
        """Add a row of measures; it is on disk within a few seconds."""
        self.rows.append(row)
        if time.monotonic() - self.last_flush > FLUSH_SECONDS or len(self.rows) >= FLUSH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write the rows kept so far as a part of the series, then say so in the journal."""
        self.last_flush = time.monotonic()
        if not self.rows:
            return
        part = f"part-{self.n_parts:05d}.parquet"
        frame = pd.DataFrame(self.rows)
        frame.insert(0, "run_id", self.run_id)
        with self._in_words():
            _write_frame(self.folder / "series" / part, frame)
            line = {"run_id": self.run_id, "part": part, "rows": len(frame), "step": int(frame["step"].iloc[-1])}
            _append_line(self.folder / "journal" / "main.jsonl", json.dumps(line))
        self.n_parts += 1
        self.manifest["steps_done"] = line["step"]
        self.rows = []

    def write_agents(self, frame: pd.DataFrame) -> None:
        """Keep one row a person."""
        frame.insert(0, "run_id", self.run_id)
        self.write_frame("agents/part-00000.parquet", frame)

    def finish(self, status: str, **facts: Any) -> None:
        """Write what is left, the manifest and the table of runs, and let go of the folder."""
        self.flush()
        self.manifest |= {**facts, "status": status, "finished": now()}
        with self._in_words():
            series = _read_series(self.folder)
            if status == "done":
                self.manifest["results_hash"] = results_hash(series, self.manifest["state_hash"])
            _write_frame(self.folder / "runs.parquet", _runs_frame(self.manifest, series))
            self._write_manifest()
        self.close()


class Study:
    """A study folder: `runs`, `series` and `agents` as data frames, `manifest` as a series.

    Use `Study.load(folder)`. A study that was interrupted, or is still running, opens like any other; `status` and
    `steps_done` say how far it came.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self._facts = manifest
        self.manifest = pd.Series(manifest, dtype=object)

    @classmethod
    def load(cls, folder: str | Path) -> Study:
        """Open a study folder.

        Raises
        ------
        InputError
            If there is none, or it was written by a later version.
        """
        folder = Path(folder)
        manifest = open_manifest(folder, RUN)
        if manifest["status"] in ("running", "killed"):
            manifest["steps_done"] = max((line["step"] for line in _journal(folder)), default=0)
        return cls(folder, manifest)

    @property
    def status(self) -> str:
        """One of done, running, interrupted, failed, killed."""
        return str(self.manifest["status"])

    @property
    def steps_done(self) -> int:
        """Last step of which a row is on disk."""
        return int(self.manifest["steps_done"])

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run: status, timing, hashes and outcomes."""
        if "finished" in self._facts:
            return pd.read_parquet(self.folder / "runs.parquet")
        return _runs_frame(self._facts, self.series)

    @property
    def series(self) -> pd.DataFrame:
        """One row a run and recorded step, one column a measure."""
        return _read_series(self.folder)

    @property
    def agents(self) -> pd.DataFrame:
        """One row a person, if they were recorded; empty otherwise."""
        path = self.folder / "agents"
        return pd.read_parquet(path) if path.exists() else pd.DataFrame()

    def __repr__(self) -> str:
        return f"<Study {self.manifest['name']}: {self.status}, step {self.steps_done} of {self.manifest['steps']}>"


def results_hash(series: pd.DataFrame, state_hash: str) -> str:
    """sha256 of the recorded series, by run, step and column name, and of the final state; no timings."""
    ordered = series.sort_values(["run_id", "step"])
    names = sorted(name for name in ordered.columns if name != "run_id")
    parts = [state_hash, *(array_digest(name, ordered[name].to_numpy()) for name in names)]
    return sha256("\n".join(parts).encode()).hexdigest()


def _runs_frame(manifest: Mapping[str, Any], series: pd.DataFrame) -> pd.DataFrame:
    """The table of runs: of the manifest what is one value, then the outcomes of the last recorded step."""
    keys = ("run_id", "name", "seed", "status", "error", "steps_done", "state_hash", "results_hash", "code_digest")
    row = {key: manifest.get(key) for key in keys} | dict(manifest.get("timing", {}))
    outcomes = series.drop(columns=["run_id", "step"]).iloc[-1].to_dict() if len(series) else {}
    return pd.DataFrame([row | outcomes])


def _read_series(folder: Path) -> pd.DataFrame:
    """All parts that the journal lists."""
    frames = [pd.read_parquet(folder / "series" / line["part"]) for line in _journal(folder)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"run_id": [], "step": []})


def _journal(folder: Path) -> list[dict[str, Any]]:
    """The last line of each part in the journals; a torn line is no line, nor is one of a study that stood here."""
    lines: dict[str, dict[str, Any]] = {}
    run_id = _read_manifest(folder)["run_id"]
    for journal in sorted((folder / "journal").glob("*.jsonl")):
        for text in journal.read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                line = json.loads(text)
                lines[line["part"]] = line
    return [line for line in lines.values() if line.get("run_id") == run_id]


def open_manifest(folder: Path, kind: str) -> dict[str, Any]:
    """The manifest of results of a kind, whose status says so if whoever wrote it was killed."""
    manifest = _read_manifest(folder)
    if manifest["schema_version"] > SCHEMA_VERSION:
        raise InputError(f"{folder}: was written by a later version of Society ({manifest['versions']['society']})")
    if (present := manifest.get("kind", RUN)) != kind:
        raise InputError(f"{folder}: holds {KINDS[present]}.load opens it")
    if manifest["status"] == "running" and not _Lock.is_held(folder):
        manifest["status"] = "killed"
    return manifest


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{folder}: is not a study folder: it has no {MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{folder / MANIFEST}: cannot be read: {error}") from None
    if not isinstance(manifest, dict) or not {"schema_version", "run_id", "status"} <= manifest.keys():
        raise InputError(f"{folder}: is not a study folder: its {MANIFEST} is of something else")
    return manifest


def check_folder(folder: Path, *, force: bool) -> None:
    """Refuse a folder that holds anything, unless it is a study and `force` says to replace it."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file, not a folder")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not force:
        raise InputError(f"{folder}: already exists; choose another folder, or replace it with force (--force)")
    if _Lock.is_held(folder):
        raise InputError(f"{folder}: another run is writing here")
    if {path.name for path in folder.iterdir()} <= {LOCK, f".{MANIFEST}.tmp"}:
        return  # a study that was killed at birth
    try:
        _read_manifest(folder)
    except InputError as error:
        raise InputError(*error.problems, f"{folder}: --force replaces studies only") from None


def _empty(folder: Path) -> None:
    """Remove the study in a locked folder but for its manifest; what Society did not write stays."""
    for name in OWN_FILES:
        if name in (LOCK, MANIFEST):
            continue
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
        else:
            (folder / name).unlink(missing_ok=True)


class _Lock:
    """A lock on a study folder that the operating system lets go of when its holder dies."""

    def __init__(self, folder: Path) -> None:
        import fcntl

        self._file = (folder / LOCK).open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(f"{folder}: another run is writing here") from None

    def release(self) -> None:
        Path(self._file.name).unlink(missing_ok=True)
        self._file.close()

    @staticmethod
    def is_held(folder: Path) -> bool:
        import fcntl

        try:
            with (folder / LOCK).open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _write_frame(path: Path, frame: pd.DataFrame) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    frame.to_parquet(temporary, index=False, compression="zstd")
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def _append_line(path: Path, line: str) -> None:
    torn = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if torn else "") + line + "\n")
        file.flush()
        os.fsync(file.fileno())


def now() -> str:
    """The present time, to the second, with its zone."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")
