"""Pictures of the dashboards: `python -m tests.browser.screenshots OUT` writes them as PNG files into a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlencode

from tests.browser.serving import SIZE, chromium, served
from tests.browser.windows import Window
from tests.files import SCENARIOS

PICTURES = {
    "explore": ({}, False),
    "explore-person": ({"view.colour": "community", "view.measures.measure": "capture"}, True),
    "explore-information": (
        {
            "view.panels": "information,platforms,measures,distribution",
            "view.information.show": "value of items",
            "view.measures.measure": "known",
            "view.distribution.of": "capture",
        },
        False,
    ),
    "twin": ({}, False),
    "twin-person": ({"view.panels": "graph,both,difference", "view.measure": "wealth"}, True),
}
"""Name of a picture to settings of views, and whether a person's card is open."""
STEPS = 520


def main() -> None:
    """Serve the quickstart, and take each picture in light and dark."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with served(cwd=SCENARIOS.parent) as server:
        _take_all(server.url.removesuffix("/explore"), out)


def _take_all(url: str, out: Path) -> None:
    with chromium() as browser:
        for name, (settings, with_person) in PICTURES.items():
            page = browser.new_page(viewport=SIZE)
            query = urlencode({"scenario": "scenarios/quickstart.toml", "step": STEPS, **settings})
            page.goto(f"{url}/{name.split('-')[0]}?{query}")
            window = Window(page).ready(step=STEPS)
            if with_person:
                window.panel("graph").locator(".society-plane").focus()
                page.keyboard.press("ArrowRight")
                page.keyboard.press("Enter")
                window.panel("person").wait_for()
            page.mouse.move(700, 60)
            for theme in ("light", "dark"):
                page.wait_for_timeout(800)
                page.screenshot(path=out / f"{name}-{theme}.png")
                page.locator(".society-bar button").last.click()
            page.close()


if __name__ == "__main__":
    main()
