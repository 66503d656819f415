"""Measures of people: personality, wealth, attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from society.kernels.sums import moments
from society.measures.base import Values, measure, over_people, rows_of

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


@measure("plasticity")
def plasticity(model: Society) -> Values:
    """Mean learning rate, per year."""
    return {"": over_people(model.population["plasticity"])}


@measure("wealth")
def wealth(model: Society) -> Values:
    """Mean wealth."""
    return {"": over_people(model.population["wealth"])}


@measure("attention")
def attention(model: Society) -> Values:
    """Mean share of attention given to life and to each platform."""
    return {option: over_people(shares) for option, shares in rows_of(model, "attention").items()}


@measure("is_user")
def users(model: Society) -> Values:
    """Share of people who use each platform."""
    return {platform: over_people(is_user.astype("f8")) for platform, is_user in rows_of(model, "is_user").items()}
