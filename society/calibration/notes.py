"""Notes on a calibration: how well the best point meets the targets, and which parameters they determine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from society.calibration.study import AT_EDGE, ENOUGH, OPEN, OPEN_ABOVE, OPEN_BELOW

if TYPE_CHECKING:
    from society.calibration.study import CalibrationStudy

MISSED = 2.0
"""Number of s from which on a target is said to be missed."""


def notes(study: CalibrationStudy) -> list[str]:
    """All notes; one alone if no trial has come to its end."""
    trials, header = study.trials, study.calibration.header
    found = [_on_failures(study)] if study.n_failed else []
    if not np.isfinite(trials["distance"]).any():
        return [*found, "No trial has come to its end."]
    if study.n_searched < header.trials:
        found.append(
            f"{study.n_searched} of {header.trials} trials are done: society calibrate {study.folder} goes on."
        )
    if header.replicates == 1:
        found.append("One replicate: distances take simulations as exact, and leave out that others would differ.")
    return [*found, *_on_noise(study), *_on_fit(study), *_on_factors(study)]


def _on_failures(study: CalibrationStudy) -> str:
    errors = study.trials.loc[study.trials["status"] == "failed", "error"]
    return f"{study.n_failed} of {len(study.trials)} trials failed and count for nothing; the first: {errors.iloc[0]}"


def _on_noise(study: CalibrationStudy) -> list[str]:
    """Targets of which χ² says little, as the best trial is noisier than the observation."""
    targets = study.targets
    noisy = targets[targets["se"] > targets["sd"]]
    if study.calibration.header.distance != "chi_square" or noisy.empty:
        return []
    names = ", ".join(f"{row['measure']} at step {row['step']}" for row in noisy.to_dict("records"))
    said = "the standard error of the best trial is larger than the sd of the target, and χ² favours noisy points"
    return [f'{names}: {said}; ask for more replicates, or for distance = "likelihood".']


def _on_fit(study: CalibrationStudy) -> list[str]:
    """Whether any point meets the targets, and if none does, which are missed by how much."""
    fit, likely = study.fit, study.calibration.header.distance == "likelihood"
    n_targets, n_factors = len(study.calibration.targets), len(study.calibration.factors)
    if np.isnan(fit.p):
        return ["Whether the best point meets the targets cannot be told: it takes more replicates than targets."]
    freedom = f"{fit.freedom} degree{'s' * (fit.freedom > 1)} of freedom"
    found = f"{'T²' if likely else 'χ²'} = {fit.statistic:.3g} on {freedom}, p = {fit.p:.2g}"
    if fit.is_refused:
        what = "the model or what is said of errors is wrong, or the search has not come near (--trials)"
        s = "sd, standard error and spread of societies" if likely else "sd and standard error"
        return [
            f"No point tried meets all targets ({found}): {what}.",
            f"The best misses {'; '.join(_missed(study))} (s: {s} together).",
            "Parameters of points that do not fit are no estimates, however narrow their ranges.",
        ]
    if n_targets < n_factors:
        return [f"{n_targets} target{'s' * (n_targets > 1)} cannot determine {n_factors} parameters."]
    if n_targets == n_factors:
        return ["The best point meets the targets; as many parameters as targets: that is no test of the model."]
    return [f"The best point meets the targets ({found})."]


def _missed(study: CalibrationStudy) -> list[str]:
    """Targets that the best trial misses, the worst first; the worst one in any case."""
    table = study.targets.sort_values("z", key=np.abs, ascending=False, kind="stable")
    missed = table[table["z"].abs() >= MISSED]
    return [
        f"{row['measure']} at step {row['step']} ({row['simulated']:.4g} simulated, {row['value']:.4g} observed: "
        f"{abs(row['z']):.3g} s too {'high' if row['z'] > 0 else 'low'})"
        for row in (table.head(1) if missed.empty else missed).to_dict("records")
    ]


def _on_factors(study: CalibrationStudy) -> list[str]:
    """Which factors the targets leave open, and which stand at the edge of their range."""
    table, found = study.identifiability, []
    for row in table.to_dict("records"):
        path, verdict = row["factor"], row["verdict"]
        if verdict == OPEN:
            said = f"trials about as good as the best cover {row['share']:.0%} of what it may be"
            found.append(f"{path} is not determined by these targets: {said}.")
        elif verdict == AT_EDGE:
            found.append(f"{path} = {row['best']:.4g} is at the edge of its range: a wider one may fit better.")
        elif verdict in (OPEN_BELOW, OPEN_ABOVE):
            bound, edge = ("above", row["low"]) if verdict == OPEN_BELOW else ("below", row["high"])
            said = f"trials about as good as the best reach {edge:.4g}, the edge of its range"
            found.append(f"{path} is bounded by these targets from {bound} only: {said}.")
    n_good = int(table["trials"].iloc[0])
    if n_good < ENOUGH and not study.fit.is_refused:
        said = "about as good as the best: too few to say how well parameters are determined; ask for more (--trials)"
        found.append(f"Only {n_good} trial{'s are' if n_good > 1 else ' is'} {said}.")
    return found
