"""Layout: what an analysis has to know of a sweep's design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from society.results import Study
from society.sweeps.factors import Label, Range

ENUMERATED = frozenset({"grid", "zip", "list", "csv"})
SAMPLED = frozenset({"lhs", "random"})
TOGETHER = " & "


@dataclass(frozen=True)
class Layout:
    """A kind of design and its factors.

    Attributes
    ----------
    kind
        grid, zip, list, csv, lhs, random, sobol or morris.
    labels
        Labels in the order of the file, by factor whose values are neither numbers nor true and false.
    logarithmic
        Factors on a logarithmic scale.
    second_order
        Whether a sobol design has what second-order indices need.
    n_levels
        Levels of a morris design.
    """

    kind: str
    labels: Mapping[str, tuple[Label, ...]] = field(default_factory=dict)
    logarithmic: frozenset[str] = frozenset()
    second_order: bool = False
    n_levels: int = 4

    @classmethod
    def of(cls, study: Study) -> Layout:
        """That of a sweep's study."""
        sweep = study.sweep
        settings = sweep.design.model_dump()
        design = study.design
        labels = {name: factor.levels() for name, factor in sweep.factors.items() if not is_numeric_dtype(design[name])}
        logarithmic = [
            name for name, factor in sweep.factors.items() if isinstance(factor, Range) and factor.scale == "log"
        ]
        return cls(
            sweep.kind, labels, frozenset(logarithmic), bool(settings.get("second_order", False)),
            int(settings.get("levels", 4)),
        )  # fmt: skip

    def codes(self, factors: pd.DataFrame) -> pd.DataFrame:
        """Factors as numbers: true as 1, logarithms on a logarithmic scale, labels as their place in the file."""
        return pd.DataFrame({name: self._coded(factors[name]) for name in factors}, index=factors.index)

    def _coded(self, column: pd.Series) -> pd.Series:
        name = str(column.name)
        if name in self.labels:
            return column.map({label: float(place) for place, label in enumerate(self.labels[name])})
        numbers = column.astype("f8")
        return numbers.map(np.log) if name in self.logarithmic else numbers

    def sources(self, factors: pd.DataFrame) -> pd.DataFrame:
        """The factors whose effects can be told apart: all of a grid, one that holds them all of other designs."""
        if self.kind == "grid" or factors.shape[1] < 2:
            return factors
        together = factors.astype(str).agg(TOGETHER.join, axis=1)
        return together.to_frame(TOGETHER.join(factors.columns))
