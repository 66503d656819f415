"""What can be wrong with a sweep as a whole, and with its points, before any society is built."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from society.errors import InputError
from society.sweeps.constraints import known_values, read_constraint
from society.sweeps.designs import MAX_RUNS
from society.sweeps.factors import Factor, Normal, Range
from society.sweeps.seeds import MAX_SEED

if TYPE_CHECKING:
    from society.scenario import Scenario
    from society.sweeps.arms import Arm
    from society.sweeps.sweep import Point, Sweep

SHOWN_PROBLEMS = 20
"""Problems of points that a message shows at most."""


def sweep_problems(sweep: Sweep, *, is_whole: bool, unread: Collection[str]) -> list[str]:
    """What is wrong between tables that are each right in themselves.

    Parameters
    ----------
    sweep
        What could be read.
    is_whole
        Whether that is all of it.
    unread
        Factors that it lacks, since they could not be read.
    """
    constraints = _constraint_problems(sweep.design.constraints, sweep.arms, sweep.factors, unread)
    found = [*_overlaps(sweep), *_wholeness_problems(sweep), *constraints, *_seed_problems(sweep)]
    if is_whole:
        found = [*sweep.design.check(sweep.factors), *found]
    return _size_problems(sweep) if is_whole and not found else found


def problems_beside(
    constraints: Any, arms: Mapping[str, Arm], factors: Mapping[str, Factor], unread: Collection[str]
) -> Iterator[str]:
    """What else is wrong with a sweep that cannot be: its constraints, values of arms, first and last ones of factors.

    Parameters
    ----------
    constraints
        What the file has for them.
    arms, factors
        Those that could be read.
    unread
        Factors that could not.
    """
    yield from _constraint_problems(constraints, arms, factors, unread)
    for arm in arms.values():
        for u in (0.0, 1.0):
            bounded = {path: factor for path, factor in factors.items() if not isinstance(factor, Normal)}
            values = {path: factor.value(factor.quantile(np.array([u]))[0]) for path, factor in bounded.items()}
            values |= {path: factor.mean for path, factor in factors.items() if isinstance(factor, Normal)}
            for problem in _refused(arm.scenario, {**arm.values, **values}, factors):
                if problem.startswith((*arm.values, *values)):  # others may come of what cannot be together
                    yield problem


def _overlaps(sweep: Sweep) -> list[str]:
    """Paths that are set twice, or one within another; only an arm may set what `[set]` sets too."""
    found = {}
    for name, arm in sweep.arms.items():
        own = sweep.raw["arm"][name].get("set", {}) if name else {}
        places = [(path, f'factors."{path}"') for path in sweep.factors]
        places += [(path, f'arm.{name}.set."{path}"' if path in own else f'set."{path}"') for path in arm.values]
        for (path, at), (other, other_at) in combinations(places, 2):
            if path == other:
                found[f"{at}: {other_at} sets the same"] = True
            elif f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}."):
                found[f"{at}: {other_at} sets {'part of it' if other.startswith(path) else 'all of its table'}"] = True
    return [*found]


def _constraint_problems(
    texts: Any, arms: Mapping[str, Arm], factors: Mapping[str, Factor], unread: Collection[str]
) -> Iterator[str]:
    """What is wrong with constraints, but for those on factors that could not be read."""
    known = [known_values(arm, factors) for arm in arms.values()] if texts else []
    for number, text in enumerate(texts if isinstance(texts, list | tuple) else ()):
        if not isinstance(text, str) or any(path in text for path in unread):
            continue
        try:
            for values in known:
                read_constraint(text, factors, values)
        except InputError as error:
            yield f"sweep.constraints[{number}] = {error}"


def _wholeness_problems(sweep: Sweep) -> Iterator[str]:
    if sweep.design.constraints and not sweep.design.takes_constraints:
        yield (
            f"sweep.constraints: a {sweep.kind} design needs all of its points; write factors so that none is excluded"
        )


def _seed_problems(sweep: Sweep) -> Iterator[str]:
    roots = [sweep.seed, *(arm.scenario.run.seed for arm in sweep.arms.values() if sweep.pairing == "own")]
    if sweep.pairing != "independent" and max(roots) + sweep.replicates - 1 > MAX_SEED:
        yield f"sweep.replicates = {sweep.replicates}: seeds from {max(roots)} on go beyond {MAX_SEED}"


def _size_problems(sweep: Sweep) -> list[str]:
    n_rows = sweep.design.size(sweep.factors)
    if n_rows > MAX_RUNS:
        return [f"sweep: a design of {n_rows:,} points; at most {MAX_RUNS:,} are possible"]
    try:
        n_runs = sweep.n_runs
    except InputError as error:
        return [*error.problems]
    if n_runs > MAX_RUNS:
        return [f"sweep: {n_runs:,} runs; at most {MAX_RUNS:,} are possible"]
    if n_rows and not n_runs:
        return [f"sweep.constraints: the design is empty, since they exclude all {n_rows:,} points"]
    return [] if n_runs else ["sweep: the design is empty; it has no points"]


@dataclass
class _Problem:
    """A problem that points have, as the first of them has it."""

    text: str
    first: Point
    n_points: int = 0


def check_points(sweep: Sweep, progress: Callable[[int], None] | None) -> None:
    """Check the scenario of every point; see `Sweep.check`."""
    found: dict[str, _Problem] = {}
    points = sweep.points()
    for number, point in enumerate(points):
        for text in _refused(sweep.arms[point.arm].scenario, point.values, sweep.factors):
            found.setdefault(_sort(text), _Problem(text, point)).n_points += 1
        if progress:
            progress(number + 1)
    if not found:
        return
    told = [_told(problem, n_points=len(points)) for problem in found.values()]
    if len(told) > SHOWN_PROBLEMS:
        told = [*told[: SHOWN_PROBLEMS - 1], f"and {len(told) - SHOWN_PROBLEMS + 1} problems more"]
    raise InputError(*told).within(sweep.source)


def _refused(scenario: Scenario, values: Mapping[str, Any], factors: Mapping[str, Factor]) -> Iterator[str]:
    """What a scenario finds wrong with values."""
    try:
        scenario.replace(values)
    except InputError as error:
        for problem in error.problems:
            text = problem.removeprefix(f"{scenario.source}: ")
            factor = factors.get(text.split(" = ")[0])
            wants_whole = isinstance(factor, Range) and text.endswith("must be a whole number")
            yield f"{text}; say whole = true in the factor" if wants_whole else text


def _sort(text: str) -> str:
    """A problem without the value that has it."""
    return re.sub(r" = .*?: ", ": ", text, count=1)


def _told(problem: _Problem, *, n_points: int) -> str:
    point = problem.first
    if problem.n_points == n_points:
        return f"{problem.text} ({'in all points' if n_points > 1 else 'in the only point'})"
    labels = "".join(f", {path} = {label!r}" for path, label in point.labels.items())
    arm = f" of arm {point.arm!r}" if point.arm else ""
    return f"{problem.text} (in {problem.n_points:,} of {n_points:,} points, first row {point.row}{arm}{labels})"
