"""Pictures of the dashboards: `python -m tests.browser.screenshots OUT` writes them as PNG files into a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import society
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
STUDY = "how-strong"
"""Name of the sweep whose results are shown."""
STUDIES = {
    "studies": {
        "view.time.measure": "capture.feed", "view.factor.measure": "capture.feed", "view.heat.measure": "capture.feed",
        "view.order": "-platform.feed.power",
    },
    "studies-replay": {"view.at": "52"},
}  # fmt: skip
"""Name of a picture of stored results to settings; of a run that is done again, the step."""


def main() -> None:
    """Serve the quickstart, then results of a sweep, and take each picture in light and dark."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        study = _swept(Path(folder) / STUDY)  # first, since it compiles what no page would wait for
        with served(cwd=SCENARIOS.parent) as server:
            _take_all(server.url.removesuffix("/explore"), out)
        with served(cwd=Path(folder)) as server:
            _take_studies(server.url.replace("/explore", "/studies"), out, study)


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
            _take(page, out, name)


def _take(page: Any, out: Path, name: str) -> None:
    """A picture in light and in dark."""
    page.mouse.move(700, 60)
    page.evaluate("document.activeElement.blur()")
    for theme in ("light", "dark"):
        page.wait_for_timeout(800)
        page.screenshot(path=out / f"{name}-{theme}.png")
        page.locator(".society-bar button").last.click()
    page.close()


def _swept(folder: Path) -> society.Study:
    """A sweep of the quickstart over how strong the feed is and how many leave it, with and without."""
    raw = {
        "sweep": {
            "scenario": str(SCENARIOS / "quickstart.toml"),
            "name": STUDY,
            "title": "How strong a feed must be",
            "replicates": 5,
        },
        "set": {"run.steps": 104},
        "factors": {"platform.feed.power": [0.0, 0.5, 1.0], "platform.feed.monthly_exit": [0.0, 0.02, 0.1]},
        "arm": {"with_feed": {}, "without_feed": {"set": {"platform.feed.enabled": False}}},
    }
    return society.sweep(society.Sweep.from_dict(raw), out=folder)


def _take_studies(url: str, out: Path, study: society.Study) -> None:
    with chromium() as browser:
        for name, settings in STUDIES.items():
            page = browser.new_page(viewport=SIZE)
            chosen = {"run": study.design["run_id"].iloc[-46]} if "view.at" in settings else {}
            page.goto(f"{url}?" + urlencode({"study": STUDY, **chosen, **settings}))
            page.wait_for_selector(".society-panel :is(canvas, svg[role=img])")
            page.wait_for_selector("text=/bit by bit/" if chosen else "[data-panel='compare'] svg[role=img]")
            _take(page, out, name)


if __name__ == "__main__":
    main()
