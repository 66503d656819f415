"""Screen: what a page shows of a live run, worked out frame by frame.

As long as nothing but figures changes from one frame to the next, they go to their widgets past the page.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from dashboards.board import Board
from dashboards.card import Card
from dashboards.charts import Spec
from dashboards.panels import Drawn
from dashboards.session import Session

type Memory = dict[Any, Any]

STATES = {
    "building": "building …", "playing": "playing", "paused": "paused", "done": "at its end", "failed": "failed",
    "closed": "closed",
}  # fmt: skip
"""Statuses of a run in words."""


@dataclass(frozen=True)
class Picture:
    """Panels and cards of a society that stood still.

    Attributes
    ----------
    offered
        Titles of the panels that can be shown, by name.
    shown
        Names of those that are.
    panels
        What each shows.
    cards
        Of the person who was chosen, each with the chart of their traits over time if there is any.
    place
        Number of panels before the cards.
    n_steps
        Steps that the society had made.
    number
        How many were begun before it.
    """

    offered: dict[str, str]
    shown: list[str]
    panels: dict[str, Drawn]
    cards: list[tuple[Card, Spec | None]] = field(default_factory=list)
    place: int = 1
    n_steps: int = 0
    number: int = 0

    @property
    def shell(self) -> tuple[Any, ...]:
        """All but the figures."""
        panels = {name: drawn.shell for name, drawn in self.panels.items()}
        return self.offered, self.shown, panels, [(card.shell, past is None) for card, past in self.cards]

    @property
    def figures(self) -> dict[str, Any]:
        """Figures by the names of their widgets on a board."""
        found: dict[str, Any] = {name: drawn.figure for name, drawn in self.panels.items()}
        for card, past in self.cards:
            found |= card.figures(past)
        return found


class Screen:
    """What one window shows, and its board.

    Parameters
    ----------
    session
        The window's.
    work
        Works out the picture of a session from a memory of what stays until the society is built anew.
    redraw
        Draws the page anew, called with the number of the frame.
    """

    def __init__(self, session: Session, work: Callable[[Any, Memory], Picture], redraw: Callable[[int], None]) -> None:
        self.board = Board()
        self._session, self._work, self._redraw = session, work, redraw
        self._memory: tuple[int, Memory] = (0, {})
        self._drawn: object = None
        self._fresh: Picture | None = None
        self._numbers = count(1)
        self._newest = self._frame = 0
        self._lock = threading.Lock()

    def frame(self, number: int) -> None:
        """Show the society as it is now."""
        page, picture = self._page(), self._worked_out()
        if picture is not None and (page, picture.shell) == self._drawn:
            self.show(picture, number)
        else:
            self._fresh = picture
            self._redraw(number)

    def picture(self) -> Picture | None:
        """What the page is to be drawn for now; None before there is a society."""
        page, fresh, self._fresh = self._page(), self._fresh, None
        picture = fresh or self._worked_out()
        self._drawn = None if picture is None else (page, picture.shell)
        return picture

    def show(self, picture: Picture | None, number: int) -> None:
        """Hand over all figures of a picture for which the page has been drawn, unless newer ones were."""
        with self._lock:
            is_old = picture is not None and picture.number < self._newest
            figures = {} if picture is None or is_old else picture.figures
            self._newest = max(self._newest, picture.number if picture else 0)
            self._frame = max(self._frame, number)  # a change shows again what a frame has shown
            pulse = {"frame": self._frame, "query": self._session.link()}
            if not is_old:
                figures["state"] = {"text": state_said(self._session, picture.n_steps if picture else None)}
            self.board.show({**figures, "pulse": pulse})

    def _page(self) -> object:
        """What the page shows besides panels and cards."""
        run = self._session.run
        return self._session.error, self._session.link(), run and (run.generation, run.status, run.error)

    def _worked_out(self) -> Picture | None:
        run = self._session.run
        if run is None or run.sample is None:  # nor wait for it: the first build has the kernels
            return None
        if self._memory[0] != run.generation:
            self._memory = (run.generation, {})
        number = next(self._numbers)
        return replace(self._work(self._session, self._memory[1]), number=number)


def state_said(session: Session, n_steps: int | None = None) -> str:
    """At which step the society stands that is shown, and what it does, in words; it may have gone on meanwhile."""
    run = session.run
    if run is None:
        return ""
    status = run.status
    steps = run.n_steps if n_steps is None else n_steps
    if steps != run.n_steps and status in ("paused", "done"):
        status = "playing"
    rate = f" · {run.steps_per_s:,.0f} steps a second" if status == "playing" and run.steps_per_s else ""
    year = steps / run.scenario.run.steps_per_year
    return f"Step {steps:,} of {run.scenario.run.steps:,} · year {year:.1f} · {STATES[status]}{rate}"
