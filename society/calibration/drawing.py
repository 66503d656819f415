"""Figures of a calibration, as files in its folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from society.calibration.study import CalibrationStudy


def draw(study: CalibrationStudy, formats: Sequence[str]) -> list[Path]:
    """Write distance by parameter and distance by trial in these formats; return what was written."""
    if not formats or not np.isfinite(study.trials["distance"]).any():
        return []
    from society.figures.calibration import by_parameter, by_trial
    from society.sweeps.factors import Range

    factors = study.calibration.factors
    logarithmic = [path for path, factor in factors.items() if isinstance(factor, Range) and factor.scale == "log"]
    figures = {
        "distance_by_parameter": by_parameter(study.trials, [*factors], logarithmic=logarithmic),
        "distance_by_trial": by_trial(study.trials),
    }
    folder = study.folder / "figures"
    return [figure.save(folder / f"{name}.{each}") for name, figure in figures.items() for each in formats]
