"""Board: hands figures to the widgets that draw them, past the page, which then need not be worked out anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import solara

from dashboards.widgets import Chart, Plane

type Figure = Mapping[str, Any]


class Board:
    """Figures by name, and the widgets that show them."""

    def __init__(self) -> None:
        self._figures: Mapping[str, Figure] = {}
        self._widgets: dict[str, Any] = {}

    def show(self, figures: Mapping[str, Figure]) -> None:
        """Let all widgets draw the newest figures."""
        self._figures = figures
        for name, widget in [*self._widgets.items()]:
            _hand(widget, figures.get(name, {}))

    def attach(self, name: str, widget: Any) -> Callable[[], None]:
        """Let a widget draw the figure of a name, until what is returned is called."""
        self._widgets[name] = widget
        _hand(widget, self._figures.get(name, {}))

        def detach() -> None:
            if self._widgets.get(name) is widget:
                del self._widgets[name]

        return detach


def _hand(widget: Any, figure: Figure) -> None:
    """Set what has changed, in one message."""
    with widget.hold_sync():
        for trait, value in figure.items():
            setattr(widget, trait, value)


@solara.component
def Figured(board: Board, name: str, widget: str, dark: bool, on_selected: Callable[[int], None] | None = None) -> Any:
    """The widget, plane or chart, that draws the figure of a name on a board."""
    element = Plane.element(dark=dark, on_selected=on_selected) if widget == "plane" else Chart.element(dark=dark)
    solara.use_effect(lambda: board.attach(name, solara.get_widget(element)), [board, name, widget])
    return element
