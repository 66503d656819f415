"""Dashboards served by a process of their own, as `society dashboard` serves them, and the browser that looks."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_HOSTS = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
SIZE = {"width": 1280, "height": 800}


def is_required() -> bool:
    """Whether a machine without Chromium is a failure, and not a reason to skip."""
    return bool(os.environ.get("SOCIETY_REQUIRE_BROWSER"))


@dataclass
class Served:
    """A dashboard's address and process; what it printed, once it has ended."""

    url: str
    pid: int
    returncode: int | None = None
    out: str = ""


@contextmanager
def served(*words: str | Path, cwd: Path, log: Any = None) -> Iterator[Served]:
    """A dashboard on any free port of this machine, interrupted in the end."""
    command = [sys.executable, "-m", "society", "dashboard", *map(str, words), "--port", "0", "--no-open"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=cwd)
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"no address in {line!r}"
        about = Served(found[0], server.pid)
        yield about
        server.send_signal(signal.SIGINT)
        about.out, _ = server.communicate(timeout=20)
        about.returncode = server.returncode
    finally:
        server.kill()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser, driven by Playwright, that finds no other host than this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", NO_HOSTS])
        yield started
        started.close()
