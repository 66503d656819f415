"""Studies in memory: runs whose outcomes are known, to be compared without simulating anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from society.results import Study
from society.scenario import Scenario
from tests.files import tiny

VERSIONS = {"python": "3.12.0", "society": "0.1.0"}


@dataclass
class Made(Study):
    """A study whose runs and series are frames in memory; runs of arm `quiet` lack the feed.

    `fixed` are values of every run over the base, as of the table [set] of a sweep, `by_arm` those of an arm.
    """

    frame: pd.DataFrame
    names: list[str]
    folder: Path = Path("made")
    facts: dict[str, Any] = field(default_factory=dict)
    base: dict[str, Any] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    by_arm: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self) -> None:
        super().__init__(self.folder, {"versions": VERSIONS, "status": "done", **self.facts})

    @property
    def runs(self) -> pd.DataFrame:
        return self.frame

    @property
    def factors(self) -> list[str]:
        return self.names

    @property
    def arms(self) -> list[str]:
        return sorted({*self.frame["arm"]} - {""})

    @property
    def outcomes(self) -> list[str]:
        return [name for name in ("interest", "wealth") if name in self.frame]

    def read_series(self, columns: Sequence[str] | None = None, run_ids: Collection[str] | None = None) -> pd.DataFrame:
        chosen = self.rows[self.rows["run_id"].isin([*(run_ids or ())])]
        return chosen[["run_id", "step", *(columns or ())]]

    def scenario(self, run_id: str | None = None) -> Scenario:
        values = dict(self.base)
        if run_id is not None:
            run = self.frame.set_index("run_id").loc[run_id]
            values |= self.fixed | self.by_arm.get(run["arm"], {})
            values |= {path: run[path] for path in self.names}
            values |= {"platform.feed.enabled": False} if run["arm"] == "quiet" else {}
        return tiny().replace(values)


def run(row: int, replicate: int, interest: float, **more: Any) -> dict[str, Any]:
    """A run that is done, of seed 1 + replicate unless another is given; `arm`, factors and outcomes may be added."""
    known = {"arm": "", "seed": 1 + replicate, "status": "done", "steps_done": 6, "interest": interest, **more}
    values = "-".join(str(value) for value in known.values())
    hashes = {"state_hash": f"state-{values}", "results_hash": f"results-{values}", "code_digest": "c" * 64}
    return {"run_id": f"{row}-{replicate}-{known['arm']}", "row": row, "replicate": replicate, **hashes, **known}


def study(*runs: dict[str, Any], factors: Sequence[str] = (), **more: Any) -> Made:
    """A study of these runs."""
    return Made(pd.DataFrame([*runs]), [*factors], **more)
