"""Measures of platforms: who uses them, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from society.measures.base import Values, measure, over_people, rows_of

if TYPE_CHECKING:
    from society.model import Society


@measure("attention", unit="share of attention")
def attention(model: Society) -> Values:
    """Mean share of attention given to life and to each platform."""
    return {option: over_people(shares) for option, shares in rows_of(model, "attention").items()}


@measure("is_user", unit="share of people")
def users(model: Society) -> Values:
    """Share of people who use each platform."""
    return {platform: over_people(is_user.astype("f8")) for platform, is_user in rows_of(model, "is_user").items()}
