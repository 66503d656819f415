"""Event: one ``[event.name]`` table, a source of influence that acts before all processes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np
from pydantic import Field as Pattern

from society.events.what import Field, Kick, Window, own
from society.events.when import When
from society.events.who import Who, absent
from society.kernels import events as kernels
from society.kernels.exchange import note_learned
from society.population import Array, Column
from society.processes.base import Source
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario

EVENT_NAME = r"^event\.[a-z][a-z0-9_]*$"
EFFECTS = ("kick", "window", "environment", "field", "opens", "closes", "meme")
"""Fields that say what happens; one at least is given."""


class Event(When, Source):
    """Something happens to people from outside: at dates or at a rate, to some, with effects that may last.

    When: once `at` a date, at several `times`, in a course of doses, `every` so often, or to each person by a Poisson
    clock of their own, at a `rate`. A date t falls into the step that contains it; several in one step all count. When
    a clock rings does not depend on the length of a step.

    Who: those for whom all conditions of `who` hold at the beginning of the step, before any event acts. Lots
    are the person's own and drawn once for each event, so that a course reaches the same people, and another event
    changes nobody's draws. Platforms open and close and people move in the order of moments in the step, then of name.

    What: a kick displaces personality as it is, x' = x + J d, J its length and d a unit vector; at a rate λ, a kick in
    a random direction adds λ E[J²] a year to the variance of personality. A window multiplies the learning rate by
    1 + g while it is open: for two days after ketamine, two weeks after psilocybin or MDMA, three after LSD, four after
    ibogaine (Nardou et al. 2023, in mice). A field rewards behaviour y by f(t) a·y. Windows and fields count for the
    part of a step in which they last. People move to an environment for good; platforms open or close for everybody;
    those reached come to know items.

    References
    ----------
    Nardou, R., Sawyer, E., Song, Y. J., et al. (2023). Psychedelics reopen the social reward learning critical period.
    Nature 618, 790–798.
    """

    kind: ClassVar[str] = "event"
    may_read: ClassVar[tuple[str, ...]] = ("immune",)
    owns: ClassVar[tuple[Column, ...]] = (
        Column("{name}.moment", "Part of the step at which it happens; nan if not.", "f8", is_scratch=True),
        Column("{name}.reached", "Whether it reaches the person in this step.", "?", is_scratch=True),
        Column("{name}.named", "Whether the event names the person.", "?"),
        Column("{name}.due", "When the person's clock rings next; nan before.", "f8", default=np.nan, unit="steps"),
        Column("{name}.rings", "How often the person's clock has rung.", "i4", low=0),
        Column("{name}.last", "When it last happened to the person; nan before.", "f8", default=np.nan, unit="steps"),
        Column("{name}.onset", "When its field began for the person; nan before.", "f8", default=np.nan, unit="steps"),
        Column("{name}.open", "Share of the step in which its window is open.", "f8", is_scratch=True),
        Column("{name}.strength", "Mean of its field over the step.", "f8", is_scratch=True),
    )
    decisions: ClassVar[dict[str, str]] = {
        "reached": "whether one is among the share that it reaches",
        "clock": "when it happens, at a rate",
        "size": "how far a kick goes",
        "direction": "where a kick goes that has no direction",
    }

    name: Annotated[str, Pattern(pattern=EVENT_NAME)] = parameter(..., "The path of this table.")
    who: Who = parameter(Who(), "Whom it reaches.")
    kick: Kick | None = parameter(None, "Displacement of personality.")
    window: Window | None = parameter(None, "Time of raised plasticity.")
    environment: str | None = parameter(None, "Environment that people move to.")
    field: Field | None = parameter(None, "Reward for behaviour while it lasts.")
    opens: str | None = parameter(None, "Platform that opens.")
    closes: str | None = parameter(None, "Platform that closes, and that its users leave.")
    meme: str | None = parameter(None, "Item, or family of items, that people come to know.")

    @property
    def full_name(self) -> str:
        """Its path, which is its name."""
        return self.name

    def check(self, scenario: Scenario) -> list[str]:
        """It happens some time, does something, and what it names exists."""
        found = [*self.when_problems(), *self._what_problems(), *self.who.check(scenario)]
        for part in (self.kick, self.field):
            found += part.check(scenario) if part else []
        found += absent("environment", "environment", _given(self.environment), scenario.environment)
        for field in ("opens", "closes"):
            found += absent(field, "platform", _given(getattr(self, field)), scenario.platform)
        known = [*scenario.meme, *scenario.meme_family]
        known += [f"{name}.{item}" for name, each in scenario.meme_family.items() for item in range(each.n_items)]
        return found + absent("meme", "item", _given(self.meme), known) + [*self._unheard(scenario)]

    def _what_problems(self) -> Iterator[str]:
        given = [name for name in EFFECTS if getattr(self, name) is not None]
        if not given:
            yield f": does nothing; give one or more of {', '.join(EFFECTS)}"
        for name in ("opens", "closes"):
            if name in given and self.rate is not None:
                yield f"{name}: needs a date; a rate is of each person"
            if name in given and self.who != Who():
                yield f"{name}: a platform {name} for everybody; leave out who"

    def _unheard(self, scenario: Scenario) -> Iterator[str]:
        """Effects that no process here would carry out."""
        processes = [process for process in scenario.process.values() if process.enabled]
        read = {column for process in processes for column in (*process.inputs(), *process.may_read)}
        through = {"kick": "displacement", "window": "plasticity_gain", "field": "reward"}
        for name, column in through.items():
            if getattr(self, name) is not None and column not in read:
                yield f"{name}: needs people who learn; no process here reads {column!r}; [process.learning] would"

    def notices(self, scenario: Scenario) -> list[str]:
        """What it would not change."""
        years = scenario.run.steps / scenario.run.steps_per_year
        if self.rate is None and scenario.run.steps and not self.dates(years):
            return [f"{self.name} does not happen in the {years:g} years of the run."]
        platform = scenario.platforms.get(self.opens or "")
        if platform is None or any(each.closes == self.opens for each in scenario.events.values()):
            return []
        first = self.dates(platform.launch / scenario.run.steps_per_year)
        said = f"{self.name} opens a platform that is open anyway, from platform.{platform.name}.launch on."
        return [] if first else [said]

    def inputs(self) -> tuple[str, ...]:
        """Columns that its conditions and its kick are about."""
        return tuple(dict.fromkeys((*self.who.inputs(), *(["traits"] if self.kick else []))))

    def outputs(self) -> tuple[str, ...]:
        """Columns that its effects go to."""
        effects: dict[str, tuple[str, ...]] = {
            "kick": ("displacement",),
            "window": ("plasticity_gain", "plasticity_rms"),
            "environment": ("environment",),
            "field": ("reward",),
            "closes": ("is_user",),
            "opens": ("is_user",),
            "meme": ("knows", "learned_step"),
        }
        given = (columns for name, columns in effects.items() if getattr(self, name) is not None)
        return tuple(dict.fromkeys(column for columns in given for column in columns))

    def draws(self) -> dict[str, str]:
        """What it leaves to chance."""
        kick = self.kick
        is_drawn = {
            "reached": self.who.fraction < 1,
            "clock": self.rate is not None,
            "size": kick is not None and kick.law != "fixed",
            "direction": kick is not None and not (kick.towards or kick.away or kick.along),
        }
        return {name: sentence for name, sentence in self.decisions.items() if is_drawn[name]}

    def columns(self) -> tuple[Column, ...]:
        """Only those that its when, who and what need."""
        needed = {
            "moment": True,
            "reached": True,
            "named": bool(self.who.ids),
            "due": self.rate is not None,
            "rings": self.rate is not None,
            "last": self.dates_matter,
            "onset": self.field is not None,
            "open": self.window is not None,
            "strength": self.field is not None,
        }
        return tuple(column for column in super().columns() if needed[column.name.rsplit(".", 1)[1]])

    def rows(self, scenario: Scenario) -> tuple[str, ...]:
        """One for its field."""
        return (f"{self.name}.field",) if self.field else ()

    def direct_rows(self) -> tuple[str, ...]:
        """One for its kick."""
        return (f"{self.name}.kick",) if self.kick else ()

    def setup(self, model: Society) -> None:
        """Find the people that it names."""
        if self.who.ids:
            model.population[f"{self.name}.named"][:] = self.who.named(model, self.name)

    def changed(self, model: Society, before: Self) -> None:
        """Find the people that it names now, and set the clocks that run."""
        if self.who.ids and self.who.ids != before.who.ids:
            is_first = model.population["uid"] == np.arange(model.n_agents)  # who was born has no name
            own(model, self.name, "named")[:] = self.who.named(model, self.name) & is_first
        if self.rate is not None and self.clock(model) != before.clock(model):
            self._reset(model, before)

    def clock(self, model: Society) -> tuple[float, float, float]:
        """Rate a step of its clocks, and the steps from which on and until which they run."""
        per_year = model.scenario.run.steps_per_year
        until = math.inf if self.until is None else self.until * per_year
        return (self.rate or 0.0) / per_year, (self.at or 0.0) * per_year, until

    def _reset(self, model: Society, before: Self) -> None:
        """Let what is left of each wait pass at the rate of now: a wait is exponential, whatever has passed of it."""
        due, now = own(model, self.name, "due"), float(model.n_steps)
        (rate, first, _), (old_rate, old_first, old_until) = self.clock(model), before.clock(model)
        slowest = 1.0 / kernels.NEVER  # a clock that stands still keeps what is left
        left = (due - min(max(now, old_first), old_until)) * max(old_rate, slowest)
        due[:] = max(now, first) + left / max(rate, slowest)

    @property
    def lasting(self) -> tuple[Kick | Window | Field, ...]:
        """Effects that the step takes account of whether or not the event happens in it."""
        return tuple(each for each in (self.kick, self.window, self.field) if each)

    @property
    def dates_matter(self) -> bool:
        """Whether it is to be known when it last happened to a person."""
        return any(each is not None for each in (self.window, self.field, self.environment))

    def ask(self, model: Society) -> None:
        """Find whom it reaches, if it may happen in this step."""
        if self.rate or self.due(model.n_steps, model.scenario.run.steps_per_year):
            key, named = model.streams.key(self.name, "reached"), model.population.get(f"{self.name}.named")
            own(model, self.name, "reached")[:] = self.who.reached(model, key, named)

    def step(self, model: Society) -> None:
        """Let it happen to whom it reaches, as often as it does in this step, and last where it lasts."""
        for effect in self.lasting:
            effect.begin(model, self.name)
        for number in self._occurrences(model):
            for effect in self.lasting:
                effect.happen(model, self.name, number)
            moment = own(model, self.name, "moment")
            happens = ~np.isnan(moment)
            if self.dates_matter:
                own(model, self.name, "last")[happens] = model.n_steps + moment[happens]
            if self.meme:
                self._teach(model, happens)
        if self.window:
            self.window.end(model, self.name)

    def _occurrences(self, model: Society) -> Iterator[Array]:
        """Write to `moment` when in this step it happens, time by time; tell (n_agents,) the number of each time."""
        for number in self._dated(model) if self.rate is None else self._rung(model):
            own(model, self.name, "moment")[~own(model, self.name, "reached")] = np.nan
            yield number

    def _dated(self, model: Society) -> Iterator[Array]:
        for number, part in self.due(model.n_steps, model.scenario.run.steps_per_year):
            own(model, self.name, "moment")[:] = part
            yield np.full(model.n_agents, number, np.int32)

    def _rung(self, model: Society) -> Iterator[Array]:
        """Let clocks ring until none does so in this step any more."""
        if not self.rate:
            return
        (rate, first, until), uid = self.clock(model), model.population["uid"]
        due, rings, moment = (own(model, self.name, column) for column in ("due", "rings", "moment"))
        key = model.streams.key(self.name, "clock")
        while True:
            kernels.ring(key, rate, first, until, model.n_steps, uid, due, rings, moment)
            if np.isnan(moment).all():
                return
            yield rings

    def switch(self, model: Society) -> None:
        """Open and close platforms."""
        if self.opens in model.platforms:
            model.platforms[self.opens].open()
        if self.closes in model.platforms:
            model.platforms[self.closes].close()
            model.population["is_user"][[*model.platforms].index(self.closes)] = False

    def _teach(self, model: Society, happens: Array) -> None:
        """Let people know items, except those that they will not take up again."""
        population, knows = model.population, model.population["knows"]
        items = [slot for slot, name in enumerate(model.memes.names) if self.meme in (name, name.split(".")[0])]
        taught = np.zeros_like(knows)
        for slot in items:
            taught[happens, slot // 64] |= np.uint64(1 << slot % 64)
        taught &= ~population.get("immune", np.uint64(0)) & ~knows
        knows |= taught
        if "learned_step" in population:
            note_learned(model.n_steps, np.zeros_like(knows), taught, population["learned_step"])

    def reward(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """The field, f a·at."""
        if self.field:
            kernels.field_reward(self.field.slope(model), own(model, self.name, "strength")[who], at, out)

    def gradient(self, model: Society, row: str, who: slice, at: Array, out: Array) -> None:
        """The field's slope, f a."""
        if self.field:
            kernels.field_gradient(self.field.slope(model), own(model, self.name, "strength")[who], out)


def _given(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)
