"""People: a rule in plain Python, written as a subclass of `Person`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import field_validator

from society.errors import InputError, did_you_mean
from society.kernels.philox import fill_uniform
from society.people import PersonSet
from society.person import PERSONS, Person
from society.population import Column, Rows
from society.processes.base import Process
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


class People(Process):
    """Everybody does, one after another, what their class says.

    The class is a subclass of `Person`, found by its name among those that have been defined or imported; a file never
    makes code run. What it declares become columns, `setup` is called once for everybody who enters, `step` in every
    step. Each step has a random order of its own, and whoever comes later sees what others did before.

    Some microseconds a person and step make this a means to try out rules, up to some ten thousand people.
    """

    kind: ClassVar[str] = "people"
    update: ClassVar[Literal["synchronous", "matching", "sequential"]] = "sequential"
    decisions: ClassVar[dict[str, str]] = {"order": "when one's turn comes within a step"}

    person: str = parameter(..., "Name of the class of people, a subclass of society.Person.")

    @field_validator("person")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in PERSONS:
            raise InputError(f"no class {name!r} of people is defined or imported; {did_you_mean(name, PERSONS)}")
        return name

    def check(self, scenario: Scenario) -> list[str]:
        """A society has one class of people."""
        named = scenario.process.values()  # whose order may yet be wrong
        first, *others = (process.name for process in named if isinstance(process, People) and process.enabled)
        return [f": process.{first} is of kind 'people' too; a society has one class of people"] * (self.name in others)

    def columns(self) -> tuple[Column, ...]:
        """What the class declares."""
        return PERSONS[self.person].declared

    def born(self, model: Society, who: Rows) -> None:
        """Let everybody start, in order of their rows."""
        if PERSONS[self.person].setup is not Person.setup:
            PersonSet(model, np.arange(model.n_agents)[who]).do("setup")

    def step(self, model: Society) -> None:
        """Let everybody act, in random order."""
        uid = model.population["uid"]
        turn = np.empty(model.n_agents)
        fill_uniform(model.streams.key(self.name, "order"), model.n_steps, uid, turn)
        PersonSet(model, np.lexsort((uid, turn))).do("step")

    def __reduce__(self) -> tuple[Any, ...]:
        # with the class itself, so that the module that defines it is imported wherever this is unpickled
        return _with_class, (PERSONS[self.person], type(self), self.model_dump())


def _with_class(_: type[Person], process: type[People], values: dict[str, Any]) -> People:
    return process(**values)


def person_class(processes: Sequence[Process]) -> type[Person]:
    """The class of people in a society of these processes."""
    return next((PERSONS[process.person] for process in processes if isinstance(process, People)), Person)
