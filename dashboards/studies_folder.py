"""A folder of results that a page has open: its tables, read again whenever something was written there.

Nothing is ever written, and nobody who writes is kept waiting.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from society.comparisons.twins import OfPairs, TwinSide
from society.errors import InputError
from society.folder import MANIFEST, TWIN, read_manifest
from society.measures import MEASURES
from society.results import MISSING, Study
from society.twin_study import SIDES, TwinStudy

if TYPE_CHECKING:
    from society.scenario import Scenario

LOOK_AGAIN = 1.0
"""Seconds after which the folder is looked at again."""
MOST_FOLDERS = 200
"""Folders of results that are listed."""


@dataclass(frozen=True)
class Pairs(OfPairs):
    """Pairs of a society and its twin, as a study whose arms are the originals and the twins."""

    @property
    def status(self) -> str:
        """How far they are."""
        return self.study.status

    @property
    def arms(self) -> list[str]:
        """The sides of the pairs."""
        return [*SIDES]

    @cached_property
    def _sides(self) -> dict[str, TwinSide]:
        return {side: TwinSide(self.study, side) for side in SIDES}

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run that is done."""
        frames = [side.runs.assign(arm=name) for name, side in self._sides.items()]
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def outcomes(self) -> list[str]:
        """Measures of either side."""
        return [*dict.fromkeys(name for side in self._sides.values() for name in side.outcomes)]

    def read_series(self, columns: Sequence[str] | None = None, run_ids: Collection[str] | None = None) -> pd.DataFrame:
        """Part of the series of both sides."""
        frames = []
        for side in self._sides.values():
            known = None if columns is None else [name for name in columns if name in side.outcomes]
            frames.append(side.read_series(known, run_ids))
        return pd.concat(frames, ignore_index=True)

    def scenario(self, run_id: str | None = None) -> Scenario:
        """The exact scenario of a run; that of the originals by default."""
        for side in self._sides.values():
            if run_id is None or run_id in {*side.runs["run_id"]}:
                return side.scenario(run_id)
        raise InputError(f"{self.folder}: no run {run_id!r}")


def open_study(folder: str | Path) -> Study | Pairs:
    """Open results of any kind that a page can show.

    Raises
    ------
    InputError
        If there are none.
    """
    if read_manifest(Path(folder)).get("kind") == TWIN:
        return Pairs(TwinStudy.load(folder))
    return Study.load(folder)


@dataclass(frozen=True)
class Tables:
    """What stood in a folder at one moment.

    Attributes
    ----------
    seconds_left
        Expected time to the end, while it is running; nan if nothing is known.
    """

    study: Study | Pairs
    runs: pd.DataFrame
    outcomes: list[str]
    seconds_left: float = math.nan
    memory: dict[Any, Any] = field(default_factory=dict)
    """What has been worked out of them."""

    @classmethod
    def of(cls, folder: Path) -> Tables:
        """Read a folder."""
        study = open_study(folder)
        runs = study.runs
        left = math.nan
        if study.status == "running" and isinstance(study, Study):
            from society.sweeps.watching import status

            left = status(folder).seconds_left
        return cls(study, runs, _known(study.outcomes, runs), left)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of different runs that are done, failed and missing."""
        statuses = self.runs.drop_duplicates("run_id")["status"]
        counts = {status: int((statuses == status).sum()) for status in ("done", "failed", MISSING)}
        return {**counts, "done": len(statuses) - counts["failed"] - counts[MISSING]}

    def run(self, run_id: str) -> dict[str, Any] | None:
        """The row of a run; None if there is no such run."""
        found = self.runs[self.runs["run_id"] == run_id]
        return {str(name): value for name, value in found.iloc[0].items()} if len(found) else None

    def failure(self, run_id: str) -> str:
        """All that was said when a run failed; empty if nothing was."""
        file = self.study.folder / "failures" / f"{run_id}.txt"
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def _known(outcomes: list[str], runs: pd.DataFrame) -> list[str]:
    """Outcomes that some run has a number for, in the order of the measures."""
    place = {name: place for place, name in enumerate(MEASURES)}
    known = [name for name in outcomes if name in runs and runs[name].notna().any()]
    return sorted(known, key=lambda name: place.get(name.split(".")[0], len(place)))


class Folder:
    """A folder of results, looked at again and again.

    Parameters
    ----------
    folder
        Where they are.

    Attributes
    ----------
    tables
        What stood there when it was last read.
    version
        How often that was.

    Raises
    ------
    InputError
        If there are none.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._looked_at, self._stamp = -math.inf, self._look()
        self._read_at, self.tables, self.version = self._stamp, Tables.of(self.folder), 1

    @property
    def stamp(self) -> tuple[Any, ...]:
        """What differs whenever something was written there, at most `LOOK_AGAIN` seconds old."""
        if time.monotonic() - self._looked_at > LOOK_AGAIN:
            self._stamp, self._looked_at = self._look(), time.monotonic()
        return self._stamp

    def refresh(self) -> Tables:
        """The tables as they are now; those of before while the folder is being replaced."""
        stamp = self.stamp
        if stamp != self._read_at:
            try:
                self.tables = Tables.of(self.folder)
            except (InputError, OSError):
                return self.tables
            self._read_at, self.version = stamp, self.version + 1
        return self.tables

    def _look(self) -> tuple[Any, ...]:
        """Sizes and times of the manifest, the tables and the journals, and whether whoever wrote is still there."""
        files = [self.folder / MANIFEST, self.folder / "runs.parquet", *sorted(self.folder.glob("journal/*.jsonl"))]
        facts: list[Any] = []
        for file in files:
            try:
                facts.append((file.name, file.stat().st_size, file.stat().st_mtime_ns))
            except OSError:
                facts.append((file.name, 0, 0))
        return (*facts, (self.folder / ".lock").exists(), len([*self.folder.glob("pairs/seed-*")]))


def studies_near(*folders: str | Path) -> list[str]:
    """Folders of results in some folders and up to two below, not those within other results, the newest first."""
    found = {
        file.parent
        for folder in dict.fromkeys(Path(folder) for folder in folders)
        for pattern in (MANIFEST, f"*/{MANIFEST}", f"*/*/{MANIFEST}")
        for file in folder.glob(pattern)
    }
    whole = [folder for folder in found if not found & {*folder.parents}]
    newest = sorted(whole, key=lambda folder: (folder / MANIFEST).stat().st_mtime, reverse=True)
    return [str(folder) for folder in newest[:MOST_FOLDERS]]
