"""Comparison: what the runs of two sides differ in, how surely and how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from society.comparisons.estimates import Sides, difference, estimate
from society.comparisons.matching import Matched
from society.comparisons.sides import Side
from society.errors import InputError, did_you_mean
from society.inference import holm

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
        """Measures of which both sides have values."""
        both = [name for name in self.a.outcomes if name in self.b.outcomes]
        for name in self.chosen:
            if name not in both:
                raise InputError(f"outcome {name!r}: is not on both sides; {did_you_mean(name, both)}")
        return [*dict.fromkeys(self.chosen)] or both

    @cached_property
    def differences(self) -> pd.DataFrame:
        """One row an outcome, the largest g_av first.

        Columns: means `a` and `b`, `difference`, its interval from `low` to `high` and `p` by `method` with `df`
        degrees of freedom over `n_a` and `n_b` independent units (replicates, each the mean over design points);
        `p_holm`, adjusted for the number of outcomes; effect sizes `d_z` (in standard deviations of the
        differences) and `g_av` (in `sd`, that of the units, less its bias); the `correlation` of pairs, and by which share they reduced the variance
        of the difference (`variance_reduction`); the interval by bootstrap; and that by Welch's t of all runs,
        whether they have partners or not.
        """
        rows = [{"measure": name, **estimate(self._sides(name), self.level)} for name in self.outcomes]
        table = pd.DataFrame(rows, columns=TABLE)
        table["p_holm"] = holm(table["p"].to_numpy("f8"))
        order = table["g_av"].abs().sort_values(ascending=False, kind="stable", na_position="last").index
        return table.loc[order].reset_index(drop=True)

    def by_point(self, outcome: str) -> pd.DataFrame:
        """One row a design point: its factors, means, the difference and its interval over replicates."""
        sides = self._sides(outcome)
        found = difference(*sides.by_point(), self.level, in_pairs=sides.in_pairs)
        numbers = {key: found[key] for key in ("a", "b", "difference", "low", "high")}
        return self.matched.points.assign(measure=outcome, **numbers)

    def over_time(self, outcome: str) -> pd.DataFrame:
        """One row a step recorded on both sides: means, the difference and its interval."""
        frames = [self._series(side, outcome) for side in (self.a, self.b)]
        steps = frames[0].index.intersection(frames[1].index)
        sides = self.matched.sides_over_time(*(frame.loc[steps] for frame in frames))
        found = difference(*sides.units(), self.level, in_pairs=sides.in_pairs)
        numbers = {key: found[key] for key in ("a", "b", "difference", "low", "high")}
        return pd.DataFrame({"measure": outcome, "step": steps, **numbers})

    @cached_property
    def changes(self) -> pd.DataFrame:
        """One row a dotted path at which both scenarios differ at the same design point, or versions, or the code."""
        return _changes(self)

    @cached_property
    def notes(self) -> list[str]:
        """What has to be known to read the differences."""
        return _notes(self)

    @property
    def shown(self) -> list[str]:
        """Outcomes for figures and tables over time: those asked for, or the first few that vary."""
        table = self.differences
        varied = table[(table["difference"] != 0) & table["difference"].notna()]
        return [*self.chosen] or [*varied["measure"][:SHOWN_OVER_TIME]]

    def write(self, folder: str | Path, *, figures: Sequence[str] = (), force: bool = False) -> list[Path]:
        """Write compare.csv, its companions and figures of these formats into a folder; return what was written."""
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
            frame = runs
            if self.step is not None:
                series = side.study.read_series(self.outcomes, [*dict.fromkeys(runs["run_id"])])
                frame = series[series["step"] == self.step]
                if frame.empty:
                    said = f"was recorded on side {side.label}; recorded: {_steps(series['step'])}"
                    raise InputError(f"step = {self.step}: no such step {said}")
            frames.append(frame.drop_duplicates("run_id").set_index("run_id")[self.outcomes].astype("f8"))
        return frames[0], frames[1]

    def _series(self, side: Side, outcome: str) -> pd.DataFrame:
        """One row a step, one column a run id."""
        runs = self.matched.a if side is self.a else self.matched.b
        series = side.study.read_series([outcome], [*dict.fromkeys(runs["run_id"])])
        return series.pivot(index="step", columns="run_id", values=outcome).astype("f8")


def _steps(steps: pd.Series) -> str:
    there = np.unique(steps)
    if len(there) <= 6:
        return ", ".join(map(str, there))
    return f"{there[0]}, {there[1]}, {there[2]}, …, {there[-1]}"


def _changes(comparison: Comparison) -> pd.DataFrame:
    a, b, matched = comparison.a, comparison.b, comparison.matched
    at = matched.pairs["point"].iloc[0] if len(matched.pairs) else matched.a["point"].iloc[0]
    chosen = (runs.loc[runs["point"] == at, "run_id"].iloc[0] for runs in (matched.a, matched.b))
    facts = [
        _flat(side.study.scenario(run_id).resolved()) | _origin(side)
        for side, run_id in zip((a, b), chosen, strict=True)
    ]
    rows = [
        {"path": path, "a": facts[0].get(path), "b": facts[1].get(path)}
        for path in dict.fromkeys([*facts[0], *facts[1]])
        if facts[0].get(path) != facts[1].get(path) and not path.startswith("scenario.") and path != "run.seed"
    ]
    return pd.DataFrame(rows, columns=["path", "a", "b"]).astype(object)


def _origin(side: Side) -> dict[str, object]:
    """Versions and code that its runs come from."""
    versions = {f"versions.{name}": value for name, value in side.study.manifest["versions"].items()}
    codes = side.done["code_digest"].dropna().unique() if "code_digest" in side.done else []
    return {**versions, "code_digest": ", ".join(sorted(code[:12] for code in codes))}


def _flat(tables: dict[str, object], above: str = "") -> dict[str, object]:
    """Values by dotted path; lists are values."""
    flat: dict[str, object] = {}
    for key, value in tables.items():
        flat |= _flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
    return flat


def _notes(comparison: Comparison) -> list[str]:
    a, b, matched = comparison.a, comparison.b, comparison.matched
    notes = [said for side in (a, b) if (said := side.left_out())]
    notes += [*matched.notes, *_on_pairs(comparison)]
    ends = [side.done["steps_done"].dropna().unique() for side in (a, b)]
    if comparison.step is None and {*ends[0]} != {*ends[1]}:
        said = " and ".join(f"{side.label} at {_steps(end)}" for side, end in zip((a, b), ends, strict=True))
        notes.append(f"Runs end at different steps, {said}: outcomes are those of each run's end (--step compares one).")
    for side, other in ((a, b), (b, a)):
        if only := [name for name in side.outcomes if name not in other.outcomes]:
            notes.append(f"Only on side {side.label}: {', '.join(only)}.")
    return notes


def _on_pairs(comparison: Comparison) -> list[str]:
    a, b, matched = comparison.a, comparison.b, comparison.matched
    pairs, n_points = matched.pairs, len(matched.points)
    n_units = len(pairs["replicate"].unique())
    if pairs.empty:
        said = "No run of one side has the seed of one of the other: they are compared unpaired, by Welch's t."
        return [said, *_few(int(matched.a["replicate"].nunique()), int(matched.b["replicate"].nunique()))]
    notes = []
    alone = [
        f"{len(runs) - len(pairs)} of {side.label}" for side, runs in ((a, matched.a), (b, matched.b))
        if len(runs) > len(pairs)
    ]  # fmt: skip
    if alone:
        notes.append(f"Without a partner, and so in the unpaired (Welch's) interval only: {', '.join(alone)}.")
    if matched.by_point_alone:
        notes.append("Each design point was run once, and seeds differ: pairs share the point, not the random numbers.")
    correlations, reductions = (comparison.differences[name].median() for name in ("correlation", "variance_reduction"))
    if n_units > 1 and reductions == reductions and not matched.by_point_alone:
        said = f"the random numbers they share took away {reductions:.0%} of the variance of differences"
        notes.append(f"Pairs correlate by {correlations:.2f}, and {said} (medians over outcomes).")
    if n_units > 1 and n_points > 1:
        notes.append(f"The unit is the replicate ({n_units}): each is the mean over its {n_points} design points.")
    elif n_points > 1:
        said = f"One replicate: the units are the {n_points} design points, and intervals say how sure the mean over"
        notes.append(f"{said} the factors is{', not what chance does' * (not matched.by_point_alone)}.")
    elif n_units == 1:
        notes.append("One pair has no interval: run more replicates.")
    notes += _on_bits(comparison)
    return notes


def _few(n_a: int, n_b: int) -> list[str]:
    return ["One run of a side has no interval: run more replicates."] if min(n_a, n_b) < 2 else []


def _on_bits(comparison: Comparison) -> list[str]:
    pairs = comparison.matched.pairs
    same_state, same_results = int(pairs["same_state"].sum()), int(pairs["same_results"].sum())
    if same_results == len(pairs):
        return [f"Bit for bit the same in all {len(pairs)} pairs: final states and recorded series."]
    if same_state:
        return [f"Final states are the same bit for bit in {same_state} of {len(pairs)} pairs, series in {same_results}."]
    return []
