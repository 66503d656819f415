"""Pages: which pages there are, and the way from one to another."""

from __future__ import annotations

from typing import Any

import solara
import solara.lab

PAGES = {"explore": "Explore", "twin": "Twin", "studies": "Studies"}
"""Pages by the last part of their address."""


@solara.component
def Pages(here: str, query: str = "") -> Any:
    """The name of the application, and a link to each page that keeps the scenario on show."""
    with solara.Div(classes=["society-pages"], attributes={"role": "navigation", "aria-label": "Pages"}) as main:
        solara.HTML("span", unsafe_innerHTML="Society", classes=["society-name"])
        for page, title in PAGES.items():
            current = {"aria-current": "page"} if page == here else {}
            solara.HTML("a", unsafe_innerHTML=title, attributes={"href": f"/{page}?{query}".rstrip("?"), **current})
    return main


@solara.component
def Theme() -> Any:
    """Light or dark."""
    named = {"title": "Light or dark", "role": "group", "aria-label": "Light or dark"}
    with solara.Div(classes=["society-theme"], attributes=named) as main:
        solara.lab.ThemeToggle(enable_auto=False, auto_icon="mdi-weather-sunny")
    return main
