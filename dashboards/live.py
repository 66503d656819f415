"""LiveRun: a society that steps in a thread of its own while others look at it.

No pages here: what is played, paused and stepped is the same society that `society.run` would run, bit by bit.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from dashboards.fair_lock import FairLock
from dashboards.history import History, kept_of
from dashboards.sample import Sample
from society import kernels
from society.errors import InputError
from society.measures import choose
from society.model import Society
from society.recorder import Recorder
from society.scenario import Scenario

type Array = np.ndarray[Any, np.dtype[Any]]

KERNELS = FairLock()
"""Held by whoever computes: two threads in numba's thread pool at the same time end the process."""
ALL_CORES_FROM = 30_000
"""People from which on a core more makes steps faster than drawing beside them makes them slower."""


class LiveRun:
    """A society to play, pause, step and reset, while pages look at it.

    Parameters
    ----------
    scenario
        What to simulate; it is built at once, in the run's own thread.
    threads
        Threads to compute with; by default one for a small society, all for a large one, and between them as many as
        leave a core to drawing and to the browser, for which all others would wait in every kernel.

    Attributes
    ----------
    speed
        Steps a second at most; None for as many as there can be.
    error
        What went wrong last, in words; empty if nothing did.
    generation
        How many societies have been built.
    histories
        What was measured in each society of the run, of which a `LiveRun` has one.
    """

    def __init__(self, scenario: Scenario, *, threads: int | None = None) -> None:
        self.speed: float | None = None
        self.error = ""
        self.details = ""
        self.generation = 0
        self.scenario = scenario
        self.histories: tuple[History, ...] = (History(),)
        self.sample: Sample | None = None
        self.steps_per_s = 0.0
        self._threads = threads
        self._recorders: tuple[Recorder, ...] = ()
        self._followed: Array = np.empty(0, "i8")
        self._tracked: Array = np.empty(0, "i8")
        self._wanted: Scenario | None = scenario
        self._target = 0
        self._is_torn = False
        self._is_closed = False
        self._state = FairLock()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="society-run", daemon=True)
        self._thread.start()

    # What one can ask for.

    def play(self) -> None:
        """Step until the end of the run."""
        self.run_to(max(self.scenario.run.steps, self.n_steps))

    def pause(self) -> None:
        """Stop after the step that is being made."""
        self._order(target=0)

    def step(self, number: int = 1) -> None:
        """Make some steps more, and then pause."""
        self._order(target=self.n_steps + number)

    def run_to(self, step: int) -> None:
        """Step until so many steps are done, and then pause.

        Raises
        ------
        InputError
            If more steps have been done already.
        """
        if step < self.n_steps and self._wanted is None:
            raise InputError(f"step {step:,} is past, since {self.n_steps:,} are done; reset first")
        self._order(target=step)

    def reset(self, scenario: Scenario | None = None) -> None:
        """Begin anew, with another scenario if one is given."""
        self._order(target=0, wanted=scenario or self._wanted or self.scenario)

    def close(self) -> None:
        """End the run and its thread; nothing can be asked for afterwards."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=60)

    def follow(self, row: int) -> None:
        """Keep the traits of the person of a row from now on."""
        with self._state:
            self._followed = np.union1d(self._followed, [row])
            self._track()

    # What one can see.

    @property
    def history(self) -> History:
        """What was measured so far."""
        return self.histories[0]

    @property
    def _model(self) -> Society | None:
        return self._recorders[0].model if self._recorders else None

    @property
    def status(self) -> str:
        """One of building, playing, paused, done, failed, closed."""
        if self._is_closed:
            return "closed"
        if self._wanted is not None or (self._model is None and not self.error):
            return "building"
        if self._is_torn or self._model is None:
            return "failed"
        if self._target > self.n_steps:
            return "playing"
        return "done" if self.n_steps >= self.scenario.run.steps else "paused"

    @property
    def n_steps(self) -> int:
        """Steps done; 0 before the society is built."""
        return self._model.n_steps if self._model else 0

    @property
    def stamp(self) -> tuple[int, int, str, str]:
        """What differs whenever there is something new to see."""
        return self.generation, self.n_steps, self.status, self.error

    @contextmanager
    def look(self) -> Iterator[Society | None]:
        """The society while it stands still, or None before it is built; be quick, and change nothing."""
        with self._state, KERNELS, kernels.threads(self._model.threads if self._model else 1):
            yield self._model

    def wait(self, *, timeout: float = 60.0) -> str:
        """Wait until it neither builds nor plays, and return the status."""
        deadline = time.monotonic() + timeout
        while (status := self.status) in ("building", "playing"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"still {status} after {timeout:g} s")
            time.sleep(0.005)
        return status

    # The thread.

    def _order(self, *, target: int, wanted: Scenario | None = None) -> None:
        with self._changed:
            if wanted is not None:
                self._wanted = wanted
            self._target = target
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work)
                if self._is_closed:
                    return
                wanted = self._wanted
            begun = time.perf_counter()
            try:
                self._build(wanted) if wanted is not None else self._advance()
            except Exception as error:
                self._fail(error, building=wanted)
            if wanted is None:
                self._pace(begun)

    def _has_work(self) -> bool:
        return self._is_closed or self._wanted is not None or (self._target > self.n_steps and not self._is_torn)

    def _build(self, scenario: Scenario) -> None:
        with KERNELS:
            recorders = self._made(scenario)
            model = recorders[0].model
            if self._threads is None and model.n_agents < ALL_CORES_FROM:
                for recorder in recorders:
                    recorder.model.threads = min(recorder.model.threads, max(kernels.max_threads() - 1, 1))
            with kernels.threads(model.threads):
                sample = self._sample_of(model)
        for recorder in recorders:
            recorder.measures = [*dict.fromkeys([*recorder.measures, *choose((), recorder.model)])]
        with self._state:
            self.scenario, self._recorders, self.sample = scenario, recorders, sample
            self.histories = tuple(History() for _ in recorders)
            self.error, self.details, self._is_torn = "", "", False
            self.generation += 1
            self.steps_per_s = 0.0
            self._track()
            with KERNELS:
                self._record()
        with self._changed:
            if self._wanted is scenario:
                self._wanted = None

    def _made(self, scenario: Scenario) -> tuple[Recorder, ...]:
        """Recorders of the societies to be stepped together; the first is the one that the scenario says."""
        return (Recorder(Society(scenario, threads=self._threads)),)

    def _sample_of(self, model: Society) -> Sample:
        """Who is drawn; the same people in the same places if the graph is that of the last society."""
        before = self._model
        if before is not None and self.sample is not None and before.graph.digest() == model.graph.digest():
            return self.sample
        return Sample.of(model.graph)

    def _advance(self) -> None:
        with self._state, KERNELS:
            for recorder in self._recorders:
                recorder.model.step()
            is_last, first = self.n_steps >= self._target, self._recorders[0]
            if is_last or (first.is_due() and self.n_steps // first.record.every % self.history.stride == 0):
                self._record()

    def _record(self) -> None:
        """Keep the measures, who knows each item and the traits of who is drawn; it changes nothing."""
        for recorder, history in zip(self._recorders, self.histories, strict=True):
            row = recorder.row()
            del row["step"]
            with kernels.threads(recorder.model.threads):
                history.append(recorder.model.n_steps, row, kept_of(recorder.model, self._tracked))

    def _track(self) -> None:
        """Note whose traits are kept: those of who is drawn and who is followed."""
        if self.sample is not None:
            followed = self._followed[self._followed < self.sample.n_agents]
            self._tracked = np.union1d(self.sample.rows, followed).astype("i8")

    def _fail(self, error: Exception, *, building: Scenario | None) -> None:
        """Keep in words what went wrong; a society whose step failed cannot go on."""
        with self._changed:
            said = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
            if building is None:
                self._is_torn = True
                said = f"Step {self.n_steps + 1:,} failed: {said}"
            elif self._wanted is building:
                self._wanted = None
            self.error, self._target = said, 0
            self.details = "".join(traceback.format_exception(error))

    def _pace(self, begun: float) -> None:
        """Wait until the next step is due, and keep the rate of steps."""
        if self.speed:
            with self._changed:
                left = 1.0 / self.speed - (time.perf_counter() - begun)
                if left > 0 and self._target > self.n_steps:
                    self._changed.wait(left)
        rate = 1.0 / max(time.perf_counter() - begun, 1e-9)
        self.steps_per_s = rate if not self.steps_per_s else 0.9 * self.steps_per_s + 0.1 * rate

    def person_history(self, row: int, *, side: int = 0) -> tuple[Array, Array]:
        """(n,) steps and (n, n_traits) traits of who now has a row in a society, as far as they were kept."""
        with self._state:
            model = self._recorders[side].model if self._recorders else None
            if model is None or "traits" not in model.population or not 0 <= row < model.n_agents:
                return np.empty(0, "i8"), np.empty((0, 0))
            population = model.population
            return self.histories[side].person(row, int(population["uid"][row]), population.size("trait"))
