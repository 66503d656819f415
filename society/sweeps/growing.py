"""Growing: a larger plan in the place of the one that a study has."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from society.errors import InputError
from society.results import Study
from society.sweeps.keeping import keep_plan, origin, plan_facts
from society.sweeps.sweep import Sweep
from society.writers import SweepWriter


def larger_sweep(sweep: Sweep, by: Sweep | str | Path | None, *, replicates: int | None, samples: int | None) -> Sweep:
    """What a study shall be of, under the name and the title that it has.

    Raises
    ------
    InputError
        If its design has no samples, or the larger sweep is wrong.
    """
    larger = sweep if by is None else by if isinstance(by, Sweep) else Sweep.from_file(by)
    if samples is not None and larger.samples is None:
        said = f"a design of kind {larger.kind!r} has none; add levels, rows or arms with a larger sweep file (--by)"
        raise InputError(f"samples = {samples}: {said}")
    values = {"sweep.name": sweep.name, "sweep.title": sweep.title} if by is not None else {}
    chosen = {"sweep.replicates": replicates, "sweep.samples": samples}
    return larger.replace(values | {path: value for path, value in chosen.items() if value is not None})


def check_grown(study: Study, larger: Sweep, design: pd.DataFrame) -> None:
    """Refuse a design that lacks runs that have been planned, or that would deal out shards anew."""
    if study.manifest.get("shard"):
        raise InputError(f"{study.folder}: holds a shard; merge it with the others first (society merge), then extend")
    before = study.design
    lost = before[~before["run_id"].isin(design["run_id"])]
    if len(lost):
        why = _why_lost(study, larger, lost)
        raise InputError(f"{study.folder}: cannot be extended, since a study only grows: {why}")


def _why_lost(study: Study, larger: Sweep, lost: pd.DataFrame) -> str:
    """Why runs of a study are not among those of the sweep that shall be larger."""
    facts = study.manifest
    for key in ("design", "pairing", "seed"):
        if facts[key] != (present := larger.kind if key == "design" else getattr(larger, key)):
            return f"sweep.{key} was {facts[key]!r}, and would be {present!r}"
    if larger.replicates < facts["replicates"]:
        return f"it has {facts['replicates']:,} replicates, and would have {larger.replicates:,}"
    if larger.kind == "lhs":
        return "a Latin hypercube of other size is another one; designs random, sobol and morris can take more samples"
    n_lost, n_runs = len(lost), len(study.design)
    if n_lost == n_runs:
        return f"none of its {n_runs:,} runs is in the larger sweep, whose scenario, [set] or factors are others"
    run = lost.iloc[0]
    where = [f"{path} = {run[path]}" for path in study.factors] + [f"arm {run['arm']!r}"] * bool(run["arm"])
    return f"{n_lost:,} of its {n_runs:,} runs are not in the larger sweep, first that of {', '.join(where) or 'row 0'}"


def grown(writer: SweepWriter, larger: Sweep, design: pd.DataFrame) -> None:
    """Put a larger plan in the place of the present one, so that whoever is stopped on the way can be taken up."""
    its_origin = origin(larger)
    writer.manifest["growing"] = its_origin["digest"]
    writer.keep_manifest()
    writer.put_together(design)  # before the design that the facts were kept with is gone
    keep_plan(writer, larger, design)
    writer.manifest |= {**plan_facts(larger, design), **its_origin}
    del writer.manifest["growing"]
    writer.keep_manifest()
