"""When: the dates of an event, and where in a step they fall."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Annotated

from pydantic import Field

from society.tables import Listed, Table, parameter

SNAP = 1e-6
"""Part of a step by which a date may miss the beginning of one and still stand there: decimals are not exact."""
LATEST = 1e6
"""Years beyond which nothing is dated."""

Date = Annotated[float, Field(ge=0, le=LATEST)]


@dataclass(frozen=True)
class Course:
    """Dates at equal distances, in years: `first` + k · `every` for k below `n_dates`, which may be infinite."""

    first: float
    every: float
    n_dates: float

    def date(self, number: int) -> float:
        """The date of a number."""
        return self.first + number * self.every

    def due(self, step: int, steps_per_year: int) -> Iterator[tuple[int, float]]:
        """Number, and part of the step from 0 to 1, of each date that falls into a step."""
        number = max(0, math.floor((step / steps_per_year - self.first) / self.every) - 1)
        while number < self.n_dates:
            part = place(self.date(number), steps_per_year) - step
            if part >= 1:
                return
            if part >= 0:
                yield number, part
            number += 1


class When(Table):
    """When something happens: once, at several dates, in a course of them, or by a clock of each person."""

    at: float | None = parameter(
        None, "Date at which it happens, or from which on, since the start.", ge=0, le=LATEST, unit="years"
    )
    times: Listed[tuple[Date, ...]] = parameter((), "Dates at which it happens.", unit="years")
    every: float | None = parameter(None, "Distance between the dates of a course.", ge=1e-4, le=LATEST, unit="years")
    rate: float | None = parameter(
        None, "Rate at which it happens to each person.", symbol="λ", ge=0, le=1e4, unit="per year"
    )
    count: int | None = parameter(None, "How many dates a course has.", ge=1, le=10**9)
    until: float | None = parameter(
        None, "Date from which on a course or a rate is over.", gt=0, le=LATEST, unit="years"
    )

    def dates(self, years: float) -> tuple[float, ...]:
        """Its dates in the first so many years, rising; none if it happens at a rate."""
        course = self.course
        if course is None:
            return tuple(date for date in sorted(self.times) if date < years)
        numbers = takewhile(lambda number: number < course.n_dates, count())
        return tuple(takewhile(lambda date: date < years, map(course.date, numbers)))

    @property
    def course(self) -> Course | None:
        """Its dates if they are at equal distances: those of `every`, or a single one."""
        first = self.at or 0.0
        if self.every is None:
            return Course(first, LATEST, 1) if self.at is not None and self.rate is None else None
        if self.until is not None:
            return Course(first, self.every, math.ceil((self.until - first) / self.every - SNAP))
        return Course(first, self.every, math.inf if self.count is None else self.count)

    def due(self, step: int, steps_per_year: int) -> list[tuple[int, float]]:
        """Number, and part of the step from 0 to 1, of each of its dates in a step."""
        if self.course:
            return [*self.course.due(step, steps_per_year)]
        parts = enumerate(place(date, steps_per_year) - step for date in sorted(self.times))
        return [(number, part) for number, part in parts if 0 <= part < 1]

    def when_problems(self) -> Iterator[str]:
        """What is wrong with the dates."""
        given = [name for name in ("times", "every", "rate") if getattr(self, name) not in (None, ())]
        if not given and self.at is None:
            yield ": does not say when; give at, times, every or rate"
        for name in given[1:]:
            yield f"{name}: stands beside {given[0]}; an event has one of times, every and rate"
        if self.times and self.at is not None:
            yield "at: stands beside times; put the date among them"
        if self.count is not None and self.every is None:
            yield f"count = {self.count}: only goes with every"
        if self.until is not None and self.every is None and self.rate is None:
            yield f"until = {self.until}: only goes with every or rate"
        if self.until is not None and self.count is not None:
            yield "until: stands beside count; a course ends by one of them"
        if self.until is not None and self.until <= (self.at or 0.0):
            yield f"until = {self.until}: must be after at = {self.at}"


def place(date: float, steps_per_year: int) -> float:
    """Where a date stands, in steps since the start."""
    position = date * steps_per_year
    nearest = math.floor(position + 0.5)
    return float(nearest) if abs(position - nearest) < SNAP else position
