"""Synthetic runs and series for tests of figures, whose means are known by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

POWER, GRAPH = "platform.feed.power", "graph"


def grid(n_replicates: int = 3) -> pd.DataFrame:
    """Power 0 and 1 by graph ring and hubs; known.invariant is 10 power + 100 hubs + replicate."""
    rows = [
        {
            "row": row,
            "arm": "",
            "replicate": r,
            POWER: power,
            GRAPH: graph,
            "value": 10 * power + 100 * (graph == "hubs") + r,
        }
        for row, (power, graph) in enumerate(product((0.0, 1.0), ("ring", "hubs")))
        for r in range(n_replicates)
    ]
    frame = pd.DataFrame(rows).rename(columns={"value": "known.invariant"})
    frame["run_id"] = [f"run{number}" for number in range(len(frame))]
    return frame


def sampled(n: int = 200) -> pd.DataFrame:
    """A continuous factor from 0 to 1 in even steps, one replicate; known.invariant is its square."""
    x = np.linspace(0.0, 1.0, n)
    run_id = [f"run{number}" for number in range(n)]
    return pd.DataFrame({"run_id": run_id, "row": range(n), "arm": "", "replicate": 0, "x": x, "known.invariant": x**2})


def series(runs: pd.DataFrame, steps: tuple[int, ...] = (0, 5, 10)) -> pd.DataFrame:
    """Straight lines from 0 to what each run ends with."""
    parts = [
        pd.DataFrame({"run_id": run_id, "step": steps, "known.invariant": np.array(steps) / steps[-1] * end})
        for run_id, end in zip(runs["run_id"], runs["known.invariant"], strict=True)
    ]
    return pd.concat(parts, ignore_index=True)
