"""Bar: play, pause, step, run to a step, reset, seed and speed of a live run, and which state is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as rv
import solara

from dashboards.actions import in_order
from dashboards.board import Board, Said
from dashboards.pages import Pages, Theme
from dashboards.session import Session

type Touch = Callable[[], None]

SPEEDS: dict[str, float | None] = {
    "fastest": None, "50 a second": 50.0, "20 a second": 20.0, "10 a second": 10.0, "5 a second": 5.0,
    "2 a second": 2.0,
    "1 a second": 1.0,
}  # fmt: skip
"""Steps a second that can be chosen."""


@solara.component
def Bar(session: Session, board: Board, touch: Touch, here: str, version: Any) -> Any:
    """Which page this is; play, pause, step, run to a step, reset, seed, speed; and what is shown."""
    run = session.run
    with solara.Row(
        gap="6px", style="align-items: center; width: 100%; flex-wrap: wrap; background: transparent"
    ) as main:
        Pages(here, session.link())
        if run is not None:
            Play(session, touch, run.status)
            RunTo(session, touch)
            Seed(session, touch, run.scenario.run.seed, run.generation)
            speed = next(name for name, each in SPEEDS.items() if each == run.speed)

            def set_speed(name: str) -> None:
                run.speed = SPEEDS[name]
                touch()

            rv.Select(
                items=[*SPEEDS], v_model=speed, on_v_model=set_speed, dense=True, hide_details=True, label="speed",
                style_="max-width: 110px", attributes={"aria-label": "speed"},
            )  # fmt: skip
            Status(session, board, version)
        Theme()
    return main


@solara.component
def Play(session: Session, touch: Touch, status: str) -> Any:
    """Play or pause, one step, reset."""
    run = session.run
    assert run is not None
    playing = status == "playing"
    with solara.Row(gap="4px", style="background: transparent") as main:
        solara.Button(
            "Pause" if playing else "Play", icon_name="mdi-pause" if playing else "mdi-play",
            color="primary",
            small=True, on_click=in_order(run.pause if playing else run.play, touch),
            disabled=status in ("building", "failed", "done"),
        )  # fmt: skip
        solara.Button(
            "Step", icon_name="mdi-step-forward", outlined=True, small=True, on_click=in_order(run.step, touch),
            disabled=status in ("building", "failed"),  # not while it steps, or a keyboard would lose its place
        )  # fmt: skip
        solara.Button(
            "Reset", icon_name="mdi-restart", outlined=True, small=True, on_click=in_order(session.reset, touch),
            disabled=status == "building",
        )  # fmt: skip
    return main


@solara.component
def RunTo(session: Session, touch: Touch) -> Any:
    """Step until a number of steps is done."""

    def go(text: str) -> None:
        if not text.strip():
            return
        try:
            session.run_to(text)
        finally:
            touch()

    with solara.Div(classes=["society-short"]) as main:
        solara.InputText("run to step", value="", on_value=go, continuous_update=False, dense=True, hide_details=True)
    return main


@solara.component
def Seed(session: Session, touch: Touch, seed: int, generation: int) -> Any:
    """The seed; another one begins anew."""

    def sow(text: str) -> None:
        session.sow(text)
        touch()

    with solara.Div(classes=["society-short"]) as main:
        solara.InputText(
            "seed", value=str(seed), on_value=sow, continuous_update=False, dense=True, hide_details=True
        ).key(f"seed {generation}")
    return main


@solara.component
def Status(session: Session, board: Board, version: Any) -> Any:
    """Which state is shown, in words."""
    run = session.run
    assert run is not None
    scenario = run.scenario
    changes = f" with {len(session.address.values)} value(s) changed" if session.address.values else ""
    people = f"{run.sample.n_agents:,} people, " if run.sample else ""
    title = scenario.scenario.title or scenario.scenario.name
    with solara.Div(classes=["society-status"]) as main:
        with solara.Div(classes=["society-state"]):
            Said(board, "state")
        said = f"{title}: {people}seed {scenario.run.seed}{changes}{session.said}"
        solara.Div(classes=["society-quiet"], children=[said])
    return main
