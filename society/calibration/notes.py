"""Notes on a calibration: how well the best point meets the targets, and which parameters they determine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from society.sweeps.factors import Levels, Options

if TYPE_CHECKING:
    from society.calibration.study import CalibrationStudy

WIDE = 0.8
"""Share of what it may be that a factor covers in trials as good as the best, if the targets do not determine it."""
EDGE = 0.02
"""Share of a range within which the best value is said to stand at its edge."""


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
    """Whether any point meets the targets, by χ² of the best on targets less factors degrees of freedom."""
    from scipy.stats import chi2

    n_targets, n_factors = len(study.calibration.targets), len(study.calibration.factors)
    if n_targets < n_factors:
        return [f"{n_targets} targets cannot determine {n_factors} parameters."]
    freedom, total = n_targets - n_factors, float(np.square(study.targets["z"]).sum())
    if freedom == 0:
        return ["As many parameters as targets: how close they come is no test of the model."]
    p = float(chi2.sf(total, freedom))
    found = f"χ² = {total:.3g} on {freedom} degree{'s' * (freedom > 1)} of freedom, p = {p:.2g}"
    if p < 0.05:
        return [f"No point tried meets all targets ({found}): the model, or what is said of errors, is wrong."]
    return [f"The best point meets the targets ({found})."]


def _on_factors(study: CalibrationStudy) -> list[str]:
    """Which factors the targets leave open, and which stand at the edge of their range."""
    from society.calibration.study import place

    table, found = study.identifiability, []
    n_good = int(table["trials"].iloc[0])
    for row in table.to_dict("records"):
        path, factor = str(row["factor"]), study.calibration.factors[str(row["factor"])]
        if row["share"] >= WIDE:
            said = f"trials about as good as the best cover {row['share']:.0%} of what it may be"
            found.append(f"{path} is not determined by these targets: {said}.")
        elif not isinstance(factor, Levels | Options) and not EDGE < place(factor, row["best"]) < 1 - EDGE:
            found.append(f"{path} = {row['best']:.4g} is at the edge of its range: a wider one may fit better.")
    if n_good < 5:
        said = "about as good as the best: too few to say how well parameters are determined; ask for more (--trials)"
        found.append(f"Only {n_good} trial{'s are' if n_good > 1 else ' is'} {said}.")
    return found
