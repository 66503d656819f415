"""Ticker: draws at a rate of its own, however fast a society steps and however slow the browser is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PERIOD = 0.1
"""Seconds from one frame to the next at least."""
SHARE = 0.2
"""Of the time that drawing may take at most; the rest is for stepping, which waits for it."""
PATIENCE = 5.0
"""Seconds after which the next frame is drawn though the browser has not answered the last."""


class Ticker:
    """Calls `draw` with the number of a frame whenever `stamp` differs from what it was at the last.

    A frame waits until the browser has answered the one before (`answer`), so that none pile up.
    """

    def __init__(self, stamp: Callable[[], object], draw: Callable[[int], None]) -> None:
        self._stamp, self._draw = stamp, draw
        self._frame = 0
        self._answered = 0
        self._drawn_at = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="society-ticker", daemon=True)

    def start(self) -> None:
        """Begin to draw."""
        self._thread.start()

    def answer(self, frame: int) -> None:
        """Note that the browser has drawn a frame."""
        self._answered = max(self._answered, frame)

    def close(self) -> None:
        """Draw no more."""
        self._stop.set()

    def _work(self) -> None:
        shown: object = None
        pause = PERIOD
        while not self._stop.wait(pause):
            stamp = self._stamp()
            if stamp == shown or not self._may_draw():
                pause = PERIOD / 2
                continue
            shown, begun = stamp, time.perf_counter()
            self._frame += 1
            self._drawn_at = time.monotonic()
            self._draw(self._frame)
            pause = max(PERIOD, (time.perf_counter() - begun) * (1 / SHARE - 1))

    def _may_draw(self) -> bool:
        return self._answered >= self._frame or time.monotonic() - self._drawn_at > PATIENCE
