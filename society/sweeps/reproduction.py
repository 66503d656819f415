"""Doing a run of a study once more, to see whether the same bits come out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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


def reproduce(folder: str | Path, run_id: str | None = None) -> Reproduction:
    """Do a run of a study once more, in memory, and compare.

    Parameters
    ----------
    folder
        A study folder, which stays as it is.
    run_id
        The run, or the first digits of its name; needed if there are several.

    Raises
    ------
    InputError
        If there is no such run, or it was not done.
    """
    study = Study.load(folder)
    runs = study.runs.drop_duplicates("run_id")
    run = runs[runs["run_id"].str.startswith(run_id or "")]
    if run_id is not None and run.empty:
        raise InputError(f"{folder}: no run {run_id!r}; {did_you_mean(run_id, runs['run_id'])}")
    if len(run) > 1:
        raise InputError(f"{folder}: which of {len(run):,} runs? {did_you_mean('', run['run_id'])}")
    before = run.iloc[0]
    if before["status"] != "done":
        raise InputError(f"{folder}: run {before['run_id']} is {before['status']}: there is nothing to compare with")
    result = do(Task(before["run_id"], pickled(study.scenario(before["run_id"])), {}))
    if result.status == "failed":
        raise InputError(f"{folder}: run {before['run_id']}: {result.error}")
    hashes = {name: (str(before[name]), str(result.facts[name])) for name in ("state_hash", "results_hash")}
    return Reproduction(before["run_id"], **hashes, same_code=bool(before["code_digest"] == code_digest()))
