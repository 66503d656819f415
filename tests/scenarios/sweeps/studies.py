"""What tests of sweeps share: doing one, smaller or whole, and agreement as rare to miss as by 4 standard errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom, norm, t

import society
from society import Sweep
from society.population import Array

SWEEPS = Path(__file__).parents[3] / "scenarios" / "sweeps"
RARE = 2 * norm.sf(4.0)
"""How often 4 standard errors are missed by chance: 6 in 100,000."""


def load(name: str, changes: Mapping[str, Any]) -> Sweep:
    """A sweep of the project with some values replaced, by path of the sweep file."""
    return Sweep.from_file(SWEEPS / f"{name}.toml").replace(changes)


def done(name: str, changes: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs, and series with the design beside it, of a sweep of the project, all done in this process."""
    with TemporaryDirectory() as folder:
        study = society.sweep(load(name, changes), out=Path(folder) / "study", workers=1)
        assert study.counts["done"] == study.manifest["n_runs"]
        return study.runs, study.series.merge(study.design, on="run_id")


def assert_mean(values: Array, expected: float) -> None:
    """The mean of independent values of about normal law is the expected one, as far as Student's t can tell."""
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - expected) <= t.isf(RARE / 2, len(values) - 1) * error


def assert_count(seen: int, p: float, n: int) -> None:
    """So many of n independent people are no rarity where the probability of each is p."""
    assert min(binom.cdf(seen, n, p), binom.sf(seen - 1, n, p)) > RARE / 2


def assert_sum(seen: int, law: Array, n: int) -> None:
    """The sum of n independent whole numbers is no rarity; `law` holds the probabilities of 0, 1, … for each."""
    size = n * (len(law) - 1) + 1
    of_sum = np.fft.irfft(np.fft.rfft(law, size) ** n, size)
    assert min(of_sum[: seen + 1].sum(), of_sum[seen:].sum()) > RARE / 2
