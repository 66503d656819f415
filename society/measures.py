"""Measures: numbers that describe a society, each a function of it with a sentence of documentation.

`MEASURES` holds them by name. A measure gives several numbers as a dictionary; result columns are then
``measure.key``, such as ``known.competitive``.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from society.errors import InputError, did_you_mean
from society.kernels.memes import count_knowers
from society.kernels.sums import mean, moments
from society.memes import KINDS
from society.population import Array
from society.processes.exchange import Exchange
from society.processes.ledger import own_interest

if TYPE_CHECKING:
    from society.model import Society

type Values = dict[str, float]

ENTRY_AGES = {"under_18": (-np.inf, 18.0), "from_18_to_24": (18.0, 25.0), "from_25": (25.0, np.inf)}
"""Groups by age at entry to a platform: name to youngest and (excluded) oldest age."""


class Columned(Protocol):
    """What has columns: a society, or the plan of one."""

    @property
    def population(self) -> Container[str]:
        """The columns by name."""


@dataclass(frozen=True)
class Measure:
    """A number, or several, that describe a society."""

    name: str
    doc: str
    needs: tuple[str, ...]
    """Columns without which it does not apply."""
    function: Callable[[Society], Values]
    if_named: bool = False
    """Whether it is taken only where `record.measures` names it."""

    def applies_to(self, model: Columned) -> bool:
        """Whether the society has what it measures."""
        return all(column in model.population for column in self.needs)

    def __call__(self, model: Society) -> Values:
        """Values by result column."""
        return {f"{self.name}.{key}" if key else self.name: value for key, value in self.function(model).items()}


MEASURES: dict[str, Measure] = {}
"""Every measure by name."""


def measure(
    *needs: str, if_named: bool = False
) -> Callable[[Callable[[Society], Values]], Callable[[Society], Values]]:
    """Register a function as the measure of its name, for societies that have the columns `needs`."""

    def register(function: Callable[[Society], Values]) -> Callable[[Society], Values]:
        doc = (function.__doc__ or "").strip()
        MEASURES[function.__name__] = Measure(function.__name__, doc, needs, function, if_named)
        return function

    return register


def choose(names: Iterable[str], model: Columned) -> list[Measure]:
    """The named measures; if none is named, all that apply to the society but those taken only if named."""
    names = tuple(names)
    for name in names:
        if name not in MEASURES:
            raise InputError(f"record.measures: no measure {name!r}; {did_you_mean(name, MEASURES)}")
        if not MEASURES[name].applies_to(model):
            missing = [column for column in MEASURES[name].needs if column not in model.population]
            raise InputError(f"record.measures: {name!r} needs {missing[0]!r}, which no process here owns")
    if names:
        return [each for each in MEASURES.values() if each.name in names]
    return [each for each in MEASURES.values() if each.applies_to(model) and not each.if_named]


def _over_people(values: Array) -> float:
    return float(mean(values, np.ones(len(values), bool)))


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
    return {"": _over_people(model.population["plasticity"])}


@measure("knows")
def known(model: Society) -> Values:
    """Share of people who know an item, mean over the items of each kind."""
    return _by_kind(model, _knowers(model))


@measure("knows")
def reach(model: Society) -> Values:
    """Share of people who know an item, mean over the items of each meme or family."""
    per_slot, firsts = _knowers(model), model.memes.first_slots
    rows = zip(model.memes.families, firsts, strict=False)
    return {family.name: float(per_slot[first : first + family.n_items].mean()) for family, first in rows}


@measure("knows")
def value(model: Society) -> Values:
    """Value of an item to who knows it, mean over the items of each kind."""
    return _by_kind(model, model.memes.values(_knowers(model)))


@measure("knows")
def sharing(model: Society) -> Values:
    """Probability of sharing an item, mean over the items of each kind."""
    exchange = next(process for process in model.processes if isinstance(process, Exchange))
    return _by_kind(model, exchange.willing(model, _knowers(model)))


def _knowers(model: Society) -> Array:
    return count_knowers(model.population["knows"], model.memes.n_slots) / model.n_agents


def _by_kind(model: Society, per_slot: Array) -> Values:
    kinds = {kind: model.memes.of_kind(kind) for kind in KINDS}
    return {kind: float(mean(per_slot, where)) for kind, where in kinds.items() if where.any()}


@measure("wealth")
def wealth(model: Society) -> Values:
    """Mean wealth."""
    return {"": _over_people(model.population["wealth"])}


@measure("attention")
def attention(model: Society) -> Values:
    """Mean share of attention given to life and to each platform."""
    return {option: _over_people(model.population["attention"][row]) for option, row in model.options.items()}


@measure("is_user")
def users(model: Society) -> Values:
    """Share of people who use each platform."""
    rows = zip(model.platforms, model.population["is_user"], strict=True)
    return {platform: _over_people(is_user.astype("f8")) for platform, is_user in rows}


@measure("interest")
def interest(model: Society) -> Values:
    """Mean own interest U."""
    return {"": _over_people(model.population["interest"])}


@measure("work")
def work(model: Society) -> Values:
    """Work on own interest by each account of the ledger, a person and year since the start."""
    return _per_year(model, dict(zip(model.population.labels("account"), model.population["work"], strict=True)))


@measure("work")
def agitation(model: Society) -> Values:
    """Work of each source less the work of its mean movement, a person and year since the start."""
    sources, drift_work = model.population.labels("source"), model.population["drift_work"]
    agitated = model.population["work"][: len(sources)] - drift_work  # accounts begin with the sources
    return _per_year(model, dict(zip(sources, agitated, strict=True)))


@measure("world")
def world(model: Society) -> Values:
    """Change of own interest with personality held, a person and year since the start."""
    return _per_year(model, {"": model.population["world"]})


def _per_year(model: Society, rows: dict[str, Array]) -> Values:
    lived = float(model.n_steps)
    if "entered" in model.population:  # what the dead did is gone with them, and so are their years
        lived -= _over_people(model.population["entered"])
    years = max(lived, 1.0) * model.years_per_step
    return {name: _over_people(row) / years for name, row in rows.items()}


@measure("moves")
def living(model: Society) -> Values:
    """Share of people who live in each environment."""
    environment = model.population["environment"]
    return {name: _over_people((environment == number).astype("f8")) for number, name in enumerate(model.environments)}


@measure("moves")
def moves(model: Society) -> Values:
    """Moves from one environment to another, a person and year since the start."""
    return _per_year(model, {"": model.population["moves"].astype("f8")})


@measure("entered")
def births(model: Society) -> Values:
    """Births, and so deaths, a person and year since the start."""
    return {"": model.n_born / model.n_agents / (max(model.n_steps, 1) * model.years_per_step)}


@measure("traits")
def capture(model: Society) -> Values:
    """Displacement towards a platform's target against the twin without it, (x − x⁰)·T / T·T, by age at entry.

    Measured for the platforms named in `record.twins`; exactly zero without the platform.
    """
    found: Values = {}
    for path, twin in model.twins.items():
        family, _, platform = path.partition(".")
        if family == "platform":
            moved = _displacement(model, twin, platform)
            found |= {
                f"{platform}{group}": float(mean(moved, who)) for group, who in _entrants(model, platform).items()
            }
    return found


@measure("interest")
def interest_lost(model: Society) -> Values:
    """Own interest U(x⁰) − U(x) lost by being x and not the twin's x⁰, both judged in the world with the platform."""
    found: Values = {}
    for path, twin in model.twins.items():
        without = np.full(model.n_agents, np.nan)
        if model.n_steps:
            own_interest(model, slice(0, model.n_agents), twin.population["traits"], without, np.empty(model.n_agents))
        found[path.removeprefix("platform.")] = _over_people(without - model.population["interest"])
    return found


