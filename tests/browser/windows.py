"""What tests do in a window: read what it says, press, type, look at painted pixels."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAINTED = """(canvas) => {
  const {width, height} = canvas;
  const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const colours = new Set();
  let painted = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) {
    painted++;
    colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  }
  return {painted, colours: colours.size};
}"""


@dataclass(frozen=True)
class Dashboard:
    """A dashboard that is served."""

    url: str
    file: Path
    pid: int

    @property
    def n_threads(self) -> int:
        """Threads of the server now."""
        return len([*Path(f"/proc/{self.pid}/task").iterdir()])


class Window:
    """A window of the browser with a dashboard in it."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def wait_for(self, condition: Callable[[], object], *, seconds: float = 30.0) -> None:
        """Wait until something is true."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"still not, at: {self.state}"
            self.page.wait_for_timeout(50)

    def ready(self, *, step: int = 0) -> Window:
        """Wait until the society stands at a step."""
        self.page.wait_for_selector(".society-panel :is(canvas, svg[role=img])")
        self.wait_for(lambda: self.step == step and "building" not in self.state)
        return self

    @property
    def state(self) -> str:
        """What the bar says of the society."""
        found = self.page.locator(".society-state")
        return found.inner_text() if found.count() else ""

    @property
    def step(self) -> int:
        """The step that the bar names; -1 if none."""
        found = re.match(r"Step ([\d,]+) of", self.state)
        return int(found[1].replace(",", "")) if found else -1

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def run_to(self, step: int) -> None:
        """Type a step to run to, and wait for it."""
        field = self.page.get_by_label("run to step")
        field.fill(str(step))
        field.press("Enter")
        self.wait_for(lambda: self.step == step and "playing" not in self.state)

    def panel(self, name: str) -> Any:
        """A panel by name."""
        return self.page.locator(f"[data-panel='{name}']")

    def control(self, field: str) -> Any:
        """The control of a parameter of the table that is open."""
        return self.page.locator(".society-control").filter(has=self.page.locator(f"text=/^{field}( |$)/")).first

    def painted(self, panel: str) -> dict[str, int]:
        """How many pixels of a panel's upper canvas are painted, and in how many colours."""
        return self.panel(panel).locator("canvas").last.evaluate(PAINTED)
