"""Making a comparison: from folders, arms and levels to two sides with their runs matched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from society.comparisons.comparison import Comparison
from society.comparisons.matching import match
from society.comparisons.sides import choose
from society.comparisons.twins import twin_sides
from society.errors import InputError
from society.folder import TWIN, read_manifest
from society.results import Study
from society.twin_study import TwinStudy

type Folder = str | Path | Study | TwinStudy


def compare(
    a: Folder,
    b: Folder | None = None,
    *,
    arms: Sequence[str] = (),
    factor: Sequence[Any] = (),
    outcomes: Sequence[str] = (),
    step: int | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compare two studies, two arms or two levels of a factor, in pairs of runs that share their random numbers.

    Parameters
    ----------
    a
        A study or its folder. Pairs of `society.twin` are compared as they are with their twins.
    b
        Another one; the same if not given.
    arms
        The arms of both sides; not needed if there are two in all.
    factor
        A factor by its path and its level on both sides: ``("platform.feed.power", 0.0, 0.5)``.
    outcomes
        Measures, such as ``capture.feed``, or what is taken of their series, such as ``peak(capture.feed)``
        (`society.outcomes`); all measures that both sides have if empty.
    step
        A recorded step; the last of each run by default.
    level
        That of the intervals.

    Returns
    -------
    Comparison
        Data frames `differences`, `changes`, `by_point(outcome)` and `over_time(outcome)`, and `notes`; `write` keeps
        them in a folder. Differences are a − b.

    Raises
    ------
    InputError
        If there is no such study, arm, level, step or outcome, or no run is at the same design point on both sides.
    """
    if not 0 < level < 1:
        raise InputError(f"level = {level}: must be between 0 and 1, such as 0.95")
    first = _opened(a)
    second = first if b is None else _opened(b)
    second = first if second.folder.resolve() == first.folder.resolve() else second
    if isinstance(first, TwinStudy) or isinstance(second, TwinStudy):
        if not isinstance(first, TwinStudy) or b is not None or arms or factor:
            folder = first.folder if isinstance(first, TwinStudy) else second.folder
            raise InputError(
                f"{folder}: holds pairs of a society and its twin; compare it alone: society compare {folder}"
            )
        sides = twin_sides(first)
    else:
        sides = choose((first, second), arms, factor)
    comparison = Comparison(*sides, match(*sides), step, level, tuple(outcomes))
    if not comparison.outcomes:
        raise InputError(f"{first.folder}: no measure is on both sides")
    comparison.values  # noqa: B018 - so that a step that was not recorded is said now
    return comparison


def _opened(study: Folder) -> Study | TwinStudy:
    if isinstance(study, Study | TwinStudy):
        return study
    folder = Path(study)
    return TwinStudy.load(folder) if read_manifest(folder).get("kind") == TWIN else Study.load(folder)
