"""Address: what a page shows, as the query of its URL, so that a link opens the same view again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboards.controls import as_toml
from society.errors import InputError
from society.files import parse_override

VIEW = "view."
"""Before the names of settings of views."""


@dataclass(frozen=True)
class Address:
    """What is on show: a scenario with values by path, a step, and settings of the views; or a folder of results.

    Attributes
    ----------
    scenario
        The file; empty for none.
    study
        The folder of results; empty for none.
    run
        Of the runs in it, the one whose exact scenario is shown, by its id; empty for none.
    values
        Values by dotted path that replace those of the file.
    step
        Steps to make at once when the page is opened.
    view
        Settings of views by name.
    without, twin
        What the twin of the society lacks, by path, and what values it has otherwise.
    """

    scenario: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    step: int = 0
    view: Mapping[str, str] = field(default_factory=dict)
    study: str = ""
    run: str = ""
    without: tuple[str, ...] = ()
    twin: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_query(cls, query: str | None) -> Address:
        """Read the query of a URL.

        Raises
        ------
        InputError
            If a value cannot be read.
        """
        pairs = parse_qsl(query or "", keep_blank_values=True)
        single = dict(pairs)
        step = single.get("step", "0")
        if not step.isdecimal():
            raise InputError(f"step = {step!r}: must be a whole number")
        return cls(
            scenario=single.get("scenario", ""),
            study=single.get("study", ""),
            run=single.get("run", ""),
            values=dict(parse_override(text) for key, text in pairs if key == "set"),
            step=int(step),
            view={key.removeprefix(VIEW): text for key, text in pairs if key.startswith(VIEW)},
            without=tuple(text for key, text in pairs if key == "without"),
            twin=dict(parse_override(text) for key, text in pairs if key == "twin"),
        )

    def to_query(self) -> str:
        """The query of a URL, without the question mark."""
        pairs = [("scenario", self.scenario)] if self.scenario else []
        pairs += [(name, text) for name, text in (("study", self.study), ("run", self.run)) if text]
        pairs += [("set", f"{path}={as_toml(value)}") for path, value in self.values.items()]
        pairs += [("without", path) for path in self.without]
        pairs += [("twin", f"{path}={as_toml(value)}") for path, value in self.twin.items()]
        pairs += [("step", str(self.step))] if self.step else []
        pairs += [(VIEW + name, text) for name, text in sorted(self.view.items()) if text]
        return urlencode(pairs, safe="/.,=")

    def seen(self, **settings: str) -> Address:
        """The same with other settings of views; an empty one is taken away."""
        return replace(self, view={name: text for name, text in {**self.view, **settings}.items() if text})
