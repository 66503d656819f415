"""Putting together the shards of a sweep that were run apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from society.errors import InputError
from society.folder import BUSY, SWEEP, Lock, check_folder, now, read_frame
from society.results import MISSING, Study, facts, journal
from society.sweeps.keeping import keep_plan, plan_facts
from society.sweeps.session import at_work
from society.writers import SweepWriter

IDENTITY = {
    "digest": "of another sweep, or of other scenarios or files of data",
    "code_digest": "made by other code of Society",
    "versions": "made with other versions of packages",
}
"""What shards must share, and what is wrong if they do not."""


def merge(
    folders: Sequence[str | Path], *, out: str | Path, accept_changes: bool = False, force: bool = False
) -> Study:
    """Put shards of a sweep, run apart, into one study.

    A run that several of them hold is taken once. The shards stay as they are.

    Parameters
    ----------
    folders
        Study folders of the same sweep.
    out
        The folder of the study that holds all of them.
    accept_changes
        Take shards that other code or versions made, too; the study records it.
    force
        Replace results that stand in the folder.

    Returns
    -------
    Study
        Its status is done if nothing is missing; if something is, `resume` does it.

    Raises
    ------
    InputError
        If they do not belong together, or differ in the results of the same run.
    """
    if not folders:
        raise InputError("merge: there is no folder to merge")
    places = list(dict.fromkeys(Path(folder).resolve() for folder in folders))
    if Path(out).resolve() in places:
        raise InputError(f"{out}: is one of the folders to merge; choose another for the whole")
    studies = [Study.load(place) for place in places]
    for study in studies:
        study.check_is_sweep()
        if Lock.is_held(study.folder):
            raise InputError(f"{study.folder}: {BUSY}")
    check_folder(Path(out), force=force)
    first, sweep = studies[0], studies[0].sweep
    notes = _differences(studies, accept=accept_changes)
    known = _known(studies)
    shared = ("digest", "code_digest", "versions", "machine", "seed")
    manifest = {"kind": SWEEP, "run_id": first.manifest["run_id"], **plan_facts(sweep, first.design), "started": now()}
    manifest |= {name: first.manifest[name] for name in shared}
    with at_work(SweepWriter(Path(out), manifest, force=force), notes) as writer:
        keep_plan(writer, sweep, first.design)
        for study in studies:
            _copy(study, known[known["folder"] == str(study.folder)].drop(columns="folder"), writer)
    return Study.load(out)


def _differences(studies: Sequence[Study], *, accept: bool) -> list[str]:
    """What shards differ in that were to be the same."""
    first = studies[0]
    found: list[str] = []
    for study in studies[1:]:
        for name, wrong in IDENTITY.items():
            if study.manifest[name] != first.manifest[name]:
                if name == "digest" or not accept:
                    said = "" if name == "digest" else "; take it all the same with --accept-changes"
                    raise InputError(f"{study.folder}: is {wrong} than {first.folder}{said}")
                found.append(f"{study.folder} is {wrong}")
    return found


def _known(studies: Sequence[Study]) -> pd.DataFrame:
    """Facts of all runs, each once, with the folder that it is taken from: runs that are done go before others."""
    known = pd.concat([facts(study.folder).assign(folder=str(study.folder)) for study in studies], ignore_index=True)
    if "status" not in known:
        return known
    known = known.sort_values("status", kind="stable", ignore_index=True)  # done, then failed
    done = known[known["status"] == "done"]
    if (clash := done.groupby("run_id")["results_hash"].nunique()).gt(1).any():
        run_id = clash.index[clash.gt(1)][0]
        raise InputError(
            f"run {run_id}: has other results in {' than in '.join(done[done['run_id'] == run_id]['folder'])}"
        )
    return known[known["status"] != MISSING].drop_duplicates("run_id")


def _copy(study: Study, chosen: pd.DataFrame, writer: SweepWriter) -> None:
    """Take runs of a study over into another: whatever ends it, a run is there with all that it recorded, or not."""
    for line in journal(study.folder):
        frames = {}
        for kind in ("series", "agents"):
            if kind in line["holds"]:
                frame = read_frame(study.folder / kind / f"{line['part']}.parquet")
                frames[kind] = frame[frame["run_id"].isin(chosen["run_id"])]
        here = chosen["run_id"].isin({run_id for frame in frames.values() for run_id in frame["run_id"]})
        if here.any():
            writer.write_part({**frames, "runs": chosen[here]})
            chosen = chosen[~here]
    if len(chosen):  # which recorded nothing
        writer.write_part({"runs": chosen})
    for run_id in chosen[chosen["status"] == "failed"]["run_id"]:
        story = study.folder / "failures" / f"{run_id}.txt"
        if story.exists():
            writer.write_text(f"failures/{run_id}.txt", story.read_text(encoding="utf-8"))
