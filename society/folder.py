"""A folder of results: how it is held, written so that nothing is lost, and recognised.

Files appear whole, by rename; a manifest says from the first moment on what stands in the folder; a lock that the
operating system lets go of when its holder dies says whether somebody is writing.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from society.errors import InputError
from society.files import taken_by

SCHEMA_VERSION = 1
MANIFEST = "manifest.json"
LOCK = ".lock"
STUDY_FILES = ("journal", "scenario.toml", "runs.parquet", "series", "agents", "failures")
SWEEP_FILES = ("sweep.toml", "scenarios", "design.csv", "design.parquet", "runs", "log.jsonl")
TWIN_FILES = ("pairs", "differences.csv", "differences_by_use.csv")
CALIBRATION_FILES = (
    "calibration.toml",
    "trials.csv",
    "best.toml",
    "identifiability.csv",
    "fit.csv",
    "calibration_notes.txt",
)
DERIVED_FILES = ("report", "analysis", "csv")
OWN_FILES = (MANIFEST, LOCK, *STUDY_FILES, *SWEEP_FILES, *TWIN_FILES, *CALIBRATION_FILES, *DERIVED_FILES)
"""What Society writes into a folder of results, and all that `force` ever removes from one."""


RUN, SWEEP, TWIN, CALIBRATION = "run", "sweep", "twin", "calibration"
KINDS = {
    RUN: "one run: society.Study.load opens it, society report, compare and reproduce take it",
    SWEEP: "the runs of a sweep: society.Study.load opens it, society status, resume, report and analyse take it",
    TWIN: "pairs of a society and its twin: society.TwinStudy.load opens it",
    CALIBRATION: "a calibration: society.CalibrationStudy.load opens it, society calibrate goes on with it",
}
"""What a folder of results can hold, and what opens it."""
BUSY = "another run is writing here; wait until it ends (society status says how far it is), or end it"
"""What is said of a folder that is held."""


class FolderWriter:
    """Holds a folder of results, whose manifest says from the first moment on what stands there.

    Parameters
    ----------
    folder
        A new or empty folder, or the one to go on in.
    manifest
        What is known at the start; kept up to date on disk. None goes on with the results that stand in the folder.
    force
        Replace the results that stand there.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any] | None, *, force: bool = False) -> None:
        self.folder = folder
        if manifest is None:
            self.manifest = read_manifest(folder)
        else:
            self.manifest = {"schema_version": SCHEMA_VERSION, **manifest}
            check_folder(folder, force=force)
        with self._in_words():
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(folder)
            try:
                if manifest is None:
                    self.manifest = read_manifest(folder)  # which may have changed before the lock was ours
                    self._go_on()
                else:
                    self.keep_manifest()  # first, so that results stand here even if this is killed midway
                    _empty(folder)
                    self._begin()
            except BaseException:
                self.close()
                raise

    def _begin(self) -> None:
        """Write what stands in the folder from the beginning."""

    def _go_on(self) -> None:
        """Take up the work on what stands in the folder."""

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
            write_whole(self.folder / name, text.encode())

    def write_frame(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a table."""
        with self._in_words():
            (self.folder / name).parent.mkdir(exist_ok=True)
            write_frame(self.folder / name, frame)

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

    def keep_manifest(self) -> None:
        """Keep what is known by now; from here on the folder is being worked on."""
        self.manifest["status"] = "running"
        with self._in_words():
            self._write_manifest()

    def _write_manifest(self) -> None:
        write_whole(self.folder / MANIFEST, (json.dumps(self.manifest, indent=2) + "\n").encode())

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn what the operating system refuses into an error the user can act on."""
        try:
            yield
        except OSError as error:
            said = f"{self.folder}: cannot be written: {error.strerror or error}{self._kept()}"
            raise InputError(said) from error


def open_manifest(folder: Path, *kinds: str) -> dict[str, Any]:
    """The manifest of results of one of some kinds, whose status says so if whoever wrote it was killed."""
    manifest = read_manifest(folder)
    if (present := manifest.get("kind", RUN)) not in kinds:
        raise InputError(f"{folder}: holds {KINDS[present]}")
    if manifest["status"] == "running" and not Lock.is_held(folder):
        manifest["status"] = "killed"
    return manifest


def held(folder: Path) -> str:
    """What results stand in a folder, to be added to a message; nothing if there are none."""
    try:
        return f"; it holds {KINDS[read_manifest(folder).get('kind', RUN)]}"
    except (InputError, KeyError):
        return ""


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the manifest of a folder says, whoever writes there."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{folder}: is not a study folder: it has no {MANIFEST}") from None
    except NotADirectoryError:
        raise InputError(f"{folder}: is a file, not a study folder{taken_by(folder)}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{folder / MANIFEST}: cannot be read: {error}") from None
    if not isinstance(manifest, dict) or not {"schema_version", "run_id", "status"} <= manifest.keys():
        raise InputError(f"{folder}: is not a study folder: its {MANIFEST} is of something else")
    version = manifest["schema_version"]
    if not isinstance(version, int):
        raise InputError(f"{folder / MANIFEST}: schema_version = {version!r}: must be a whole number")
    if version > SCHEMA_VERSION:
        wrote = manifest.get("versions", {}).get("society", "unknown")
        said = f"has schema_version {version}, and this one reads up to {SCHEMA_VERSION}"
        raise InputError(f"{folder}: was written by a later version of Society ({wrote}): it {said}")
    return manifest


