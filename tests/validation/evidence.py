"""What the validation tests share: societies from `scenarios/validation`, and distance from a published number.

Numbers are compared in standard errors over independent units: graphs, runs, or people without ties. Units are twenty
or more: fewer do not tell their own standard error well enough for four of it to mean much.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from society.kernels.memes import count_knowers
from society.model import Society
from society.population import Array
from society.scenario import Scenario

FOLDER = Path(__file__).parents[2] / "scenarios" / "validation"

type Values = dict[str, Any]
"""Values by dotted path."""


def society(name: str, values: Values | None = None) -> Society:
    """Build the society of a validation scenario, with other values by dotted path, to run in one thread."""
    return Society(Scenario.from_file(FOLDER / f"{name}.toml").replace(values or {}), threads=1)


def run(model: Society, n_steps: int | None = None) -> Society:
    """Step a society to the end of its scenario, or for `n_steps`."""
    for _ in range(model.scenario.run.steps if n_steps is None else n_steps):
        model.step()
    return model


def errors_from(units: ArrayLike, expected: ArrayLike) -> Any:
    """Distance of the mean of independent units from `expected`, in its standard errors, along the first axis."""
    sample = np.asarray(units, float)
    return np.abs(sample.mean(axis=0) - np.asarray(expected)) / (sample.std(axis=0, ddof=1) / np.sqrt(len(sample)))


def knowers(model: Society, column: str = "knows") -> Array:
    """How many people know each item, or are marked for it in another bit set."""
    counts = count_knowers(model.population[column], model.memes.n_slots)
    return counts