@measure("traits", "endowment", if_named=True)
def basin_occupancy(model: Society) -> Values:
    """Share of people in each basin of attraction, by environment and number of the well or attractor."""
    from society.basins import occupancy

    return occupancy(model)


@measure("traits", "endowment", if_named=True)
def basin_entropy(model: Society) -> Values:
    """Entropy of the shares of people in basins, in nats."""
    from society.basins import entropy, occupancy

    return {"": entropy(occupancy(model))}


def _displacement(model: Society, twin: Society, platform: str) -> Array:
    target = model.scenario.platform[platform].target
    along, square = np.zeros(model.n_agents), 0.0
    for d, trait in enumerate(model.scenario.population.traits):
        wanted = target.get(trait, 0.0)
        along += wanted * (model.population["traits"][:, d].astype("f8") - twin.population["traits"][:, d])
        square += wanted * wanted
    return along / square if square else np.full(model.n_agents, np.nan)


def _entrants(model: Society, platform: str) -> dict[str, Array]:
    """Who is counted: everybody who met the platform, and by age at entry; everybody if nobody can meet it."""
    everybody = np.ones(model.n_agents, bool)
    if platform not in model.platforms or "age_at_entry" not in model.population:
        return {"": everybody}
    age = model.population["age_at_entry"][[*model.platforms].index(platform)]
    groups = {f".{group}": (age >= low) & (age < high) for group, (low, high) in ENTRY_AGES.items()}
    return {"": ~np.isnan(age), **groups}


