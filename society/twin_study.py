"""TwinStudy: pairs of a society and its twin on disk, and what they say about the change between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from society.differences import by_use, mean_differences
from society.errors import InputError
from society.folder import TWIN, open_manifest, read_frame
from society.measures import MEASURES
from society.results import Study

PAIRS, PEOPLE, ORIGINAL = "pairs", "people.parquet", "original"
SIDES = (ORIGINAL, TWIN)


class TwinStudy:
    """Pairs of a society and its twin: `differences` between them, `people`, `series`, and `study` for each run.

    Use `TwinStudy.load(folder)`. Pairs that are done count, however the rest ended.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = pd.Series(manifest, dtype=object)

    @classmethod
    def load(cls, folder: str | Path) -> TwinStudy:
        """Open a folder of pairs.

        Raises
        ------
        InputError
            If there is none, or it was written by a later version.
        """
        folder = Path(folder)
        return cls(folder, open_manifest(folder, TWIN))

    @property
    def status(self) -> str:
        """One of done, running, interrupted, failed, killed."""
        return str(self.manifest["status"])

    @property
    def seeds(self) -> list[int]:
        """Seeds of the pairs that are done."""
        return done(self.folder)

    def study(self, seed: int, side: str) -> Study:
        """The run of one side, original or twin, of a pair."""
        return Study.load(self._pair(seed) / side)

    @property
    def series(self) -> pd.DataFrame:
        """One row a pair (by its seed), side and recorded step, one column a measure."""
        return pd.concat(self._series(), ignore_index=True) if self.seeds else pd.DataFrame()

    @property
    def people(self) -> pd.DataFrame:
        """One row a pair and person: who they are, and how they differ from who they are in the twin, at the end."""
        return pd.concat(self._people(), ignore_index=True) if self.seeds else pd.DataFrame()

    def differences(self, step: int | None = None, *, level: float = 0.95) -> pd.DataFrame:
        """Mean of each measure in the original, in the twin, and of their difference, over pairs.

        Parameters
        ----------
        step
            A recorded step; the last by default.
        level
            That of the interval from `low` to `high`, which is Student's t over pairs: nan for a single one.
        """
        series = self.series
        if series.empty:
            return pd.DataFrame()
        step = int(series["step"].max()) if step is None else step
        if step not in set(series["step"]):
            raise InputError(f"step = {step}: was not recorded in {self.folder}")
        present = series[series["step"] == step].set_index("seed").drop(columns=["run_id", "step"])
        original, twin = (present[present["side"] == side].drop(columns="side") for side in SIDES)
        comparing = [name for name in original.columns if MEASURES[name.split(".")[0]].compares]
        return mean_differences(original, twin.dropna(axis="columns", how="all"), comparing, level)

    def differences_by_use(self, *, level: float = 0.95) -> pd.DataFrame:
        """Mean difference between people and who they are in the twin, at the end, by use of what differs.

        Among everybody, users, friends of users who never used one themselves (to whom effects spill over), and others.
        The interval is over pairs. `sd_over_people` is over people within a pair: it describes them and is no error of
        the mean, since people of one society are not independent.
        """
        return by_use(self._people(), level) if self.seeds else pd.DataFrame()

    def __repr__(self) -> str:
        return f"<TwinStudy {self.manifest['change']}: {self.status}, {len(self.seeds)} pairs>"

    def _pair(self, seed: int) -> Path:
        return self.folder / PAIRS / f"seed-{seed}"

    def _people(self) -> Iterator[pd.DataFrame]:
        for seed in self.seeds:
            yield read_frame(self._pair(seed) / PEOPLE)

    def _series(self) -> Iterator[pd.DataFrame]:
        for seed in self.seeds:
            for side in SIDES:
                series = self.study(seed, side).series
                series.insert(0, "seed", seed)
                series.insert(1, "side", side)
                yield series


def done(folder: Path) -> list[int]:
    """Seeds of the pairs in a folder that are done: what is kept of their people comes last."""
    return sorted(int(path.parent.name.removeprefix("seed-")) for path in folder.glob(f"{PAIRS}/seed-*/{PEOPLE}"))
