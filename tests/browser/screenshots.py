"""Pictures of the dashboards: `python -m tests.browser.screenshots OUT` writes them as PNG files into a folder."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import society
from tests.browser.windows import Window
from tests.files import SCENARIOS

SIZE = {"width": 1280, "height": 800}
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
}
"""Name of a picture to settings of views, and whether a person's card is open."""
STEPS = 520
STUDY = "how-strong"
"""Name of the sweep whose results are shown."""
STUDIES = {
    "studies": {
        "view.time.measure": "capture.feed", "view.factor.measure": "capture.feed", "view.heat.measure": "capture.feed",
    },
    "studies-replay": {"view.at": "52"},
}  # fmt: skip
"""Name of a picture of stored results to settings; of a run that is done again, the step."""


def main() -> None:
    """Serve the quickstart, then results of a sweep, and take each picture in light and dark."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with _served("scenarios/quickstart.toml", SCENARIOS.parent) as url:
        _take_all(url, out)
    with TemporaryDirectory() as folder:
        study = _swept(Path(folder) / STUDY)
        with _served(STUDY, Path(folder)) as url:
            _take_studies(url, out, study)


@contextmanager
def _served(shown: str, folder: Path) -> Iterator[str]:
    """The address of a dashboard that runs in a folder, without its query."""
    command = [sys.executable, "-m", "society", "dashboard", shown, "--port", "0", "--no-open"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder)
    assert server.stdout is not None
    found = re.search(r"http://[^\s?]+", server.stdout.readline())
    assert found
    try:
        yield found[0]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def _take_all(url: str, out: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (settings, with_person) in PICTURES.items():
            page = chromium.new_page(viewport=SIZE)
            page.goto(f"{url}?" + urlencode({"scenario": "scenarios/quickstart.toml", "step": STEPS, **settings}))
            window = Window(page).ready(step=STEPS)
            if with_person:
                window.panel("graph").locator(".society-plane").focus()
                page.keyboard.press("ArrowRight")
                page.keyboard.press("Enter")
                window.panel("person").wait_for()
            _take(page, out, name)
        chromium.close()


def _take(page: Any, out: Path, name: str) -> None:
    """A picture in light and in dark."""
    page.mouse.move(700, 60)
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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, settings in STUDIES.items():
            page = chromium.new_page(viewport=SIZE)
            chosen = {"run": study.design["run_id"].iloc[-46]} if "view.at" in settings else {}
            page.goto(f"{url}?" + urlencode({"study": STUDY, **chosen, **settings}))
            page.wait_for_selector(".society-panel :is(canvas, svg[role=img])")
            page.wait_for_selector("text=/bit by bit/" if chosen else "[data-panel='compare'] svg[role=img]")
            _take(page, out, name)
        chromium.close()


if __name__ == "__main__":
    main()
