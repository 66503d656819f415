"""Pairs of a society and its twin as the two sides of a comparison."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from society.comparisons.sides import Side
from society.errors import InputError
from society.folder import TWIN
from society.results import DESIGN
from society.twin_study import ORIGINAL, TwinStudy

if TYPE_CHECKING:
    from society.scenario import Scenario


@dataclass(frozen=True)
class OfPairs:
    """What studies made of a `TwinStudy` have in common."""

    study: TwinStudy

    @property
    def folder(self) -> Path:
        """Where the pairs are."""
        return self.study.folder

    @property
    def manifest(self) -> pd.Series[Any]:
        """What is known of the pairs."""
        return self.study.manifest

    @property
    def factors(self) -> list[str]:
        """None: twins differ by what the manifest calls their change."""
        return []


@dataclass(frozen=True)
class TwinSide(OfPairs):
    """The originals or the twins of a `TwinStudy`, as a study without factors, a replicate a pair."""

    side: str

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a pair that is done."""
        frames = [self.study.study(seed, self.side).runs for seed in self.study.seeds]
        runs = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*DESIGN, "status"])
        return runs.assign(arm="", replicate=range(len(runs)))

    @property
    def arms(self) -> list[str]:
        """None."""
        return []

    @cached_property
    def outcomes(self) -> list[str]:
        """Measures of this side."""
        seeds = self.study.seeds
        return self.study.study(seeds[0], self.side).outcomes if seeds else []

    def read_series(self, columns: Sequence[str] | None = None, run_ids: Collection[str] | None = None) -> pd.DataFrame:
        """Part of the series of this side."""
        studies = (self.study.study(seed, self.side) for seed in self.study.seeds)
        frames = [study.read_series(columns, run_ids) for study in studies]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def scenario(self, run_id: str | None = None) -> Scenario:
        """The scenario of a run of this side."""
        for seed in self.study.seeds:
            study = self.study.study(seed, self.side)
            if run_id in (None, study.manifest["run_id"]):
                return study.scenario()
        raise InputError(f"{self.folder}: no run {run_id!r} on side {self.side}")


def twin_sides(study: TwinStudy) -> tuple[Side, Side]:
    """The originals and the twins of pairs."""
    sources = (TwinSide(study, side) for side in (ORIGINAL, TWIN))
    first, second = (
        Side(label, source, source.runs, ()) for label, source in zip(("as it is", "twin"), sources, strict=True)
    )
    return first, second
