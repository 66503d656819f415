"""The application in the browser: its pages and what they have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import solara

from dashboards.explore import Explore
from dashboards.studies import Studies
from dashboards.twin import Twin

_STYLE = (Path(__file__).parent / "app.css").read_text(encoding="utf-8")


@solara.component
def Layout(children: list[Any] | None = None) -> Any:
    """The whole window, without solara's own frame."""
    with solara.Div(classes=["society-app"], children=children or []) as main:
        solara.Style(_STYLE)
        solara.Title("Society")
    return main


routes = [
    solara.Route("/", component=Explore, layout=Layout, label="Explore"),
    solara.Route("explore", component=Explore, label="Explore"),
    solara.Route("studies", component=Studies, label="Studies"),
    solara.Route("twin", component=Twin, label="Twin"),
]
