"""What a study keeps of its plan and of where it comes from, and whether that is still so."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pandas as pd

from society.errors import InputError
from society.files import DATA_SECTIONS, file_digest
from society.provenance import code_digest, machine, versions
from society.results import Study
from society.sweeps.factors import Options
from society.sweeps.sweep import Sweep
from society.writers import SweepWriter


def changes(study: Study, *, accept: bool) -> list[str]:
    """What has changed since a study was last worked on.

    Raises
    ------
    InputError
        If something has, and that is not accepted.
    """
    before, present = study.manifest, origin(study.sweep)
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


def origin(sweep: Sweep) -> dict[str, Any]:
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
