"""Ticker: draws at a rate of its own, however fast a society steps and however slow the browser is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PERIOD = 0.1
"""Seconds from one frame to the next at least."""
SHARE = 0.15
"""Of the time that drawing may take at most; the rest is for stepping, which waits for it."""
LONGEST_REST = 2.0
"""Seconds from one frame to the next at most for the sake of that share: a first frame may take long."""
PATIENCE = 5.0
"""Seconds after which the next frame is drawn though the browser has not answered the last."""


class Ticker:
    """Calls `draw` with the number of a frame whenever `stamp` differs from what it was at the last.

    A frame waits until the browser has answered the one before (`answer`), so that none pile up; and as long as
    something `is_stepping`, until that has had its share of the time.
    """

    def __init__(
        self,
        stamp: Callable[[], object],
        draw: Callable[[int], None],
        *,
        is_stepping: Callable[[], bool] = lambda: True,
    ) -> None:
        self._stamp, self._draw, self._is_stepping = stamp, draw, is_stepping
        self._frame = 0
        self._answered = 0
        self._drawn_at = self._rested_at = 0.0
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
            shown, begun = stamp, time.monotonic()
            self._frame += 1
            self._drawn_at = begun
            self._draw(self._frame)
            ended = time.monotonic()
            self._rested_at = ended + min((ended - begun) * (1 / SHARE - 1), LONGEST_REST)
            pause = PERIOD

    def _may_draw(self) -> bool:
        now = time.monotonic()
        if self._is_stepping() and now < self._rested_at:
            return False
        return self._answered >= self._frame or now - self._drawn_at > PATIENCE
