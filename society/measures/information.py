"""Measures of information: who knows what, what it is worth, who tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from society.kernels.memes import count_knowers
from society.kernels.sums import mean
from society.measures.base import Values, measure, over_people
from society.memes import KINDS
from society.population import Array
from society.processes.exchange import Exchange

if TYPE_CHECKING:
    from society.model import Society


@measure("knows", unit="share of people")
def known(model: Society) -> Values:
    """Share of people who know an item, mean over the items of each kind."""
    return _by_kind(model, _knowers(model))


@measure("knows", unit="share of people")
def reach(model: Society) -> Values:
    """Share of people who know an item, mean over the items of each meme or family."""
    per_slot, firsts = _knowers(model), model.memes.first_slots
    rows = zip(model.memes.families, firsts, strict=False)
    return {family.name: float(per_slot[first : first + family.n_items].mean()) for family, first in rows}


@measure("knows", unit="value")
def value(model: Society) -> Values:
    """Value of an item to who knows it, mean over the items of each kind."""
    return _by_kind(model, model.memes.values(_knowers(model)))


@measure("knows", unit="probability")
def sharing(model: Society) -> Values:
    """Probability of sharing an item, mean over the items of each kind."""
    exchange = next(process for process in model.processes if isinstance(process, Exchange))
    return _by_kind(model, exchange.willing(model, _knowers(model)))


@measure("wealth", unit="value")
def wealth(model: Society) -> Values:
    """Mean wealth."""
    return {"": over_people(model.population["wealth"])}


def _knowers(model: Society) -> Array:
    return count_knowers(model.population["knows"], model.memes.n_slots) / model.n_agents


def _by_kind(model: Society, per_slot: Array) -> Values:
    kinds = {kind: model.memes.of_kind(kind) for kind in KINDS}
    return {kind: float(mean(per_slot, where)) for kind, where in kinds.items() if where.any()}
