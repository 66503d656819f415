"""How a study is getting on, asked from anywhere, while it runs or later."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from society.results import Study, wanted


@dataclass(frozen=True)
class Status:
    """How far a study is.

    Attributes
    ----------
    name, status
        What it is called; done, running, interrupted, failed or killed.
    total, done, failed
        Numbers of runs: of the shard, if it is one.
    seconds_left
        Expected time to the end, while it is running; nan if nothing is known yet.
    failures
        Runs that failed, with their design and error.
    factors
        What varies by design.
    """

    name: str
    status: str
    total: int
    done: int
    failed: int
    seconds_left: float
    failures: pd.DataFrame
    factors: list[str]

    @property
    def missing(self) -> int:
        """Runs that have not been done yet."""
        return self.total - self.done - self.failed


def status(folder: str | Path) -> Status:
    """How far a study is.

    Parameters
    ----------
    folder
        A study folder, whether somebody is writing there or not.

    Raises
    ------
    InputError
        If there is none.
    """
    study = Study.load(folder)
    runs = wanted(study.runs, study.manifest.get("shard"))
    of_status = runs["status"].value_counts()
    done = int(of_status.get("done", 0))
    failed = int(of_status.get("failed", 0))
    left = _seconds_left(study.folder, len(runs) - done - failed) if study.status == "running" else 0.0
    failures = runs.loc[runs["status"] == "failed", ["run_id", "arm", *study.factors, "replicate", "error"]]
    return Status(str(study.manifest["name"]), study.status, len(runs), done, failed, left, failures, study.factors)


def _seconds_left(folder: Path, n_missing: int) -> float:
    """From how many runs have ended since the work began."""
    began: dict[str, object] = {}
    with suppress(OSError):
        for text in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                line = json.loads(text)
                began = line if line["event"] == "began" else began
    if not began:
        return float("nan")
    elapsed = time.time() - datetime.strptime(str(began["time"]), "%Y-%m-%dT%H:%M:%S%z").timestamp()
    n_ended = int(str(began["runs"])) - n_missing
    return elapsed / n_ended * n_missing if n_ended > 0 else float("nan")
