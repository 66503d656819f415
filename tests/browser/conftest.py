"""A dashboard that runs as `society dashboard`, and windows of a real Chromium that look at it.

Whatever a test does, no window may log an error or ask another host for anything, nor may the server.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest

from tests.browser.windows import Dashboard, Window
from tests.files import scenario_file

ITEMS = {"meme_family.tip": {"kind": "competitive", "n_items": 3}, "process.exchange": {}}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser():
    """Chromium; without one tests are skipped, or fail where SOCIETY_REQUIRE_BROWSER is set."""
    if CHROMIUM is None:
        if os.environ.get("SOCIETY_REQUIRE_BROWSER"):
            pytest.fail("SOCIETY_REQUIRE_BROWSER is set, and there is no Chromium")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory) -> Iterator[Dashboard]:
    """A dashboard of a tiny society, served until the tests of a module are done."""
    folder = tmp_path_factory.mktemp("dashboard")
    file = scenario_file(folder, ITEMS)
    log = (folder / "log.txt").open("w+")
    command = [sys.executable, "-m", "society", "dashboard", str(file), "--port", "0", "--no-open"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=folder)
    line = server.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, f"no address in {line!r}: {Path(log.name).read_text()}"
    yield Dashboard(found[0], file, server.pid)
    server.send_signal(signal.SIGINT)
    out, _ = server.communicate(timeout=20)
    said = Path(log.name).read_text()
    log.close()
    assert server.returncode == 0
    assert "Dashboard ended." in out
    assert "Traceback" not in said, said
    assert "Could not load URL" not in said, said


@pytest.fixture
def window(browser, dashboard) -> Iterator[Callable[..., Window]]:
    """Opens windows, each of a browser profile of its own."""
    contexts, problems = [], []
    host = urlparse(dashboard.url).netloc

    def outside(route):
        problems.append(f"asked for {route.request.url}")
        route.abort()

    def open_window(url: str = "") -> Window:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.route(
            lambda address: urlparse(address).scheme in ("http", "https") and urlparse(address).netloc != host, outside
        )
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(url or dashboard.url)
        return Window(page)

    yield open_window
    for context in contexts:
        context.close()
    assert problems == []
