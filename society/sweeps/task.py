"""One run of a sweep, wherever it is done: what it takes, what comes out, and the doing."""

from __future__ import annotations

import os
import pickle
import platform
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

import pandas as pd

from society import kernels
from society.errors import InputError
from society.folder import now
from society.graph import SocialGraph
from society.model import Society
from society.provenance import added, code_digest
from society.recorder import Recorder, Row
from society.results import results_hash
from society.runner import Clock, Run, agents_frame, state_hash
from society.scenario import Scenario

WRONG_INPUT = "wrong input: "
"""Begins the error of a run whose scenario is impossible, so that it would fail again."""
_ONE_AT_A_TIME = threading.Lock()  # threads of one process must not compute with numba at the same time


@dataclass(frozen=True)
class Task:
    """A run to be done.

    Attributes
    ----------
    run_id
        The name of the run.
    base
        The scenario that it starts from, pickled: many runs share it.
    values
        Values by path beyond the base, seed included.
    timeout
        Seconds that it may take.
    max_steps
        Steps after which to stop, for a look at how long runs take.
    """

    run_id: str
    base: bytes
    values: Mapping[str, Any]
    timeout: float | None = None
    max_steps: int | None = None

    @property
    def scenario(self) -> Scenario:
        """What is run."""
        return _base(self.base).replace(self.values)


@dataclass(frozen=True)
class Result:
    """What came out of a run.

    Attributes
    ----------
    run_id
        The name of the run.
    status
        done or failed.
    error
        In one line, what went wrong.
    story
        All that is known of what went wrong.
    facts
        How it went: times, memory, sizes, hashes.
    series, agents
        What was recorded.
    """

    run_id: str
    status: str
    error: str | None = None
    story: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    series: pd.DataFrame = field(default_factory=pd.DataFrame)
    agents: pd.DataFrame = field(default_factory=pd.DataFrame)

    @classmethod
    def failed(cls, run_id: str, error: str, story: str = "", **facts: Any) -> Result:
        """The result of a run that did not come to its end."""
        return cls(run_id, "failed", error, story or f"{error}\n", {"finished": now(), **facts})

    def row(self) -> dict[str, Any]:
        """How the run went, and its outcomes at the last step."""
        measures = [name for name in self.series if name not in ("run_id", "step")] if len(self.series) else []
        known = {"run_id": self.run_id, "status": self.status, "error": self.error, **self.facts}
        return known | {str(name): float(self.series[name].to_numpy()[-1]) for name in measures}


class TimedOut(Exception):
    """A run took longer than it may."""


def do(task: Task, plugins: tuple[str, ...] | None = None) -> Result:
    """Do a run, in one thread; whatever goes wrong with it is its result.

    Parameters
    ----------
    task
        The run.
    plugins
        Modules whose sources count as code beside those of Society; by default all that add to it here.
    """
    with _ONE_AT_A_TIME, kernels.threads(1):
        facts = {"code_digest": _code_digest(plugins, tuple(added())), "worker": f"{platform.node()}:{os.getpid()}"}
        try:
            return _done(task, facts)
        except (Exception, SystemExit) as error:
            return Result.failed(task.run_id, _said(task, error), "".join(traceback.format_exception(error)), **facts)


def _said(task: Task, error: BaseException) -> str:
    """An error in one line; what is wrong with a scenario is not said of the file that it starts from."""
    if isinstance(error, InputError):
        source = f"{_base(task.base).source}: "
        return WRONG_INPUT + "; ".join(problem.removeprefix(source) for problem in error.problems)
    return str(error) if isinstance(error, TimedOut) else f"{type(error).__name__}: {error}"


def do_there(task: Task, plugins: tuple[str, ...] | None) -> Result:
    """Do a run in a process that others have started, and that may have done runs with other plugins before."""
    for plugin in plugins or ():
        import_module(plugin)
    return do(task, plugins)


def _done(task: Task, facts: dict[str, Any]) -> Result:
    rows: list[Row] = []
    scenario, clock = task.scenario, Clock()
    with clock.phase("build_s"):
        recorder = Recorder(Society(scenario, threads=1, graph=_graph(scenario)))
    model, run = recorder.model, Run(recorder, clock, rows.append)
    run.begin()
    for _ in range(scenario.run.steps if task.max_steps is None else min(task.max_steps, scenario.run.steps)):
        run.step()
        if task.timeout is not None and time.perf_counter() - clock.start > task.timeout:
            raise TimedOut(f"took longer than {task.timeout:g} s: stopped at step {model.n_steps}")
    state = state_hash(model.state())
    series = pd.DataFrame(rows)
    facts |= {
        **{"steps_done": model.n_steps, "n_agents": model.n_agents, "n_ties": model.graph.n_edges},
        **{"state_hash": state, "results_hash": results_hash(series, state), "finished": now(), **run.timing()},
    }
    series.insert(0, "run_id", task.run_id)
    agents = agents_frame(model) if recorder.record.agents else pd.DataFrame()
    if len(agents):
        agents.insert(0, "run_id", task.run_id)
    return Result(task.run_id, "done", facts=facts, series=series, agents=agents)


def pickled(scenario: Scenario) -> bytes:
    """A scenario as a `Task` carries it.

    Raises
    ------
    InputError
        If a process of it is of a class that nobody could import.
    """
    try:
        return pickle.dumps(scenario)
    except (AttributeError, pickle.PicklingError) as error:
        said = f"cannot be handed to whoever does the runs: {error}; define its class at the top of a module"
        raise InputError(f"{scenario.source}: {said}") from error


@lru_cache(maxsize=8)
def _base(pickled: bytes) -> Scenario:
    scenario: Scenario = pickle.loads(pickled)
    return scenario


@cache
def _code_digest(plugins: tuple[str, ...] | None, classes: tuple[type, ...]) -> str:
    """The digest of the code as it was when these classes were first at work here, though files may change later."""
    return code_digest(plugins)


_latest: tuple[tuple[str, ...], SocialGraph] | None = None


def _graph(scenario: Scenario) -> SocialGraph:
    """The graph of a scenario: that of the run before if it is the same."""
    global _latest
    table = scenario.raw["graph"]
    seed = "" if "path" in table else scenario.run.seed  # a file is the same for all
    key = (repr(table), str(scenario.population.n_agents), str(seed))
    if _latest is None or _latest[0] != key:
        _latest = None  # which may be large, before the next is built
        _latest = (key, scenario.build_graph())
    return _latest[1]
