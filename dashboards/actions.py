"""Actions: what a button does, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable


def in_order(*actions: Callable[[], None]) -> Callable[[], None]:
    """A function that does each of some actions."""

    def act() -> None:
        for action in actions:
            action()

    return act
