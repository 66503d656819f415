"""Factors: what a sweep varies, each at one path of the scenario, and which values it takes.

A label is what stands for a value in the design table: the value itself, or the name of a whole table.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from pydantic import ValidationError

from society.errors import InputError, did_you_mean
from society.files import DATA_SECTIONS
from society.tables import Listed, Table, parameter, problems

type Label = bool | int | float | str

LIMIT = 1e100
"""Size of a bound at most, so that differences and ratios are finite."""
MAX_LEVELS = 10**6
"""Levels of a factor at most."""
DIGITS = 12
"""Significant digits of the steps of a range, so that they are the numbers one would write."""


class Factor(Table):
    """What one path of the scenario is set to over a sweep."""

    @property
    def sort(self) -> str:
        """What its labels are: number, string or boolean."""
        return "number"

    @abstractmethod
    def levels(self) -> tuple[Label, ...]:
        """Labels in a grid, in order.

        Raises
        ------
        InputError
            If this factor has no levels to enumerate.
        """

    @abstractmethod
    def quantile(self, u: np.ndarray) -> list[Label]:
        """Labels at points u of the unit interval, such that uniform u have the distribution of the factor."""

    def value(self, label: Label) -> Any:
        """What the path is set to for a label."""
        return label

    def check(self) -> list[str]:
        """Problems between the fields, each starting with a field or with a colon."""
        return []


class _Discrete(Factor):
    """A factor with equally likely levels."""

    @property
    def sort(self) -> str:
        """What its levels are."""
        return sort_of(self.levels()[0])

    def quantile(self, u: np.ndarray) -> list[Label]:
        """(n,) labels, each level on an equal share of the unit interval."""
        levels = self.levels()
        places = np.minimum((np.asarray(u) * len(levels)).astype(int), len(levels) - 1)
        return [levels[place] for place in places]


class Levels(_Discrete):
    """A list of values."""

    values: Listed[tuple[Label, ...]] = parameter(..., "The values, in order.", min_length=1)

    def levels(self) -> tuple[Label, ...]:
        """The values themselves."""
        return self.values


class Options(_Discrete):
    """Values, whole tables or lists, chosen by label."""

    options: dict[str, Any] = parameter(..., "What the path is set to, by label.", min_length=1)

    def levels(self) -> tuple[Label, ...]:
        """The labels."""
        return tuple(self.options)

    def value(self, label: Label) -> Any:
        """The table, list or value of a label.

        Raises
        ------
        InputError
            If there is no such label.
        """
        if label not in self.options:
            raise InputError(f"no option {label!r}; {did_you_mean(str(label), self.options)}")
        return self.options[str(label)]


class Range(Factor):
    """Numbers between two bounds, uniformly or on a logarithmic scale."""

    low: int | float = parameter(..., "Lowest value.", ge=-LIMIT, le=LIMIT)
    high: int | float = parameter(..., "Highest value.", ge=-LIMIT, le=LIMIT)
    steps: int | None = parameter(
        None, "Number of levels in grid and zip designs, bounds included.", ge=2, le=MAX_LEVELS
    )
    scale: Literal["linear", "log"] = parameter("linear", "Whether equal distances or equal ratios are equally likely.")
    whole: bool = parameter(False, "Whether only whole numbers are taken, bounds included.")

    def check(self) -> list[str]:
        """Bounds must be in order, positive on a logarithmic scale, whole if their values are."""
        found = []
        if self.low >= self.high:
            found.append(f"low = {self.low}: must be below high = {self.high}")
        if self.scale == "log" and self.low < 1 / LIMIT:
            found.append(f"low = {self.low}: must be at least {1 / LIMIT} on a logarithmic scale")
        if self.whole:
            bounds = (("low", self.low), ("high", self.high))
            found += [f"{key} = {value}: must be a whole number" for key, value in bounds if value != int(value)]
        if self.whole and not found and self.steps and len({*self.levels()}) < self.steps:
            found.append(f"steps = {self.steps}: gives whole numbers twice")
        return found

    def levels(self) -> tuple[Label, ...]:
        """`steps` numbers from bound to bound; all whole ones if `whole` and without steps."""
        if self.steps is None:
            if self.whole and self.high - self.low < MAX_LEVELS:
                return tuple(range(int(self.low), int(self.high) + 1))
            raise InputError(".steps: is required in this design")
        space = np.geomspace if self.scale == "log" else np.linspace
        numbers = space(self.low, self.high, self.steps)
        numbers[0], numbers[-1] = self.low, self.high
        return tuple(round(x) if self.whole else float(f"{x:.{DIGITS}g}") for x in numbers.tolist())

    def quantile(self, u: np.ndarray) -> list[Label]:
        """(n,) numbers; whole ones have equal shares of the unit interval, or of the logarithmic scale."""
        low, high = float(self.low), float(self.high) + self.whole
        u = np.asarray(u)
        numbers = low * (high / low) ** u if self.scale == "log" else low + u * (high - low)
        numbers = np.clip(np.floor(numbers) if self.whole else numbers, self.low, self.high)
        return [int(x) for x in numbers] if self.whole else numbers.tolist()


class Normal(Factor):
    """Numbers from a normal distribution, truncated by bounds if there are any."""

    mean: float = parameter(..., "Mean before truncation.", ge=-LIMIT, le=LIMIT)
    sd: float = parameter(..., "Standard deviation before truncation.", gt=0, le=LIMIT)
    low: float | None = parameter(None, "Lowest value; unbounded if not given.")
    high: float | None = parameter(None, "Highest value; unbounded if not given.")

    def check(self) -> list[str]:
        """Bounds must be in order."""
        if self.low is not None and self.high is not None and self.low >= self.high:
            return [f"low = {self.low}: must be below high = {self.high}"]
        return []

    def levels(self) -> tuple[Label, ...]:
        """None: a normal distribution is drawn from, not enumerated."""
        raise InputError(": a normal distribution has no levels; give a list of them or a range with steps")

    def quantile(self, u: np.ndarray) -> list[Label]:
        """(n,) quantiles of the truncated normal distribution, those of an unbounded tail kept finite."""
        from scipy.stats import truncnorm

        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        bounds = ((low - self.mean) / self.sd, (high - self.mean) / self.sd)
        inside = np.clip(u, 2.0**-53, 1 - 2.0**-53)
        numbers = truncnorm.ppf(inside, *bounds, loc=self.mean, scale=self.sd)
        return np.clip(numbers, low, high).tolist()  # type: ignore[no-any-return]


FORM_KEYS = {"low", "high", "mean", "sd", "options"}
"""Keys by which the table of a factor is known."""


def read_factor(path: str, raw: Any, *, folder: Path) -> Factor:
    """The factor that a sweep file gives for a path; paths to data start from `folder`.

    Raises
    ------
    InputError
        With every problem, each starting with the place in the file.
    """
    at = f'factors."{path}"'
    if isinstance(raw, list):
        return read_levels(at, path, raw, folder=folder)
    if not isinstance(raw, dict):
        raise InputError(
            f"{at} = {raw!r}: must be a list of levels or a table such as {{ low = 0, high = 1 }}; one value for all "
            "runs belongs in [set]"
        )
    form = Options if "options" in raw else Normal if {"mean", "sd"} & {*raw} else Range
    try:
        factor: Factor = form.model_validate(raw)
    except ValidationError as error:
        raise InputError(*problems(error, table=form, raw=raw, at=at)) from None
    if found := factor.check():
        raise InputError(*(f"{at}.{problem}" for problem in found))
    if isinstance(factor, Options):
        return Options(options={label: placed(path, value, folder) for label, value in factor.options.items()})
    return factor


def read_levels(at: str, path: str, values: list[Any], *, folder: Path) -> Factor:
    """The factor of a list of values; names of data files are options, whose labels are the names as written."""
    found = [f"{at}[{n}] = {value!r}: {words}" for n, value in enumerate(values) if (words := not_a_level(value))]
    if not values:
        found = [f"{at} = []: must have at least one level"]
    if found:
        raise InputError(*found)
    if len({sort_of(value) for value in values}) > 1:
        raise InputError(f"{at}: levels must be all numbers, all strings or all true and false")
    if len({*values}) < len(values):
        twice = next(value for n, value in enumerate(values) if value in values[:n])
        raise InputError(f"{at}: {twice!r} stands twice")
    if any(placed(path, value, folder) != value for value in values):
        return Options(options={str(value): placed(path, value, folder) for value in values})
    return Levels(values=tuple(values))


def sort_of(value: Label) -> str:
    """What a column of the design table that holds this value holds."""
    return "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"


def not_a_level(value: Any) -> str:
    """Why a value cannot stand in a design table; nothing if it can."""
    if isinstance(value, dict | list):
        return "a list or table needs a label: { options = { label = … } }"
    if not isinstance(value, get_args(Label.__value__)):
        return "must be a number, a string, true or false"
    if isinstance(value, float) and not math.isfinite(value):
        return "must be a finite number, not nan or infinity"
    return ""


def placed(path: str, value: Any, folder: Path) -> Any:
    """A value whose path to data, if it is or holds one, is absolute rather than relative to a folder."""
    for section in DATA_SECTIONS:
        if path == f"{section}.path" and isinstance(value, str):
            return str((folder / value).resolve())
        if path == section and isinstance(value, Mapping) and isinstance(value.get("path"), str):
            return {**value, "path": str((folder / value["path"]).resolve())}
    return value
