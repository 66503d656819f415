"""Board: hands figures to the widgets that draw them, past the page, which then need not be worked out anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import solara

from dashboards.widgets import Chart, Line, Plane, Pulse

type Figure = Mapping[str, Any]


class Board:
    """Figures by name, and the widgets that show them."""

    def __init__(self) -> None:
        self._figures: dict[str, Figure] = {}
        self._widgets: dict[str, Any] = {}
        self._lock = threading.RLock()

    def show(self, figures: Mapping[str, Figure]) -> None:
        """Let widgets draw newer figures; the others keep theirs."""
        with self._lock:
            self._figures = {**self._figures, **figures}
            for name in figures.keys() & self._widgets.keys() - {"pulse"}:
                _hand(self._widgets[name], figures[name])
            if "pulse" in self._widgets:  # last, since it is answered when all is drawn
                _hand(self._widgets["pulse"], figures.get("pulse", {}))

    def attach(self, name: str, widget: Any) -> Callable[[], None]:
        """Let a widget draw the figure of a name, until what is returned is called."""
        with self._lock:
            self._widgets[name] = widget
            _hand(widget, self._figures.get(name, {}))

        def detach() -> None:
            with self._lock:
                if self._widgets.get(name) is widget:
                    del self._widgets[name]

        return detach


def _hand(widget: Any, figure: Figure) -> None:
    """Set what has changed, in one message."""
    with widget.hold_sync():
        for trait, value in figure.items():
            setattr(widget, trait, value)


def on_board(board: Board, name: str, element: Any) -> Any:
    """Let the widget of an element draw the figure of a name on a board; to be called in a component, as hooks are."""
    solara.use_effect(lambda: board.attach(name, solara.get_widget(element)), [board, name])
    return element


@solara.component
def Figured(
    board: Board,
    name: str,
    widget: str,
    dark: bool,
    selected: int = -1,
    on_selected: Callable[[int], None] | None = None,
) -> Any:
    """The widget, plane or chart, that draws the figure of a name on a board."""
    if widget == "plane":
        return on_board(board, name, Plane.element(dark=dark, selected=selected, on_selected=on_selected))
    return on_board(board, name, Chart.element(dark=dark))


@solara.component
def Said(board: Board, name: str) -> Any:
    """A line of text from a board."""
    return on_board(board, name, Line.element())


@solara.component
def Pulsed(board: Board, on_drawn: Callable[[int], None]) -> Any:
    """What answers the frames of a board."""
    return on_board(board, "pulse", Pulse.element(on_drawn=on_drawn))
