"""What the validation tests share: societies from `scenarios/validation`, and distance from a published number.

Numbers are compared in standard errors over independent units: runs, graphs, or people without ties.
"""

from pathlib import Path

import numpy as np

from society.kernels.memes import count_knowers
from society.model import Society
from society.scenario import Scenario

FOLDER = Path(__file__).parents[2] / "scenarios" / "validation"


def society(name, values=None):
    """Build the society of a validation scenario, with other values by dotted path."""
    return Society(Scenario.from_file(FOLDER / f"{name}.toml").replace(values or {}))


def run(model, n_steps=None):
    """Step a society to the end of its scenario, or for `n_steps`."""
    for _ in range(model.scenario.run.steps if n_steps is None else n_steps):
        model.step()
    return model


def errors_from(units, expected):
    """Distance of the mean of independent units from `expected`, in its standard errors, along the first axis."""
    units = np.asarray(units, float)
    return np.abs(units.mean(axis=0) - expected) / (units.std(axis=0, ddof=1) / np.sqrt(len(units)))


def knowers(model, column="knows"):
    """How many people know each item, or are marked for it in another bit set."""
    counts = count_knowers(model.population[column], model.memes.n_slots)
    return counts[model.memes.is_item]
