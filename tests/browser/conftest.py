"""A dashboard that runs as `society dashboard`, and windows of a real Chromium that look at it.

Whatever a test does, no window may log an error or ask another host for anything, nor may the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest

from tests.browser.serving import CHROMIUM, SIZE, chromium, is_required, served
from tests.browser.windows import Dashboard, Window
from tests.files import scenario_file

ITEMS = {"meme_family.tip": {"kind": "competitive", "n_items": 3}, "process.exchange": {}}


@pytest.fixture(scope="session")
def browser():
    """Chromium; without one tests are skipped, or fail where SOCIETY_REQUIRE_BROWSER is set."""
    if CHROMIUM is None:
        if is_required():
            pytest.fail("SOCIETY_REQUIRE_BROWSER is set, and there is no Chromium")
        pytest.skip("no Chromium on this machine")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory) -> Iterator[Dashboard]:
    """A dashboard of a tiny society, served until all tests are done."""
    folder = tmp_path_factory.mktemp("dashboard")
    file = scenario_file(folder, ITEMS)
    log = (folder / "log.txt").open("w+")
    with served(file, cwd=folder, log=log) as server:
        yield Dashboard(server.url, file, server.pid)
    said = Path(log.name).read_text()
    log.close()
    assert server.returncode == 0
    assert "Dashboard ended." in server.out
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
        context = browser.new_context(viewport=SIZE)
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
