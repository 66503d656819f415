"""The scenario as Mesa's tools want it: with another seed or values by keyword, and rebuilt from its class alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields
from typing import Any, ClassVar

import numpy as np
from mesa.experimental import scenarios

from society.errors import InputError
from society.scenario import Scenario


class BoundScenario(Scenario, scenarios.Scenario):  # type: ignore[misc]
    """A scenario that is bound to its class: ``type(scenario)()`` is the same scenario again.

    SolaraViz asks for a subclass of Mesa's Scenario, and its Reset button rebuilds ``type(model.scenario)()``. Values
    by keyword replace those of the file, as in `Scenario.replace`.
    """

    unbound: ClassVar[Scenario]
    model: ClassVar[None] = None  # immutable, and shared by all societies that are made of it
    _scenario_id: ClassVar[int] = 0
    __iter__ = None  # so that batch_run takes it for one value

    def __init__(self, *, rng: int | None = None, **values: Any) -> None:
        self.__dict__.update(altered(self.unbound, rng=rng, values=values).__dict__)

    def __init_subclass__(cls) -> None:
        """Keep Mesa from taking the defaults of our fields for parameters."""
        cls._scenario_defaults = {}

    @property
    def rng(self) -> int:
        """The seed, by Mesa's name."""
        return self.run.seed

    def __setattr__(self, name: str, value: Any) -> None:
        raise FrozenInstanceError(f"cannot assign to {name!r}: vary a scenario with replace")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and (other.raw, other.source) == (self.raw, self.source)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Scenario {self.source}>"  # Mesa writes its arguments into a log that nobody reads: keep it short

    def __reduce__(self) -> tuple[Any, ...]:
        return bound, (Scenario(**{field.name: getattr(self, field.name) for field in fields(self)}),)


def bound(scenario: Scenario) -> BoundScenario:
    """The scenario as an instance of a class of its own."""
    if isinstance(scenario, BoundScenario):
        return scenario
    own: type[BoundScenario] = type("Scenario", (BoundScenario,), {"unbound": scenario})
    return own()


def altered(scenario: Scenario, *, rng: int | None, values: Mapping[str, Any]) -> Scenario:
    """The scenario with another seed (unless None) and other values by dotted path."""
    if not isinstance(scenario, Scenario):
        raise InputError(f"scenario = {scenario!r}: must be a Scenario, such as Scenario.from_file(path)")
    if rng is not None:
        if isinstance(rng, bool) or not isinstance(rng, int | np.integer):
            raise InputError(f"rng = {rng!r}: must be a whole number; all draws of a society are functions of its seed")
        if "run.seed" in values:
            raise InputError(f"rng = {rng} and run.seed = {values['run.seed']}: both are the seed; give one of them")
        values = {**values, "run.seed": int(rng)}
    return scenario.replace(values) if values else scenario
