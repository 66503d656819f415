"""Replay: a run of a study done again, bit by bit, any recorded step of which can be looked at.

Studies keep no states: they follow from the scenario. A replay keeps copies of some while it is made, and goes from the
nearest one to the step asked for.
"""

from __future__ import annotations

import bisect
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from dashboards.history import History
from dashboards.live import KERNELS, LiveRun
from dashboards.sample import Sample
from society import kernels
from society.model import Society
from society.runner import state_hash
from society.scenario import Scenario

type Array = np.ndarray[Any, np.dtype[Any]]

MOST_COPIES = 60
MOST_BYTES = 400_000_000
"""Of all copies together; when there would be more, every other one goes."""


class Copies:
    """Societies at some steps, packed, in bounded memory; the first one always stays."""

    def __init__(self, *, most: int = MOST_COPIES, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._packed: dict[int, bytes] = {}

    @property
    def steps(self) -> list[int]:
        """Steps of which there is a copy, in order."""
        return [*self._packed]

    @property
    def n_bytes(self) -> int:
        """Memory that they take."""
        return sum(map(len, self._packed.values()))

    def keep(self, model: Society) -> None:
        """Keep a copy of a society that is farther than those before."""
        self._packed[model.n_steps] = pickle.dumps(model, protocol=5)
        while len(self._packed) > 1 and (len(self._packed) > self._most or self.n_bytes > self._most_bytes):
            self._packed = {step: self._packed[step] for step in self.steps[::2]}

    def before(self, step: int) -> Society:
        """A society of the last step that is kept and not beyond one."""
        place = bisect.bisect_right(self.steps, step) - 1
        model: Society = pickle.loads(self._packed[self.steps[place]])
        return model


class Replay:
    """A run that is done again in threads of its own, and shown at one step; panels look at it as at a `LiveRun`.

    Parameters
    ----------
    scenario
        The exact scenario of the run.
    recorded
        The hash of its last state as the study has it; None if it has none.
    step
        The step to show first; the last one if it is not reached.

    Attributes
    ----------
    scenario
        What is done again.
    verdict
        Whether the last state is the recorded one, in words; empty until it is reached.
    same
        Whether it is; None until then.
    shown_step
        Step of the society that is shown; -1 before the first.
    history
        What was measured up to that step.
    """

    def __init__(self, scenario: Scenario, *, recorded: str | None = None, step: int | None = None) -> None:
        self.scenario = scenario
        self.verdict = ""
        self.same: bool | None = None
        self.shown_step = -1
        self.history = History()
        self._recorded = recorded
        self._copies = Copies()
        self._shown: Society | None = None
        self._wanted = scenario.run.steps if step is None else step
        self._error = ""
        self._is_closed = False
        self._changed = threading.Condition()
        self._live = LiveRun(scenario)
        self._threads = [
            threading.Thread(target=work, name=f"society-replay-{name}", daemon=True)
            for name, work in (("make", self._make), ("show", self._show_wanted))
        ]
        for thread in self._threads:
            thread.start()

    # What one can ask for.

    def show(self, step: int) -> None:
        """Show the last recorded step that is not beyond one."""
        with self._changed:
            self._wanted = step
            self._changed.notify_all()

    def close(self) -> None:
        """End it; nothing can be asked for afterwards."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._live.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=60)

    def follow(self, row: int) -> None:
        """Nothing: the traits of who is drawn are kept from the start, of nobody else ever."""

    # What one can see, as of a LiveRun.

    @property
    def generation(self) -> int:
        """How many societies have been built: one."""
        return self._live.generation

    @property
    def sample(self) -> Sample | None:
        """Who is drawn; None until there is a society to show."""
        return self._live.sample if self._shown is not None else None

    @property
    def error(self) -> str:
        """What went wrong, in words; empty if nothing did."""
        return self._error or self._live.error

    @property
    def steps(self) -> list[int]:
        """Recorded steps that can be shown already."""
        made = self._live.n_steps if self._copies.steps else -1
        return [step for step in self._live.history.steps.tolist() if step <= made]

    @property
    def n_made(self) -> int:
        """Steps that have been done again."""
        return self._live.n_steps

    @property
    def stamp(self) -> tuple[Any, ...]:
        """What differs whenever there is something new to see."""
        made = self.n_made * 20 // max(self.scenario.run.steps, 1)
        return self.generation, self.shown_step, self.verdict, self.error, made

    @contextmanager
    def look(self) -> Iterator[Society | None]:
        """The society at the step that is shown; change nothing."""
        with KERNELS, kernels.threads(self._shown.threads if self._shown else 1):
            yield self._shown

    def person_history(self, row: int) -> tuple[Array, Array]:
        """(n,) steps and (n, n_traits) traits up to the step that is shown of the person of a row."""
        model = self._shown
        if model is None or "traits" not in model.population or not 0 <= row < model.n_agents:
            return np.empty(0, "i8"), np.empty((0, 0))
        return self.history.person(row, int(model.population["uid"][row]), model.population.size("trait"))

    # The threads.

    def _make(self) -> None:
        try:
            self._live.wait(timeout=np.inf)
            last = self.scenario.run.steps
            for step in self._copied_steps():
                if self._is_closed or self._live.error:
                    return
                if step:
                    self._live.run_to(step)
                    self._live.wait(timeout=np.inf)
                with self._live.look() as model:
                    if model is None or model.n_steps != step:
                        return
                    self._copies.keep(model)
                    found = state_hash(model.state()) if step == last else ""
                with self._changed:
                    self._changed.notify_all()
            self._judge(found)
        except Exception as error:
            self._error = self._error or f"{type(error).__name__}: {error}"

    def _copied_steps(self) -> list[int]:
        """Steps of which copies are made, evenly from the first to the last."""
        last = self.scenario.run.steps
        return sorted({round(step) for step in np.linspace(0, last, min(MOST_COPIES, last + 1))})

    def _judge(self, found: str) -> None:
        if self._recorded is None:
            self.verdict = "Done again; the study has no hash of this run's last state to compare with."
            return
        self.same = found == self._recorded
        said = "is the recorded one, bit by bit" if self.same else "is not the recorded one"
        self.verdict = f"Done again: the last state {said} (state_hash {found[:12]}…)."
        if not self.same:
            self.verdict += f" Recorded: {self._recorded[:12]}…. The code or its libraries have changed since."

    def _show_wanted(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._can_show)
                if self._is_closed:
                    return
                step = self._next_step()
            try:
                self._go_to(step)
            except Exception as error:
                self._error = f"{type(error).__name__}: {error}"
                return

    def _can_show(self) -> bool:
        return self._is_closed or self._next_step() not in (-1, self.shown_step)

    def _next_step(self) -> int:
        """The last step that can be shown and is not beyond the one that is wanted; -1 if none can be."""
        return max((step for step in self.steps if step <= self._wanted), default=-1)

    def _go_to(self, step: int) -> None:
        with KERNELS:
            model = self._copies.before(step)
            with kernels.threads(model.threads):
                while model.n_steps < step:
                    model.step()
        with self._live.look():
            self._shown, self.shown_step, self.history = model, step, self._live.history.until(step)
