"""LivePage: what the pages that show a live run have in common: bar, parameters, panels, errors in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import solara
import solara.lab

from dashboards.address import Address
from dashboards.bar import Bar
from dashboards.session import Session
from dashboards.sidebar import Sidebar
from dashboards.ticker import Ticker
from dashboards.widgets import Pulse
from society.errors import InputError

type Touch = Callable[[], None]


@dataclass(frozen=True)
class Kind:
    """What tells one page of a live run from another.

    Attributes
    ----------
    here
        The last part of its address.
    session
        What a window of it shows.
    panels
        The component that draws it: called with the session, whether it is dark, a function to call after a change, and
        what differs from frame to frame.
    own
        A component for the sidebar: called with the session, that function, and what differs after each change.
    """

    here: str
    session: type[Session]
    panels: Callable[..., Any]
    own: Callable[..., Any] | None = None


def session_of(kind: type[Session], query: str | None) -> Session:
    """A session of what a link says; of nothing, with an error in words, if it cannot be read."""
    try:
        return kind(Address.from_query(query))
    except InputError as error:
        session = kind(Address())
        session.error = str(error)
        return session


@solara.component
def LivePage(kind: Kind) -> Any:
    """The page: bar, parameters, panels; drawn anew when the society has changed and the browser is ready."""
    query = solara.use_router().search
    session = solara.use_memo(lambda: session_of(kind.session, query), [])
    version, set_version = solara.use_state(0)
    frame, set_frame = solara.use_state(0)
    # one and the same, so that only what has changed is worked out anew
    touch = solara.use_memo(lambda: lambda: set_version(lambda number: number + 1), [])
    ticker = solara.use_memo(lambda: Ticker(lambda: session.run and session.run.stamp, set_frame), [])

    def live() -> Callable[[], None]:
        ticker.start()
        return lambda: (ticker.close(), session.close())

    solara.use_effect(live, [])
    dark = solara.lab.use_dark_effective()

    with solara.Div(classes=["society-page"]) as main:
        with solara.Div(classes=["society-bar"]):
            Bar(session, touch, kind.here, (frame, version))
        Sidebar(session, touch, version, kind.own)
        with solara.Div(style="overflow-y: auto; min-width: 0; height: 100%"):
            Errors(session, (frame, version))
            if session.run is not None:
                kind.panels(session, bool(dark), touch, (frame, version))
            else:
                solara.Div(classes=["society-blank"], children=["Choose a scenario file on the left."])
        Pulse.element(frame=frame, query=session.link(), on_drawn=ticker.answer)
    return main


@solara.component
def Errors(session: Session, version: Any) -> Any:
    """What went wrong, in words."""
    said = [session.error] if session.error else []
    if session.run is not None and session.run.error:
        said.append(session.run.error)
    return solara.Div(children=[solara.Div(classes=["society-say"], children=[text]) for text in said])
