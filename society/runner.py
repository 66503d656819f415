"""Running a scenario: from a scenario to a study folder, whatever happens on the way."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numba.core.event import TimingListener, install_listener

from society.errors import InputError
from society.folder import FolderWriter, check_folder, now
from society.model import Society
from society.provenance import code_digest, machine, peak_memory_mb, versions
from society.recorder import Recorder, Row
from society.results import Study
from society.scenario import Scenario
from society.writers import RunWriter

RESULTS = Path("results")
"""Where studies go unless told otherwise."""


def run(
    scenario: Scenario,
    *,
    out: str | Path | None = None,
    threads: int | None = None,
    force: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Study:
    """Run a scenario into a study folder.

    Parameters
    ----------
    scenario
        What to simulate.
    out
        The folder; by default a new one under ``results``, named after the scenario.
    threads
        Threads to compute with; by default one for a small population, else all. The results are the same.
    force
        Replace a study that stands in the folder.
    progress
        Called with the number of steps done after each.

    Raises
    ------
    InputError
        If the scenario, the folder or the disk does not allow it.
    KeyboardInterrupt
        If interrupted; what was recorded is kept and the study says so.
    """
    if out is not None:
        check_folder(Path(out), force=force)
    clock = Clock()
    with clock.phase("build_s"):
        recorder = Recorder(Society(scenario, threads=threads))
    folder = free_folder(scenario.scenario.name) if out is None else Path(out)
    with Recording(recorder, folder, clock, force=force) as recording:
        recording.begin()
        for _ in range(scenario.run.steps):
            recording.step()
            if progress:
                progress(recorder.model.n_steps)
        recording.finish()
    return Study.load(folder)


def free_folder(name: str) -> Path:
    """Make and return the first folder among results/name, results/name-2, … that does not exist."""
    folder, number = RESULTS / name, 1
    while True:
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            number += 1
            folder = RESULTS / f"{name}-{number}"
        except OSError as error:
            raise InputError(f"{folder}: cannot be made: {error.strerror}") from error
        else:
            return folder


@dataclass
class Clock:
    """Wall time by phase since the start, compilation kept apart."""

    started: str = field(default_factory=now)
    start: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(
        default_factory=lambda: {"build_s": 0.0, "compile_s": 0.0, "steps_s": 0.0, "record_s": 0.0}
    )

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what happens meanwhile towards a phase."""
        compiling = TimingListener()
        start = time.perf_counter()
        with install_listener("numba:compile", compiling):
            yield
        compiled = compiling.duration if compiling.done else 0.0
        self.seconds["compile_s"] += compiled
        self.seconds[name] += time.perf_counter() - start - compiled


class Run:
    """A society on its way through a run: stepped, timed and measured.

    Parameters
    ----------
    recorder
        Takes the measures of the society.
    clock
        Counts the time, that of building the society included.
    append
        Called with each row of measures.
    """

    def __init__(self, recorder: Recorder, clock: Clock, append: Callable[[Row], None]) -> None:
        self.recorder, self.clock, self.append, self.model = recorder, clock, append, recorder.model

    def begin(self) -> None:
        """Take the first row."""
        self._record()

    def step(self) -> None:
        """Advance by one step, and take a row if that is due."""
        with self.clock.phase("steps_s"):
            self.model.step()
        if self.recorder.is_due():
            self._record()

    def timing(self) -> dict[str, float]:
        """How long each phase took, how fast the steps were, and how much memory the process ever held."""
        seconds, n_agent_steps = self.clock.seconds, self.model.n_agents * self.model.n_steps
        rate = n_agent_steps / seconds["steps_s"] if seconds["steps_s"] else 0.0
        rounded = {name: round(value, 3) for name, value in seconds.items()}
        wall = round(time.perf_counter() - self.clock.start, 3)
        return {**rounded, "wall_s": wall, "agent_steps_per_s": round(rate), "peak_memory_mb": peak_memory_mb()}

    def _record(self) -> None:
        with self.clock.phase("record_s"):
            self.append(self.recorder.row())


class Recording(Run):
    """A run on its way into a study folder.

    Used in a `with` block: whatever ends it, what there is is kept and the study says why it ended.
    """

    def __init__(self, recorder: Recorder, folder: Path, clock: Clock, *, force: bool = False) -> None:
        self.writer = RunWriter(folder, _manifest(recorder.model) | {"started": clock.started}, force=force)
        super().__init__(recorder, clock, self.writer.append)

    def begin(self) -> None:
        """Keep the scenario and the first row."""
        self.writer.write_text("scenario.toml", self.model.scenario.to_toml())
        super().begin()

    def finish(self) -> None:
        """Keep how the run ended."""
        if self.recorder.record.agents:
            self.writer.write_agents(agents_frame(self.model))
        state = self.model.state()
        self.writer.finish("done", state=state, state_hash=state_hash(state), timing=self.timing())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is not None:
            end_early(self.writer, error, timing=self.timing())
            steps = f"{self.writer.manifest['steps_done']} of {self.writer.manifest['steps']}"
            error.add_note(f"kept until step {steps} in {self.writer.folder}")


def end_early(writer: FolderWriter, error: BaseException, *, status: str = "", **facts: Any) -> None:
    """Keep what there is and why it ended; what fails now must not hide the error itself."""
    interrupted = isinstance(error, KeyboardInterrupt)
    writer.manifest |= {"error": str(error) or type(error).__name__, **facts}
    try:
        if not interrupted and not isinstance(error, InputError):
            writer.write_failure("".join(traceback.format_exception(error)))
        writer.finish(status or ("interrupted" if interrupted else "failed"))
    except Exception:
        writer.close()


def _manifest(model: Society) -> dict[str, Any]:
    """What is known of a run when it starts."""
    scenario = model.scenario
    return {
        "name": scenario.scenario.name,
        "title": scenario.scenario.title,
        "run_id": run_id(scenario.digest(without_seed=True), scenario.run.seed),
        "seed": scenario.run.seed,
        "steps": scenario.run.steps,
        "n_agents": model.n_agents,
        "n_ties": model.graph.n_edges,
        "notices": model.notices,
        "threads": model.threads,
        **origin(scenario),
    }


def run_id(digest: str, seed: int, replicate: int = 0) -> str:
    """The name of a run: what digest its scenario has without the seed, its seed, and which replicate it is."""
    return sha256(f"{digest} {seed} {replicate}".encode()).hexdigest()[:16]


def origin(scenario: Scenario) -> dict[str, Any]:
    """From which scenario, code and machine results come."""
    return {
        "scenario_digest": scenario.digest(),
        "code_digest": code_digest(),
        "versions": versions(),
        "machine": machine(),
        "pid": os.getpid(),
        "command": [*sys.argv],
    }


def state_hash(state: dict[str, str]) -> str:
    """sha256 of the hashes of all parts of a state, by name."""
    return sha256("\n".join(f"{name} {state[name]}" for name in sorted(state)).encode()).hexdigest()


def agents_frame(model: Society) -> pd.DataFrame:
    """One row a person: the label of their place in the graph and their entries of all columns of the state."""
    frame: dict[str, Any] = {"label": model.graph.labels}
    for name, column in model.population.per_agent.items():
        array = np.moveaxis(model.population[name], column.dims.index("agent"), 0).reshape(model.n_agents, -1)
        others = [dim for dim in column.dims if dim != "agent"]
        labels = model.population.labels(others[0]) if others else ("",)
        labels = labels or tuple(str(number) for number in range(array.shape[1]))
        for label, values in zip(labels, array.T, strict=True):
            frame[f"{name}.{label}" if label else name] = values
    return pd.DataFrame(frame)
