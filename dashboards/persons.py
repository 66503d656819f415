"""Persons: the card of somebody who was chosen, as a panel."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from dashboards.actions import in_order
from dashboards.board import Board, Figured
from dashboards.card import Card
from dashboards.session import Session

type Touch = Callable[[], None]


@solara.component
def Person(session: Session, card: Card, has_past: bool, board: Board, dark: bool, touch: Touch) -> Any:
    """The card of one person: numbers, traits over time, friends, items, and what there is by name."""
    is_kept = card.row in session.kept

    def act(what: Callable[[int], None], row: int) -> Callable[[], None]:
        return in_order(lambda: what(row), touch)

    with solara.Div(classes=["society-panel"], attributes={"data-panel": f"person{card.side}"}) as main:
        with solara.Div(classes=["society-head"]):
            said = f"Person {card.row:,}" + (f" (named {card.label})" if card.label != str(card.row) else "")
            solara.HTML("h3", unsafe_innerHTML=escape(f"{said} {card.where}".strip()))
            keep = "Let the trail go" if is_kept else "Keep the trail"
            for icon, label, action in (
                ("mdi-pin-off" if is_kept else "mdi-pin", keep, act(session.keep, card.row)),
                ("mdi-close", "Close", act(session.select, -1)),
            ):
                solara.Button(
                    icon_name=icon, icon=True, small=True, on_click=action,
                    attributes={"aria-label": label, "title": label},
                )  # fmt: skip
        with solara.Div(classes=["society-body", "society-card"]):
            if card.note:
                solara.Div(classes=["society-note"], children=[card.note])
            if has_past:
                with solara.Div(classes=["society-chart-small"]):
                    Figured(board, card.figure_name(), "chart", dark)
            facts = [
                solara.Div(
                    children=[solara.Text(name), solara.Text(value)], attributes={"title": card.docs.get(name, "")}
                )
                for name, value in card.facts.items()
            ]
            solara.Div(classes=["society-facts"], children=facts)
            Friends(card, lambda row: act(session.select, row)())
            for name, items in card.items.items():
                solara.Div(children=[solara.Text(f"{name} ({len(items)}): {', '.join(items) or 'nothing'}")])
            for name in card.bars:
                with solara.Div(classes=["society-chart-small"]):
                    Figured(board, card.figure_name(name), "chart", dark).key(name)
    return main


@solara.component
def Friends(card: Card, choose: Callable[[int], None]) -> Any:
    """Those the person hears from, the closest first."""
    with solara.Div() as main:
        more = f", the closest {len(card.friends)}" if card.n_friends > len(card.friends) else ""
        solara.Text(f"Hears from {card.n_friends:,} people{more}: ", style="font-weight: 600")
        for row, weight in card.friends:
            solara.Button(
                f"{row:,}",
                text=True,
                x_small=True,
                on_click=lambda row=row: choose(row),
                attributes={"title": f"weight {weight:.3g}"},
            )
    return main
