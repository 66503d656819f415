"""LivePage: what the pages that show a live run have in common: bar, parameters, panels, errors in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import solara
import solara.lab

from dashboards.actions import in_order
from dashboards.address import Address
from dashboards.bar import Bar
from dashboards.board import Board, Pulsed
from dashboards.panels import Panel, PanelChoice
from dashboards.persons import Person
from dashboards.screen import Memory, Picture, Screen
from dashboards.session import Session, opened
from dashboards.sidebar import Sidebar, nearby
from dashboards.ticker import Ticker
from society.errors import InputError
from society.scenario import Scenario

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
    work
        Works out what it shows, from the session and a memory of what stays until the society is built anew.
    own
        A component for the sidebar: called with the session, a function to call after a change, and what differs after
        each change.
    layout
        Style of its grid of panels.
    """

    here: str
    session: type[Session]
    work: Callable[[Any, Memory], Picture]
    own: Callable[..., Any] | None = None
    layout: str = ""


@solara.component
def LivePage(kind: Kind) -> Any:
    """The page: bar, parameters, panels; drawn anew when the society has changed and the browser is ready."""
    query = solara.use_router().search
    session = solara.use_memo(lambda: opened(kind.session, query), [])
    version, set_version = solara.use_state(0)
    frame, set_frame = solara.use_state(0)
    # one and the same, so that only what has changed is worked out anew
    touch = solara.use_memo(lambda: lambda: set_version(lambda number: number + 1), [])
    screen = solara.use_memo(lambda: Screen(session, kind.work, set_frame), [])
    ticker = solara.use_memo(lambda: ticker_of(session, screen), [])

    def live() -> Callable[[], None]:
        ticker.start()
        return in_order(ticker.close, session.close)

    solara.use_effect(live, [])
    dark = bool(solara.lab.use_dark_effective())
    picture = screen.picture()
    with solara.Div(classes=["society-page"]) as main:
        with solara.Div(classes=["society-bar"]):
            Bar(session, screen.board, touch, kind.here, (frame, version))
        Sidebar(session, touch, version, kind.own)
        with solara.Div(style="overflow-y: auto; min-width: 0; height: 100%"):
            Errors(session, (frame, version))
            if picture is not None:
                Grid(session, picture, screen.board, dark, touch, kind.layout)
            elif session.run is None:
                Found(session, touch)
            else:
                solara.Div(classes=["society-blank"], children=["Building the society …"])
        Pulsed(screen.board, ticker.answer)
    solara.use_effect(lambda: screen.show(picture, frame), None)
    return main


def ticker_of(session: Session, screen: Screen) -> Ticker:
    """What draws frames of a session's run on its screen."""
    return Ticker(
        lambda: session.run and session.run.stamp,
        screen.frame,
        is_stepping=lambda: session.run is not None and session.run.status == "playing",
    )


@solara.component
def Grid(session: Session, picture: Picture, board: Board, dark: bool, touch: Touch, layout: str) -> Any:
    """All panels, with the cards among them."""
    with solara.Div(classes=["society-main"]) as main:
        PanelChoice(session, picture.offered, picture.shown, touch)
        with solara.Div(classes=["society-grid", layout]):
            for place, (panel, drawn) in enumerate(picture.panels.items(), start=1):
                Panel(session, panel, drawn.shell, board, dark, touch).key(panel)
                if place == min(picture.place, len(picture.panels)):
                    for card, past in picture.cards:
                        Person(session, card.shell, past is not None, board, dark, touch).key(f"person{card.side}")
    return main


@solara.component
def Found(session: Session, touch: Touch) -> Any:
    """What scenario files there are nearby."""
    found = solara.use_memo(lambda: [(file, title) for file in nearby("") if (title := titled(file))], [])

    def opens(file: str) -> Callable[[], None]:
        return in_order(lambda: session.open(Address(scenario=file, view=session.address.view)), touch)

    with solara.Div(classes=["society-blank"]) as main:
        none = "There are no scenario files in the folder scenarios: type the path of one on the left."
        solara.Text("Choose a scenario, or type the path of a file on the left:" if found else none)
        for file, title in found:
            solara.Button(f"{file}: {title}", text=True, classes=["society-found"], on_click=opens(file))
    return main


def titled(file: str) -> str:
    """The title of a scenario file; empty if it cannot be read."""
    try:
        about = Scenario.from_file(file).scenario
    except InputError:
        return ""
    return about.title or about.name


@solara.component
def Errors(session: Session, version: Any) -> Any:
    """What went wrong, in words."""
    said = [session.error] if session.error else []
    if session.run is not None and session.run.error:
        said.append(session.run.error)
    return solara.Div(children=[solara.Div(classes=["society-say"], children=[text]) for text in said])