def check_folder(folder: Path, *, force: bool) -> None:
    """Refuse a folder that holds anything, unless it is a study and `force` says to replace it."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file, not a folder")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if Lock.is_held(folder):
        raise InputError(f"{folder}: {BUSY}")
    if not force:
        raise InputError(f"{folder}: already exists; choose another folder, or replace it with force (--force)")
    if {path.name for path in folder.iterdir()} <= {LOCK, f".{MANIFEST}.tmp"}:
        return  # a study that was killed at birth
    try:
        read_manifest(folder)
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


GLANCES = (0.01, 0.03, 0.1)
"""Seconds to wait for whoever only looks whether a folder is held."""


class Lock:
    """A lock on a study folder that the operating system lets go of when its holder dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        while True:
            self._file = self._path.open("w")
            self._hold(folder)
            if self._is_in_place():
                return
            self._file.close()  # whoever held it let go after we opened it: others would find another file here

    def _hold(self, folder: Path) -> None:
        import fcntl

        for seconds in (*GLANCES, None):
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if seconds is None:
                    self._file.close()
                    raise InputError(f"{folder}: {BUSY}") from None
                time.sleep(seconds)
            else:
                return

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let go of the folder."""
        if not self._file.closed:
            self._path.unlink(missing_ok=True)
            self._file.close()

    @staticmethod
    def is_held(folder: Path) -> bool:
        """Whether somebody is writing into a folder."""
        import fcntl

        try:
            with (folder / LOCK).open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary name under which to write a file, so that it is there whole or not at all."""
    temporary = path.with_name(f".{path.name}.tmp")
    yield temporary
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    with whole(path) as temporary:
        temporary.write_bytes(content)


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a table so that it is there whole or not at all."""
    with whole(path) as temporary:
        frame.to_parquet(temporary, index=False, compression="zstd")


def read_frame(path: Path, **which: Any) -> pd.DataFrame:
    """Read a table as it is now, or `which` columns or rows, though another may be put in its place meanwhile."""
    with path.open("rb") as file:  # by its name it would be opened twice, for its end and for the rest
        return pd.read_parquet(file, **which)


def append_line(path: Path, line: str) -> None:
    """Write a line at the end of a file, on one of its own even if the line before was torn."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            line = line if file.read() == b"\n" else f"\n{line}"
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def now() -> str:
    """The present time, to the second, with its zone."""
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")
