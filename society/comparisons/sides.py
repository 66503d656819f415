"""Sides: the runs on either side of a comparison, chosen from studies of any kind by arm and level of a factor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from society.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from society.scenario import Scenario


class Source(Protocol):
    """What a study has to have to stand on one side; `Study` has it."""

    @property
    def folder(self) -> Path:
        """Where it is."""

    @property
    def manifest(self) -> pd.Series[Any]:
        """What is known of it."""

    @property
    def runs(self) -> pd.DataFrame:
        """One row a planned run: what identifies it, how it ended, outcomes."""

    @property
    def factors(self) -> list[str]:
        """Columns of `runs` that the design varies."""

    @property
    def arms(self) -> list[str]:
        """Names of the arms."""

    @property
    def outcomes(self) -> list[str]:
        """Columns of `runs` that are measures."""

    def read_series(self, columns: Sequence[str] | None = None, run_ids: Collection[str] | None = None) -> pd.DataFrame:
        """Part of the series."""

    def scenario(self, run_id: str | None = None) -> Scenario:
        """The scenario of a run."""


@dataclass(frozen=True)
class Side:
    """The runs of one side.

    Attributes
    ----------
    label
        What tells it from the other, in a word or two.
    study
        Where its runs are.
    runs
        Those chosen, done or not.
    factors
        Factors that tell its design points apart: all but the one that was chosen by.
    """

    label: str
    study: Source
    runs: pd.DataFrame
    factors: tuple[str, ...]

    @cached_property
    def done(self) -> pd.DataFrame:
        """The runs that can be compared."""
        return self.runs[self.runs["status"] == "done"]

    @cached_property
    def outcomes(self) -> list[str]:
        """Measures of which a run that is done has a value."""
        done = self.done
        return [name for name in self.study.outcomes if done[name].notna().any()]

    def left_out(self) -> str:
        """How many runs are not done, in words; nothing if none."""
        counts = self.runs["status"].value_counts()
        kinds = [f"{counts[status]} {status}" for status in sorted(counts.index) if status != "done"]
        said = f"{self.label}: {len(self.runs) - len(self.done)} of {len(self.runs)} runs are left out"
        return f"{said}: {', '.join(kinds)}" if kinds else ""


def choose(studies: tuple[Source, Source], arms: Sequence[str], factor: Sequence[Any]) -> tuple[Side, Side]:
    """The two sides, by arms (a name for each side), by a factor (its path, a level for each side), or by study."""
    one = studies[0] is studies[1]
    if one and not arms and not factor:
        arms = _only_two_arms(studies[0])
    if len(arms) not in (0, 2):
        raise InputError(f"arms = {[*arms]}: must be two names, one for each side")
    if len(factor) not in (0, 3):
        raise InputError(f"factor = {[*factor]}: must be a path and two levels, one for each side")
    labels = _labels(studies, arms, factor)
    first, second = (_side(studies[i], labels[i], arms[i : i + 1], factor, i + 1) for i in range(2))
    if one and set(first.runs.index) == set(second.runs.index):
        raise InputError(f"{studies[0].folder}: both sides are the same runs; choose two arms or two levels")
    if not arms and bool(first.study.arms) != bool(second.study.arms):
        armed = first if first.study.arms else second
        said = f"has arms, {', '.join(armed.study.arms)}, and the other study has none"
        raise InputError(f"{armed.study.folder}: {said}; compare what is in one study, by arms or by a factor")
    return first, second


def _side(study: Source, label: str, arm: Sequence[str], factor: Sequence[Any], place: int) -> Side:
    runs, factors = study.runs, list(study.factors)
    for name in arm:
        if name not in (study.arms or [""]):
            raise InputError(f"{study.folder}: no arm {name!r}; {did_you_mean(str(name), study.arms)}")
        runs = runs[runs["arm"] == name].assign(arm="")
    if factor:
        path, level = factor[0], factor[place]
        if path not in factors:
            raise InputError(f"{study.folder}: no factor {path!r}; {did_you_mean(str(path), factors)}")
        levels = runs[path].map(canonical)
        chosen = levels.isin([canonical(level)])
        if isinstance(level, str) and not chosen.any():
            chosen = levels.isin([_written(level)])
        if not chosen.any():
            raise InputError(f"{study.folder}: {path} = {level!r}: no run has it; {_levels(study.runs[path])}")
        runs = runs[chosen]
        factors.remove(path)
    return Side(label, study, runs, tuple(factors))


def canonical(value: Any) -> Any:
    """A level such that equal ones are equal, whatever types their columns have."""
    if isinstance(value, str | bool) or value is None:
        return value
    return float(value) if value == value else None


def _written(text: str) -> Any:
    """The number or truth value that a text stands for, such as the level in a command."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


def _only_two_arms(study: Source) -> Sequence[str]:
    if len(study.arms) == 2:
        return study.arms
    arms = f"its arms are {', '.join(study.arms)}" if study.arms else "it has no arms"
    factors = f"its factors {', '.join(study.factors)}" if study.factors else "no factors"
    raise InputError(
        f"{study.folder}: what is to be compared? name a second study, two arms (--arms A B; {arms}), "
        f"or two levels of a factor (--factor PATH A B; {factors})"
    )


def _labels(studies: tuple[Source, Source], arms: Sequence[str], factor: Sequence[Any]) -> tuple[str, str]:
    """What tells the sides apart, and no more."""
    parts: list[tuple[str, str]] = []
    if studies[0].folder != studies[1].folder:
        names = studies[0].folder.name, studies[1].folder.name
        parts.append(names if names[0] != names[1] else (str(studies[0].folder), str(studies[1].folder)))
    if arms and arms[0] != arms[1]:
        parts.append((arms[0], arms[1]))
    if factor and factor[1] != factor[2]:
        path = ".".join(str(factor[0]).split(".")[-2:])
        parts.append((f"{path} = {factor[1]}", f"{path} = {factor[2]}"))
    first, second = zip(*parts, strict=True) if parts else (("a",), ("b",))
    return ", ".join(first), ", ".join(second)


def _levels(column: pd.Series) -> str:
    levels = column.unique()
    if len(levels) > 16 and pd.api.types.is_numeric_dtype(column):
        return f"it goes from {column.min():g} to {column.max():g}, in {len(levels)} values"
    return f"its levels are {', '.join(str(level) for level in sorted(levels, key=str)[:16])}"
