"""Pictures of the dashboards: `python -m tests.browser.screenshots OUT` writes them as PNG files into a folder."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

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


def main() -> None:
    """Serve the quickstart, and take each picture in light and dark."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "society", "dashboard", "scenarios/quickstart.toml", "--port", "0", "--no-open"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=SCENARIOS.parent)
    assert server.stdout is not None
    found = re.search(r"http://[^\s?]+", server.stdout.readline())
    assert found
    try:
        _take_all(found[0], out)
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
            page.mouse.move(700, 60)
            for theme in ("light", "dark"):
                page.wait_for_timeout(800)
                page.screenshot(path=out / f"{name}-{theme}.png")
                page.locator(".society-bar button").last.click()
            page.close()
        chromium.close()


if __name__ == "__main__":
    main()
