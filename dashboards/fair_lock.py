"""FairLock: a lock that goes to whoever has waited longest.

A thread that steps a society gives its lock back for microseconds only: with a plain lock others would starve.
"""

from __future__ import annotations

import threading
from collections import deque


class FairLock:
    """A lock for `with` blocks, handed on in the order in which it was asked for."""

    def __init__(self) -> None:
        self._inner = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._is_held = False

    def __enter__(self) -> None:
        with self._inner:
            if not self._is_held:
                self._is_held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._queue.append(turn)
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._inner:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._is_held = False
