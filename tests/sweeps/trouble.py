"""A process that makes trouble in one step, until its cure is there; a plug-in, which other processes have to import.

Test modules import it within fixtures only: what it adds to Society is there for all tests from then on.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from society import PROCESSES, Process, parameter

if TYPE_CHECKING:
    from society import Society


class Trouble(Process):
    """Something goes wrong, and changes nobody."""

    kind = "trouble"
    how: Literal["none", "raise", "exit", "die", "hang"] = parameter("none", "What happens.")
    at: int = parameter(2, "Steps done when it happens.", ge=0)
    cure: str = parameter("", "A file that, once it is there, keeps it from happening.")
    pause: float = parameter(0.0, "Time that each step takes.", ge=0, unit="seconds")

    def step(self, model: Society) -> None:
        """Take a while, and go wrong when it is time."""
        time.sleep(self.pause)
        if model.n_steps != self.at or (self.cure and Path(self.cure).exists()):
            return
        if self.how == "raise":
            raise RuntimeError("one step too many")
        if self.how == "exit":
            sys.exit("enough")
        if self.how == "die":
            os._exit(3)
        if self.how == "hang":
            time.sleep(90.0)


PROCESSES["trouble"] = Trouble
