"""The dashboard in a real browser: how soon it paints, how smooth it is, what it costs stepping, whether it leaks."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.model import default_model
from tests.benchmarks.rows import ROOT, Plan, Row, measurement
from tests.browser.serving import CHROMIUM, SIZE, Served, chromium, is_required, served
from tests.browser.windows import PAINTED, Window

ENDLESS = 10**8
"""Steps of a run that is not to end meanwhile."""
FRAMES = """(seconds) => new Promise((done) => {
  const begun = performance.now();
  let frames = 0;
  const count = () => {
    frames++;
    const passed = (performance.now() - begun) / 1000;
    if (passed < seconds) requestAnimationFrame(count);
    else done(frames / passed);
  };
  requestAnimationFrame(count);
})"""
"""Frames a second that the page itself manages."""
BATCH = """
import sys, time
from society import Scenario, Society
from society.recorder import Recorder
recorder = Recorder(Society(Scenario.from_file(sys.argv[1])))
def advance():
    recorder.model.step()
    if recorder.is_due():
        recorder.row()
advance()
begun, steps = time.perf_counter(), 0
while time.perf_counter() - begun < float(sys.argv[2]) or not steps:
    advance()
    steps += 1
print(steps / (time.perf_counter() - begun))
"""
"""Steps a second of what `society run` does, as is printed."""
SETTLING = 0.2
"""Part of the time of playing after which memory is first looked at: histories have filled by then."""


@measurement
def dashboard(plan: Plan) -> Iterator[Row]:
    """First paint, frames and steps a second while playing at each size, and memory while playing on."""
    if CHROMIUM is None:
        if is_required():
            raise RuntimeError("SOCIETY_REQUIRE_BROWSER is set, and there is no Chromium")
        return
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        for n_agents in plan.shown:
            file = _file(folder, n_agents)
            alone = [_batch(file, plan.watched)]
            with served(cwd=folder) as server:
                yield from _watched(browser, server, file, plan, alone)
                if n_agents == plan.shown[0]:
                    yield from _grown(browser, server, file, plan)


def _file(folder: Path, n_agents: int) -> Path:
    file = folder / f"people-{n_agents}.toml"
    file.write_text(default_model(n_agents, {"run.steps": ENDLESS}).to_toml(), encoding="utf-8")
    return file


def _batch(file: Path, seconds: float) -> float:
    """Steps a second without a dashboard."""
    words = [sys.executable, "-c", BATCH, str(file), str(seconds)]
    return float(subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout)


def _opened(browser: Any, server: Served, file: Path) -> Window:
    """A window on a society, once people are painted."""
    page = browser.new_page(viewport=SIZE)
    page.set_default_timeout(300_000)
    page.goto(f"{server.url}?{urlencode({'scenario': str(file)})}")
    window = Window(page)
    page.wait_for_selector("[data-panel='graph'] canvas")
    canvas = window.panel("graph").locator("canvas").last
    window.wait_for(lambda: canvas.evaluate(PAINTED)["painted"] > 0, seconds=300)
    return window


def _watched(browser: Any, server: Served, file: Path, plan: Plan, alone: list[float]) -> Iterator[Row]:
    """What is seen of one size; batch is measured before and after, since machines warm up."""
    n_agents = int(file.stem.removeprefix("people-"))
    begun = time.perf_counter()
    window = _opened(browser, server, file)
    yield Row("dashboard", "time to first paint", time.perf_counter() - begun, "s", n_agents)
    window.press("Play")
    window.wait_for(lambda: window.step > 0, seconds=300)
    first, begun = window.step, time.perf_counter()
    frames = window.page.evaluate(FRAMES, plan.watched)
    window.wait_for(lambda: window.step > first, seconds=300)
    steps = (window.step - first) / (time.perf_counter() - begun)
    window.page.close()
    alone.append(_batch(file, plan.watched))
    yield Row("dashboard", "page frames a second, playing", frames, "1/s", n_agents)
    yield Row("dashboard", "steps a second, watched", steps, "1/s", n_agents)
    yield Row("dashboard", "steps a second, watched, against batch", steps / (sum(alone) / 2), "", n_agents)


def _grown(browser: Any, server: Served, file: Path, plan: Plan) -> Iterator[Row]:
    """Memory of the server while it plays for some minutes."""
    window = _opened(browser, server, file)
    window.press("Play")
    seconds = 60 * plan.minutes
    time.sleep(SETTLING * seconds)
    before = _memory_mb(server.pid)
    time.sleep((1 - SETTLING) * seconds)
    after, n_agents = _memory_mb(server.pid), int(file.stem.removeprefix("people-"))
    assert "playing" in window.state, window.state
    window.page.close()
    yield Row("dashboard", "memory of the server", after, "MB", n_agents)
    yield Row("dashboard", "memory after minutes of playing against before", after / before, "", n_agents)


def _memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
