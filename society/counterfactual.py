"""Counterfactual: what a twin lacks or has otherwise; and the making of the twin.

A twin is the same society on the same graph with the same random numbers, so that people differ from who they are in
it by nothing but the change and what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from society.errors import InputError
from society.model import Society
from society.scenario import Scenario

COMMON = ("scenario", "run", "graph", "record", "population.n_agents", "population.traits")
"""Paths, or their beginnings, whose values a society and its twin share; but for the order of a step."""


@dataclass(frozen=True)
class Counterfactual:
    """What a twin lacks and what it has otherwise.

    Attributes
    ----------
    without
        Paths of named tables, such as ``platform.feed``.
    values
        Other values, by dotted path.
    """

    without: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def platforms(self) -> tuple[str, ...]:
        """Names of the platforms that it takes away or changes."""
        paths = dict.fromkeys([*self.without, *self.values])
        return tuple(dict.fromkeys(path.split(".")[1] for path in paths if path.startswith("platform.")))

    def check(self, scenario: Scenario) -> None:
        """Refuse what a twin of a scenario cannot lack or have."""
        found = [f"without: {problem}" for path in self.without if (problem := scenario.no_table(path))]
        found += [
            f"{path} = {value!r}: a society and its twin share it; "
            "change it for both, in the file or in one that extends it"
            for path, value in self.values.items()
            if path != "run.order" and any(path == common or path.startswith(f"{common}.") for common in COMMON)
        ]
        found += [
            f"{path} = {value!r}: the twin is without {lacking}"
            for path, value in self.values.items()
            for lacking in self.without
            if path == lacking or path.startswith(f"{lacking}.")
        ]
        if not self.without and not self.values:
            found.append("twin: nothing differs; say what it is without, such as platform.feed, or set a value")
        if found:
            raise InputError(*found).within(scenario.source)

    def applied(self, scenario: Scenario, also: Mapping[str, Any] | None = None) -> Scenario:
        """The scenario of the twin; `also` are changes that make no difference to people."""
        off = {f"{path}.enabled": False for path in self.without}
        try:
            return scenario.replace({**self.values, **off, **(also or {})})
        except InputError as error:
            raise InputError(f"{scenario.source}: there is no twin {self}", *error.problems) from None

    def twin(self, model: Society, also: Mapping[str, Any] | None = None) -> Society:
        """The twin of a society that has not begun, on the same graph."""
        return Society(self.applied(model.scenario, also), threads=model.threads, graph=model.graph)

    def __str__(self) -> str:
        changes = ", ".join(f"{path} = {value}" for path, value in self.values.items())
        lacks = f"without {' and '.join(self.without)}" if self.without else ""
        return f"{lacks}{', ' if lacks and changes else ''}{f'with {changes}' if changes else ''}"
