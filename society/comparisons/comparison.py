"""Comparison: what the runs of two sides differ in, how surely and how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from society.comparisons.changes import changes
from society.comparisons.estimates import Sides, difference, estimate
from society.comparisons.matching import Matched
from society.comparisons.notes import notes, shown_steps
from society.comparisons.sides import Side
from society.errors import InputError
from society.inference import holm
from society.outcomes import Outcome, check_step, measured, select

SHOWN_OVER_TIME = 6
"""Outcomes whose differences over time are kept unless some are named."""
TABLE = (
    *("measure", "a", "b", "difference", "low", "high", "n_a", "n_b", "method", "df", "p", "p_holm", "sd"),
    *("d_z", "g_av", "correlation", "variance_reduction", "bootstrap_low", "bootstrap_high", "welch_low", "welch_high"),
)


@dataclass(frozen=True)
class Comparison:
    """What two sides differ in: data frames, and `notes` on what they rest on. Made by `society.compare`.

    Attributes
    ----------
    a, b
        The sides: `label`, `study` and `runs` of each. Differences are a − b.
    matched
        `pairs`, one row each with whether both have the same bits, and `points`, the design points on both sides.
    step
        The step of the outcomes; None for the last recorded one of each run.
    level
        That of all intervals.
    chosen
        Names of the outcomes asked for; all if empty.
    """

    a: Side
    b: Side
    matched: Matched
    step: int | None = None
    level: float = 0.95
    chosen: tuple[str, ...] = ()

    @cached_property
    def outcomes(self) -> list[str]:
        """Outcomes of which both sides have values, by their texts."""
        return [str(outcome) for outcome in self.asked]

    @cached_property
    def asked(self) -> list[Outcome]:
        """The outcomes as they are taken of series."""
        both = [name for name in self.a.outcomes if name in self.b.outcomes]
        found = select(self.chosen or both, both, source="both sides")
        if self.step is not None:
            check_step(self.step, found)
        return found

    @cached_property
    def differences(self) -> pd.DataFrame:
        """One row an outcome: first those whose difference is sure since nothing varies, then the largest g_av first.

        Where there is no g_av at all, as with a single pair, the largest differences beside the means come first.

        Columns: means `a` and `b`, `difference`, its interval from `low` to `high` and `p` by `method` with `df`
        degrees of freedom over `n_a` and `n_b` independent units (replicates, each the mean over design points);
        `p_holm`, adjusted for the number of outcomes; effect sizes `d_z` (in standard deviations of the differences)
        and `g_av` (in `sd`, that of the units, less its bias); the `correlation` of pairs, and by which share they
        reduced the variance of the difference (`variance_reduction`); the interval by bootstrap; and that by Welch's
        t of all runs, whether they have partners or not.
        """
        rows = [{"measure": name, **estimate(self._sides(name), self.level)} for name in self.outcomes]
        table = pd.DataFrame(rows, columns=TABLE)
        table["p_holm"] = holm(table["p"].to_numpy("f8"))
        return table.loc[_largest_first(table)].reset_index(drop=True)

    def by_point(self, outcome: str) -> pd.DataFrame:
        """One row a design point: its factors, means, the difference and its interval over replicates."""
        sides = self._sides(outcome)
        found = difference(*sides.by_point(), self.level, in_pairs=sides.in_pairs)
        numbers = {key: found[key] for key in ("a", "b", "difference", "low", "high")}
        return self.matched.points.assign(measure=outcome, **numbers)

    def over_time(self, outcome: str) -> pd.DataFrame:
        """One row a step recorded on both sides: means of a measure, the difference and its interval."""
        frames = [self._series(side, outcome) for side in (self.a, self.b)]
        steps = frames[0].index.intersection(frames[1].index)
        sides = self.matched.sides_over_time(*(frame.loc[steps] for frame in frames))
        found = difference(*sides.units(), self.level, in_pairs=sides.in_pairs)
        numbers = {key: found[key] for key in ("a", "b", "difference", "low", "high")}
        return pd.DataFrame({"measure": outcome, "step": steps, **numbers})

    @cached_property
    def changes(self) -> pd.DataFrame:
        """One row a dotted path at which both scenarios differ at the same design point, or versions, or the code."""
        return changes(self)

    @cached_property
    def notes(self) -> list[str]:
        """What has to be known to read the differences."""
        return notes(self)

    @property
    def shown(self) -> list[str]:
        """Outcomes for tables by point: those asked for, or the first few that vary."""
        table = self.differences
        varied = table[(table["difference"] != 0) & table["difference"].notna()]
        return self.outcomes if self.chosen else [*varied["measure"][:SHOWN_OVER_TIME]]

    @property
    def shown_over_time(self) -> list[str]:
        """Measures for figures and tables over time: those that the outcomes shown are of."""
        columns = {str(outcome): outcome.column for outcome in self.asked}
        return list(dict.fromkeys(columns[name] for name in self.shown))

    def write(self, folder: str | Path, *, figures: Sequence[str] = (), force: bool = False) -> list[Path]:
        """Write compare.csv, its companions and figures of these formats into a folder, or one LaTeX table (.tex)."""
        from society.comparisons.writing import write

        return write(self, Path(folder), figures=figures, force=force)

    def __repr__(self) -> str:
        return f"<Comparison {self.a.label} − {self.b.label}: {len(self.matched.pairs)} pairs>"

    def _sides(self, outcome: str) -> Sides:
        return self.matched.sides(*(frame[outcome] for frame in self.values))

    @cached_property
    def values(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The outcomes of both sides: one row a run by its id, one column an outcome."""
        frames = []
        for side, runs in ((self.a, self.matched.a), (self.b, self.matched.b)):
            frame = runs.drop_duplicates("run_id").set_index("run_id")
            run_ids, computed = [*frame.index], [outcome for outcome in self.asked if outcome.function]
            if self.step is not None:
                series = side.study.read_series(self.outcomes, run_ids)
                frame = series[series["step"] == self.step].set_index("run_id")
                if frame.empty:
                    said = f"was recorded on side {side.label}; recorded: {shown_steps(series['step'])}"
                    raise InputError(f"step = {self.step}: no such step {said}")
            elif computed:
                columns = list(dict.fromkeys(outcome.column for outcome in computed))
                frame = frame.join(measured([side.study.read_series(columns, run_ids)], computed))
            frames.append(frame[self.outcomes].astype("f8"))
        return frames[0], frames[1]

    def _series(self, side: Side, outcome: str) -> pd.DataFrame:
        """One row a step, one column a run id."""
        runs = self.matched.a if side is self.a else self.matched.b
        series = side.study.read_series([outcome], [*dict.fromkeys(runs["run_id"])])
        return series.pivot(index="step", columns="run_id", values=outcome).astype("f8")


def _largest_first(table: pd.DataFrame) -> pd.Index:
    """The order of rows by how much they differ."""
    beside = table["difference"].abs() / (table["a"].abs() + table["b"].abs()).replace(0.0, np.nan)
    is_sure = table["g_av"].isna() & (table[["n_a", "n_b"]].min(axis=1) > 1) & (table["difference"] != 0)
    keys = pd.DataFrame({"sure": is_sure & table["difference"].notna(), "g": table["g_av"].abs(), "beside": beside})
    return keys.sort_values(["sure", "g", "beside"], ascending=False, kind="stable", na_position="last").index
