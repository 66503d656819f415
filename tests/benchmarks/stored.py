"""A study of very many runs without doing them: random numbers instead of results, written as a sweep writes them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from society import Sweep
from society.folder import SWEEP
from society.results import DESIGN
from society.sweeps.keeping import keep_plan
from society.sweeps.session import at_work
from society.sweeps.task import Task, do, pickled
from society.writers import SweepWriter
from tests.files import tiny

POWER = "platform.feed.power"


def stored(n_runs: int, folder: Path) -> float:
    """Write a study of so many runs, with the measures of a tiny scenario, and return how many seconds it took."""
    base = tiny()
    sweep = Sweep.from_dict(
        {"sweep": {"scenario": "tiny", "replicates": n_runs}, "factors": {POWER: [0.5]}}, scenarios={"tiny": base}
    )
    design = pd.DataFrame({"run_id": [f"{n:016x}" for n in range(n_runs)]})
    design = design.assign(row=0, arm="", replicate=range(n_runs), seed=range(1, n_runs + 1), **{POWER: 0.5})
    design = design[[*DESIGN, POWER]]
    result, generator = do(Task("", pickled(base), {})), np.random.default_rng(1)
    measures, n_rows = result.series.columns[2:], len(result.series)
    manifest = {"kind": SWEEP, "run_id": "large", "name": "large", "factors": [POWER], "arms": []}
    start = time.perf_counter()
    with at_work(SweepWriter(folder, manifest)) as writer:
        keep_plan(writer, sweep, design)
        for run_id in design["run_id"]:
            series = pd.DataFrame(generator.random((n_rows, len(measures))), columns=measures)
            series.insert(0, "step", range(n_rows))
            series.insert(0, "run_id", run_id)
            writer.add(replace(result, run_id=run_id, series=series))
    return time.perf_counter() - start
