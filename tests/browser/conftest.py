"""A dashboard that runs as `society dashboard`, and windows of a real Chromium that look at it.

Whatever a test does, no window may log an error or ask another host for anything, nor may the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
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


@pytest.fixture(scope="session")
def profile(browser) -> Iterator[Any]:
    """A browser profile of all windows, as a person has it, which fetches what all pages share once."""
    context = browser.new_context(viewport=SIZE)
    yield context
    context.close()


@pytest.fixture
def window(profile, dashboard) -> Iterator[Callable[..., Window]]:
    """Opens windows, of which none knows what was set in those of another test."""
    pages, problems = [], []
    host = urlparse(dashboard.url).netloc

    def look_at(request: Any) -> None:
        address = urlparse(request.url)
        if address.scheme in ("http", "https") and address.netloc != host:
            problems.append(f"asked for {request.url}")

    def open_window(url: str = "") -> Window:
        page = profile.new_page()
        pages.append(page)
        page.set_default_timeout(30_000)
        page.on("request", look_at)
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(url or dashboard.url)
        return Window(page)

    yield open_window
    for page in pages:
        page.evaluate("location.protocol.startsWith('http') && localStorage.clear()")
        page.close()
    assert problems == []
