"""Doing a run of a study once more, to see whether the same bits come out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from society.errors import InputError, did_you_mean
from society.provenance import code_digest
from society.results import Study
from society.sweeps.task import Task, do, pickled


@dataclass(frozen=True)
class Reproduction:
    """What came out of a run, and what comes out when it is done once more.

    Attributes
    ----------
    run_id
        The run.
    state_hash, results_hash
        Of the final state and of everything recorded: as it was, as it is.
    same_code
        Whether the code of Society is what it was.
    """

    run_id: str
    state_hash: tuple[str, str]
    results_hash: tuple[str, str]
    same_code: bool

    @property
    def same(self) -> bool:
        """Whether every bit of the final state and of what was recorded is the same."""
        return self.state_hash[0] == self.state_hash[1] and self.results_hash[0] == self.results_hash[1]


def reproduce(
    folder: str | Path,
    run_id: str | None = None,
    *,
    row: int | None = None,
    arm: str | None = None,
    replicate: int | None = None,
) -> Reproduction:
    """Do a run of a study once more, in memory, and compare.

    Parameters
    ----------
    folder
        A study folder, which stays as it is.
    run_id
        The run, or the first digits of its name.
    row, arm, replicate
        What its design says of it. Of all that is given, no more than one run may be left.

    Raises
    ------
    InputError
        If there is no such run, or several, or it was not done.
    """
    study = Study.load(folder)
    before = _chosen(study, run_id, {"row": row, "arm": arm, "replicate": replicate})
    if before["status"] != "done":
        raise InputError(f"{folder}: run {before['run_id']} is {before['status']}: there is nothing to compare with")
    result = do(Task(before["run_id"], pickled(study.scenario(before["run_id"])), {}))
    if result.status == "failed":
        raise InputError(f"{folder}: run {before['run_id']}: {result.error}")
    hashes = {name: (str(before[name]), str(result.facts[name])) for name in ("state_hash", "results_hash")}
    return Reproduction(before["run_id"], **hashes, same_code=bool(before["code_digest"] == code_digest()))


def _chosen(study: Study, run_id: str | None, place: Mapping[str, int | str | None]) -> dict[Hashable, Any]:
    """The one run of a study that is meant."""
    runs = study.runs
    left = runs[runs["run_id"].str.startswith(run_id or "")]
    if run_id is not None and left.empty:
        raise InputError(f"{study.folder}: no run {run_id!r}; {did_you_mean(run_id, runs['run_id'])}")
    for key, value in place.items():
        if value is None:
            continue
        known, left = left[key].unique().tolist(), left[left[key] == value]
        if left.empty:
            raise InputError(f"{study.folder}: no run has {key} {value!r}; {_known(key, known, value)}")
    left = left.drop_duplicates("run_id")
    if len(left) > 1:
        said = "say row, arm or replicate, or the first digits of its name"
        raise InputError(f"{study.folder}: which of {len(left):,} runs? {said}; {did_you_mean('', left['run_id'])}")
    return left.to_dict("records")[0]


def _known(key: str, known: list[Any], value: int | str) -> str:
    if isinstance(value, int):
        return f"{key}s are {min(known)} to {max(known)}"
    return did_you_mean(value, known) if any(known) else "the sweep names no arms"
