"""What a report is about: a study, the runs that count, and which outcomes are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from society.figures.labels import shown
from society.figures.summaries import is_continuous, levels_of
from society.outcomes import select, with_outcomes
from society.reports.choice import Choice, default_choice
from society.reports.parameters import unit_of
from society.results import Study
from society.scenario import FAMILIES, Scenario
from society.sweeps.factors import Factor

MOST_LEVELS = 12
"""Levels of a factor that are written out."""
MOST_CELLS = 12_000_000
"""Numbers of series held at a time: of more runs, fewer steps are drawn."""
FEWEST_STEPS, MOST_STEPS = 20, 160


@dataclass(frozen=True)
class Subject:
    """A study and what of it is shown.

    Attributes
    ----------
    study
        The study.
    named
        Outcomes asked for: columns, or measures, which stand for all their columns.
    """

    study: Study
    named: Sequence[str] = ()

    @cached_property
    def runs(self) -> pd.DataFrame:
        """All planned runs."""
        return self.study.runs

    @cached_property
    def done(self) -> pd.DataFrame:
        """The runs that figures are of: those that are done, and a single one however far it came."""
        if not self.study.is_sweep:
            return self.runs
        return self.runs[self.runs["status"] == "done"].reset_index(drop=True)

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The same, with a column for each outcome that has figures."""
        return with_outcomes(self.done, self.study, self.choice.outcomes)

    @cached_property
    def base(self) -> Scenario:
        """What all runs start from, before the sweep sets anything; it need not be one that can run."""
        return self.study.scenario()

    @cached_property
    def example(self) -> pd.Series[Any]:
        """The run whose society is described: the first that is done, in the arm that has most in force."""
        runs = self.done if len(self.done) else self.runs
        by_arm = [rows.iloc[0] for _, rows in runs.groupby("arm", sort=False)]
        return max(by_arm, key=lambda run: _n_in_force(self.study.scenario(run["run_id"])))

    @cached_property
    def scenario(self) -> Scenario:
        """That of `example`: a society that was run, with the values of its design point."""
        return self.study.scenario(self.example["run_id"])

    @cached_property
    def example_words(self) -> str:
        """Which run `example` is."""
        names = [*(["arm"] if self.study.arms else []), *self.study.factors, "seed"]
        return ", ".join(f"{name} = {shown(self.example[name])}" for name in names)

    @cached_property
    def varied(self) -> dict[str, str]:
        """What differs between runs, by path: values of factors and of arms in words."""
        if not self.study.is_sweep:
            return {}
        sweep = self.study.sweep
        said = {
            path: f"factor: {levels_words(factor, self.study.design[path])}" for path, factor in sweep.factors.items()
        }
        own = {path for arm in sweep.arms.values() for path in arm.values if path not in {*self.fixed, *said}}
        for path in sorted(own):
            arms = [f"{shown(arm.values[path])} in {name}" for name, arm in sweep.arms.items() if path in arm.values]
            said[path] = f"by arm: {', '.join(arms)}"
        return said

    @cached_property
    def fixed(self) -> dict[str, Any]:
        """What the sweep sets in all runs, by path."""
        if not self.study.is_sweep:
            return {}
        first, *others = (dict(arm.values) for arm in self.study.sweep.arms.values())
        return {path: value for path, value in first.items() if all(arm.get(path) == value for arm in others)}

    @cached_property
    def measured(self) -> list[str]:
        """All columns that some run has a number for, in the order in which they were recorded."""
        from society.measures import MEASURES

        place = {name: place for place, name in enumerate(MEASURES)}
        found = [name for name in self.study.outcomes if self.done[name].notna().any()]
        return sorted(found, key=lambda name: place.get(name.split(".")[0], len(place)))

    @cached_property
    def choice(self) -> Choice:
        """The outcomes that have figures, and how they were chosen."""
        if self.named:
            return Choice(select(self.named, self.measured, source=self.study.folder), "Outcomes are those asked for.")
        return default_choice(self)

    @property
    def outcomes(self) -> list[str]:
        """Outcomes that have figures, by their texts: columns of `counted`."""
        return [str(outcome) for outcome in self.choice.outcomes]

    @property
    def columns(self) -> list[str]:
        """The columns of series that these are of."""
        return list(dict.fromkeys(outcome.column for outcome in self.choice.outcomes))

    @cached_property
    def others(self) -> list[str]:
        """Outcomes that have none."""
        return [name for name in self.measured if name not in self.columns]

    @cached_property
    def factors(self) -> list[str]:
        """What differs between the runs that count."""
        return [name for name in self.study.factors if self.done[name].nunique() > 1]

    @cached_property
    def arm(self) -> str | None:
        """The column of arms, if there are several."""
        return "arm" if self.done["arm"].nunique() > 1 else None

    @cached_property
    def levelled(self) -> list[str]:
        """Arms and factors with few levels, by which lines can be drawn."""
        return [*filter(None, [self.arm]), *(name for name in self.factors if not is_continuous(self.done[name]))]

    @cached_property
    def units(self) -> dict[str, str]:
        """Units of factors."""
        return {path: unit for path in self.study.factors if (unit := unit_of(self.scenario, path))}

    @cached_property
    def steps_per_year(self) -> int | None:
        """Steps in a year, where runs last more than one and all years are as long."""
        run, path = self.scenario.run, "run.steps_per_year"
        arms = self.study.sweep.arms.values() if self.study.arms else ()
        lengths = {int(arm.values.get(path, arm.scenario.run.steps_per_year)) for arm in arms}
        is_same = path not in self.study.factors and lengths <= {run.steps_per_year}
        return run.steps_per_year if is_same and run.steps >= 2 * run.steps_per_year > 2 else None

    @cached_property
    def series(self) -> pd.DataFrame:
        """The outcomes shown of the runs that count, at no more steps than can be seen; read part by part."""
        last = int(self.done["steps_done"].max())
        n_cells = max(1, len(self.done) * len(self.columns))
        n_steps = min(max(MOST_CELLS // n_cells, FEWEST_STEPS), MOST_STEPS)
        every = self.scenario.record.every
        stride = max(1, -(-last // (n_steps * every))) * every
        wanted = pd.Index(self.done["run_id"].unique())
        parts = []
        for part in self.study.series_parts(self.columns):
            is_kept = (part["step"] % stride == 0) | (part["step"] == last)
            kept = part[is_kept & part["run_id"].isin(wanted)]
            numbers = kept.drop(columns=["run_id"]).astype({name: "f4" for name in self.columns if name in kept})
            parts.append(numbers.assign(run_id=pd.Categorical(kept["run_id"], categories=wanted)))
        empty = pd.DataFrame(columns=["run_id", "step", *self.columns])
        return pd.concat(parts, ignore_index=True) if parts else empty


def levels_words(factor: Factor, taken: pd.Series[Any]) -> str:
    """The values of a factor: all of a few, the range of many, or its distribution."""
    said, values = factor.model_dump(), levels_of(taken)
    if "sd" in said:
        low, high = (said[key] if said[key] is not None else "unbounded" for key in ("low", "high"))
        return f"normal, mean {shown(said['mean'])}, sd {shown(said['sd'])}, from {shown(low)} to {shown(high)}"
    if len(values) > MOST_LEVELS:
        bounds = (said.get("low", values[0]), said.get("high", values[-1]))
        scale = ", on a logarithmic scale" if said.get("scale") == "log" else ""
        return f"{len(values):,} from {shown(bounds[0])} to {shown(bounds[1])}{scale}"
    return ", ".join(map(shown, values))


def _n_in_force(scenario: Scenario) -> int:
    """Number of tables that are not switched off."""
    return sum(table.enabled for family in FAMILIES for table in getattr(scenario, family).values())