@measure("habit_depth")
def habit_depth(model: Society) -> Values:
    """Mean depth of habits: the curvature of their pull."""
    return {"": _over_people(model.population["habit_depth"])}


@measure("habit_tenure")
def habit_tenure(model: Society) -> Values:
    """Mean time for which people have kept to their habits in their place, in years."""
    return {"": _over_people(model.population["habit_tenure"])}


@measure("mood")
def mood(model: Society) -> Values:
    """Share of people in each mood, by its number."""
    column = model.population.columns["mood"]
    numbers = range(int(column.high) + 1)
    return {f"{number}": _over_people((model.population["mood"] == number).astype("f8")) for number in numbers}


@measure("self_image", "practice")
def self_report_error(model: Society) -> Values:
    """Root mean square distance a trait of self-image from personality, mean over all and by practice."""
    error = _distance(model.population["self_image"], model.population["traits"])
    practises = model.population["practice"] > 0
    groups = {"": np.ones(model.n_agents, bool), "practising": practises, "others": ~practises}
    return {group: float(mean(error, who)) for group, who in groups.items()}


@measure("noticed_step", "changed_step")
def noticed(model: Society) -> Values:
    """Share of people who have noticed a change in themselves, of all and of those changed beyond the threshold."""
    has_noticed, has_changed = (model.population[name] >= 0 for name in ("noticed_step", "changed_step"))
    everybody = np.ones(model.n_agents, bool)
    groups = {"": everybody, "changed": has_changed}
    return {group: float(mean(has_noticed.astype("f8"), who)) for group, who in groups.items()}


@measure("noticed_step", "changed_step")
def detection_lag(model: Society) -> Values:
    """Mean time from a change beyond the threshold to noticing one, in years; below 0 for who noticed before."""
    noticed_step, changed_step = (model.population[name] for name in ("noticed_step", "changed_step"))
    lag = (noticed_step - changed_step) * model.years_per_step
    return {"": float(mean(lag, (noticed_step >= 0) & (changed_step >= 0)))}


def _distance(one: Array, other: Array) -> Array:
    """(n_agents,) root mean square distance a trait between two columns by trait."""
    square = np.zeros(len(one))
    for d in range(one.shape[1]):
        gap = one[:, d].astype("f8") - other[:, d]
        square += gap * gap
    distance: Array = np.sqrt(square / one.shape[1])
    return distance
