"""Which outcomes are analysed: chosen by name, at the last step or another, and varying."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from society.errors import InputError
from society.outcomes import Outcome, check_step, select, with_outcomes
from society.results import Study


def chosen_outcomes(
    study: Study, outcomes: Sequence[str] | None, step: int | None
) -> tuple[pd.DataFrame, list[Outcome]]:
    """The runs of a study with these outcomes as columns, all if none is named, and the outcomes.

    Raises
    ------
    InputError
        If there is no such outcome, or nothing was recorded at the step.
    """
    runs, known = study.runs, study.outcomes
    asked = select(outcomes or known, known, source=study.folder)
    if step is not None:
        check_step(step, asked)
        runs = runs.drop(columns=known).merge(
            _at_step(study, [outcome.column for outcome in asked], step), on="run_id", how="left"
        )
    return with_outcomes(runs, study, asked), asked


def varying(runs: pd.DataFrame, names: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Outcomes that vary over the runs that are done, those that are constant, and those that no run has."""
    done = runs.loc[runs["status"] == "done", [*names]].to_numpy("f8")
    finite = np.isfinite(done)
    absent = ~finite.any(axis=0)
    low = np.where(finite, done, np.inf).min(axis=0, initial=np.inf)
    high = np.where(finite, done, -np.inf).max(axis=0, initial=-np.inf)
    constant = ~absent & (low == high)
    kinds = [[name for name, is_so in zip(names, each, strict=True) if is_so]
             for each in (~absent & ~constant, constant, absent)]  # fmt: skip
    return kinds[0], kinds[1], kinds[2]


def _at_step(study: Study, names: Sequence[str], step: int) -> pd.DataFrame:
    """One row a run that has a record of this step."""
    found: list[pd.DataFrame] = []
    steps: set[int] = set()
    for part in study.series_parts(names):
        steps |= {*part["step"].unique().tolist()}
        found.append(part[part["step"] == step].drop(columns="step"))
    if step not in steps:
        near = sorted(sorted(steps, key=lambda each: abs(each - step))[:6])
        raise InputError(f"step = {step}: was not recorded in {study.folder}; nearest: {', '.join(map(str, near))}")
    return pd.concat(found, ignore_index=True).reindex(columns=["run_id", *names])
