"""Measures of personality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from society.kernels.sums import moments
from society.measures.base import Values, measure, over_people

if TYPE_CHECKING:
    from society.model import Society


@measure("traits")
def trait_mean(model: Society) -> Values:
    """Mean of each trait over people."""
    return _by_trait(model, 0)


@measure("traits")
def trait_sd(model: Society) -> Values:
    """Standard deviation of each trait over people."""
    return _by_trait(model, 1)


def _by_trait(model: Society, moment: int) -> Values:
    values = moments(model.population["traits"])[moment]
    return dict(zip(model.population.labels("trait"), values.tolist(), strict=True))


@measure("plasticity", unit="per year")
def plasticity(model: Society) -> Values:
    """Mean learning rate, per year."""
    return {"": over_people(model.population["plasticity"])}
