"""What: a kick of personality, a window of raised plasticity, and a field that rewards behaviour for a while."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from society.kernels import events as kernels
from society.population import Array
from society.tables import Table, parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario

LAWS = {"fixed": kernels.FIXED, "normal": kernels.NORMAL, "heavy_tailed": kernels.HEAVY_TAILED}

SMALLEST = np.finfo(float).tiny
"""Instead of 0, where a learning rate that is 0 all step is divided by."""


class Kick(Table):
    """A displacement of personality of length J, made as it is, whatever the learning rate.

    J is s (`fixed`), s |N| with N standard normal (`normal`), or of Pareto's law P(J > j) = (s/j)^α for j ≥ s
    (`heavy_tailed`). Its direction is random, the same in law whichever way, unless one of `towards`, `away` and
    `along` is given; to or from a point, it starts where earlier kicks of the step have led, in order of events' names.
    """

    size: float = parameter(1.0, "Length of the kick, or scale of its lengths.", symbol="s", ge=0, le=1000)
    law: Literal["fixed", "normal", "heavy_tailed"] = parameter("fixed", "How the lengths of kicks are distributed.")
    tail: float = parameter(1.5, "Tail index of heavy-tailed lengths.", symbol="α", ge=0.5, le=100)
    towards: dict[str, float] = parameter(
        {}, "Point that the kick goes to, on the traits that it names, and not beyond it."
    )
    away: dict[str, float] = parameter({}, "Point that the kick leads away from, on the traits that it names.")
    along: dict[str, float] = parameter({}, "Direction of the kick, by trait; its length does not matter.")

    @property
    def way(self) -> tuple[int, dict[str, float]]:
        """Code of the kind of direction, and the traits it is given by."""
        given = ((kernels.TOWARDS, self.towards), (kernels.AWAY, self.away), (kernels.ALONG, self.along))
        return next(((code, traits) for code, traits in given if traits), (kernels.RANDOM, {}))

    def check(self, scenario: Scenario) -> list[str]:
        """There is one direction, of traits that exist."""
        given = {
            f"kick.{field}": traits
            for field, traits in (("towards", self.towards), ("away", self.away), ("along", self.along))
            if traits
        }
        first, *others = given or [""]
        found = [f"{field}: stands beside {first}; a kick has one direction" for field in others]
        if self.along and not any(self.along.values()):
            found.append("kick.along: must not be all 0")
        named = [(field, trait) for field, traits in given.items() for trait in traits]
        return found + [problem for each in named for problem in scenario.population.check_trait(*each)]

    def begin(self, model: Society, event: str) -> None:
        """Nobody is kicked yet."""
        model.population["displacement"][model.directs[f"{event}.kick"]] = 0.0

    def happen(self, model: Society, event: str, number: Array) -> None:
        """Kick everybody who has a moment; it is the kick of their `number`."""
        code, traits = self.way
        point, is_named = by_trait(model, traits)
        if code == kernels.ALONG:
            point /= np.sqrt((point * point).sum())
        kernels.kick(
            model.streams.key(event, "size"), model.streams.key(event, "direction"), model.population["uid"],
            number, own(model, event, "moment"), LAWS[self.law], self.size, self.tail, code, point, is_named,
            self._place(model, event), model.population["displacement"][model.directs[f"{event}.kick"]],
        )  # fmt: skip

    def _place(self, model: Society, event: str) -> Array:
        """(n_agents, n_traits) where kicks of events before this one by name have led people in the step."""
        traits: Array = model.population["traits"]
        others = [f"{each.name}.kick" for each in model.scenario.events.values() if each.kick and each.name < event]
        if not (self.towards or self.away) or not others:
            return traits
        displacement = model.population["displacement"]
        place: Array = traits + sum(displacement[model.directs[row]] for row in others)
        return place


class Window(Table):
    """The learning rate is multiplied by 1 + g while it is open; a further event keeps it open longer.

    Open for a share f of a step, it multiplies the mean learning rate by 1 + g f, and the mean square by
    1 + f ((1 + g)² − 1), as if windows of different events opened independently of each other. The former is for what
    grows with η, the latter for the variance of what chance does under `rule = "reinforce"`, which grows with η².
    """

    gain: float = parameter(..., "Gain in the learning rate; below 0 it falls.", symbol="g", ge=-1, le=1e6)
    dur: float = parameter(..., "How long it stays open.", symbol="τ", gt=0, le=1e6, unit="years")

    def begin(self, model: Society, event: str) -> None:
        """Keep open what is open."""
        last, is_open = own(model, event, "last"), own(model, event, "open")
        kernels.keep_open(model.n_steps, self._steps(model), last, is_open)

    def happen(self, model: Society, event: str, number: Array) -> None:
        """Open the window of everybody who has a moment, or keep it open longer."""
        moment, last, is_open = (own(model, event, column) for column in ("moment", "last", "open"))
        kernels.reopen(model.n_steps, self._steps(model), moment, last, is_open)

    def end(self, model: Society, event: str) -> None:
        """Raise the learning rate for the part of the step in which the window is open."""
        share = np.clip(own(model, event, "open"), 0.0, 1.0)
        mean, variance = 1.0 + self.gain * share, self.gain * self.gain * share * (1.0 - share)
        model.population["plasticity_gain"][:] *= mean
        model.population["plasticity_rms"][:] *= np.sqrt(1.0 + variance / np.maximum(mean * mean, SMALLEST))

    def _steps(self, model: Society) -> float:
        return self.dur * model.scenario.run.steps_per_year


class Field(Table):
    """A reward f(t) a·y of behaviour y: f rises to 1, holds, and falls to 0.

    Without `rise` it begins at once, without `dur` it holds for good, without `fall` it ends at once. A further event
    while it holds makes it hold longer; later, it begins anew.
    """

    traits: dict[str, float] = parameter(..., "Reward a unit of each trait.", symbol="a")
    rise: float = parameter(0.0, "How long it rises.", ge=0, le=1e6, unit="years")
    dur: float | None = parameter(
        None, "How long it lasts before it falls, its rise included; for good if not given.", gt=0, le=1e6, unit="years"
    )
    fall: float = parameter(0.0, "How long it falls.", ge=0, le=1e6, unit="years")

    def check(self, scenario: Scenario) -> list[str]:
        """Traits exist, and there is time to rise."""
        found = [] if self.traits else ["field.traits: must name at least one trait"]
        found += [each for trait in self.traits for each in scenario.population.check_trait("field.traits", trait)]
        if self.dur is not None and self.rise > self.dur:
            found.append(f"field.rise = {self.rise} is above field.dur = {self.dur}")
        if self.dur is None and self.fall:
            found.append(f"field.fall = {self.fall}: only goes with field.dur")
        return found

    def begin(self, model: Society, event: str) -> None:
        """Let last what lasts."""
        columns = (own(model, event, column) for column in ("onset", "last", "strength"))
        kernels.hold(model.n_steps, *self._steps(model), *columns)

    def happen(self, model: Society, event: str, number: Array) -> None:
        """Begin the field of everybody who has a moment, or make it hold longer."""
        columns = (own(model, event, column) for column in ("moment", "onset", "last", "strength"))
        kernels.renew(model.n_steps, *self._steps(model), *columns)

    def slope(self, model: Society) -> Array:
        """(n_traits,) reward a unit of each trait."""
        return by_trait(model, self.traits)[0]

    def _steps(self, model: Society) -> tuple[float, float, float]:
        """How long it lasts, rises and falls."""
        per_year = model.scenario.run.steps_per_year
        return (math.inf if self.dur is None else self.dur * per_year), self.rise * per_year, self.fall * per_year


def own(model: Society, event: str, column: str) -> Array:
    """A column of the event's own."""
    return model.population[f"{event}.{column}"]


def by_trait(model: Society, values: dict[str, float]) -> tuple[Array, Array]:
    """(n_traits,) the values, 0 where there is none, and (n_traits,) boolean: which traits have one."""
    out, is_named = np.zeros(model.population.size("trait")), np.zeros(model.population.size("trait"), bool)
    for trait, value in values.items():
        out[model.trait_index(trait)], is_named[model.trait_index(trait)] = value, True
    return out, is_named
