"""Explore: one live society, to watch and to steer."""

from __future__ import annotations

from typing import Any

import solara

from dashboards.page import Kind, LivePage
from dashboards.panels import Panels
from dashboards.session import Session

EXPLORE = Kind("explore", Session, Panels)


@solara.component
def Explore() -> Any:
    """The page of one society."""
    return LivePage(EXPLORE)
