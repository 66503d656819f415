"""Which outcomes a report draws if none are named, and the words that say how they were chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from society.outcomes import Outcome, select

if TYPE_CHECKING:
    from society.reports.subject import Subject

MOST_OUTCOMES = 6
"""Outcomes that have figures if none are named."""
ROUNDING = 1e-6
"""Differences, beside the largest number of their measure, that say nothing."""
OTHERS = "--outcome NAME chooses others, such as known.cooperative, peak(capture.feed) or mean(known, 100:)."


@dataclass(frozen=True)
class Choice:
    """Outcomes and how they were chosen, in words."""

    outcomes: list[Outcome]
    words: str


def default_choice(subject: Subject) -> Choice:
    """The measures that the scenario names; else what differs most between points of the design beside noise."""
    columns = subject.measured
    if named := subject.scenario.record.measures:
        found = [name for measure in named for name in columns if measure_of(name) == measure]
        return Choice(_outcomes(found), f"Outcomes are the measures that the scenario records. {OTHERS}")
    if not subject.study.is_sweep:
        return Choice(_outcomes(_of_interest(columns)), f"Outcomes are those of general interest. {OTHERS}")
    varying = [name for name in columns if _varies(subject, name)]
    keys = [name for name in ("row", "arm") if subject.done[name].nunique() > 1]
    shares = {name: between_points(subject.done[name], subject.done[keys]) for name in varying} if keys else {}
    strong = {name: share for name, share in shares.items() if share > 0}
    if not strong:
        found = _one_each(_of_interest(varying))
        why = "noise cannot be told from effects, with one replicate a point" if keys else "there is one design point"
        why = "none differs between design points by more than noise" if shares and _is_replicated(subject) else why
        return Choice(
            _outcomes(found), f"Outcomes are those of general interest that differ between runs: {why}. {OTHERS}"
        )
    place = {name: number for number, name in enumerate(_of_interest(strong))}
    ranked = sorted(place, key=lambda name: (-round(strong[name], 1), place[name]))
    found = _one_each(ranked)
    shown = ", ".join(f"{name} {strong[name]:.0%}" for name in found)
    words = (
        "Outcomes are those of general interest of whose variance most lies between design points and arms, and least "
        f"between replicates of a point (intraclass correlation: {shown}), of each measure the first before the second "
        "of any. "
    )
    return Choice(_outcomes(found), words + OTHERS)


def between_points(values: pd.Series[Any], points: pd.DataFrame) -> float:
    """Share of the variance of runs that lies between points: the intraclass correlation ICC(1); nan if not known.

    (MSB − MSW) / (MSB + (n₀ − 1) MSW), MSB and MSW the mean squares between and within points, n₀ their number of
    replicates, where that differs the mean that analysis of variance takes. Below 0 if points differ less than noise
    alone would make them.

    References
    ----------
    Shrout, P. E., Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater reliability. Psychological
    Bulletin 86: 420–428.
    """
    known = values.notna()
    values, groups = values[known], [column[known] for _, column in points.items()]
    means = values.groupby(groups).transform("mean")
    sizes = values.groupby(groups).size()
    n, n_points = len(values), len(sizes)
    if n_points < 2 or n == n_points:
        return np.nan
    between = float(((means - values.mean()) ** 2).sum()) / (n_points - 1)
    within = float(((values - means) ** 2).sum()) / (n - n_points)
    n_each = (n - float((sizes**2).sum()) / n) / (n_points - 1)
    total = between + (n_each - 1) * within
    return (between - within) / total if total > 0 else np.nan


def measure_of(name: str) -> str:
    """The measure of a column."""
    return name.split(".")[0]


def _outcomes(names: Iterable[str]) -> list[Outcome]:
    known = [*names]
    return select(known, known, source="")


def _one_each(names: Iterable[str]) -> list[str]:
    """So many as are drawn: in their order the first of each measure, then the second, and so on."""
    of_measure: dict[str, list[str]] = {}
    for name in names:
        of_measure.setdefault(measure_of(name), []).append(name)
    return [*filter(None, chain.from_iterable(zip_longest(*of_measure.values())))][:MOST_OUTCOMES]


def _of_interest(names: Iterable[str]) -> list[str]:
    """Columns of measures of general interest in the order of these, then of the user's own; all if there are none."""
    from society.console import HEADLINES

    names = [*names]
    place = {measure: number for number, measure in enumerate(HEADLINES)}
    found = [name for name in names if measure_of(name) in place or not _is_ours(measure_of(name))]
    return sorted(found, key=lambda name: place.get(measure_of(name), len(place))) or names


def _is_ours(measure: str) -> bool:
    """Whether a measure comes with the package."""
    from society.measures import MEASURES

    return measure in MEASURES and MEASURES[measure].function.__module__.startswith("society.")


def _is_replicated(subject: Subject) -> bool:
    return bool(subject.done["replicate"].nunique() > 1)


def _varies(subject: Subject, name: str) -> bool:
    same = [each for each in subject.measured if measure_of(each) == measure_of(name)]
    return len(subject.done) == 1 or differs(subject.done[name], beside=subject.done[same])


def differs(values: pd.Series[Any], *, beside: pd.DataFrame) -> bool:
    """Whether an outcome differs between runs by more than rounding, `beside` being all columns of its measure."""
    return bool(values.max() - values.min() > ROUNDING * float(beside.abs().max().max()))
