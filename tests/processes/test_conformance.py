"""The contract of a process, over all of PROCESSES: what it declares is what it does, whatever the society."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar
from unittest.mock import patch

import numpy as np
import pytest

from society.events import happening
from society.model import Society
from society.population import Population
from society.processes import PROCESSES, Process
from society.processes.learning import Learning
from society.scenario import Scenario
from tests.societies import CROWD, VARIANTS, stepped

every_variant = pytest.mark.parametrize("name", VARIANTS)
every_kind = pytest.mark.parametrize("kind", PROCESSES)


def society_of(name: str, **tables: Any) -> Society:
    """The society of a variant, with some tables replaced."""
    return Society(Scenario.from_dict(VARIANTS[name] | tables))


def contents(model: Society) -> dict[str, bytes]:
    """Every column's bytes, scratch included."""
    return {name: array.tobytes() for name, array in model.population.items()}


@contextmanager
def others_wait_for_ties(model: Society) -> Iterator[None]:
    """Within, new ties are there but processes do not yet take account of them: what they do then is their own."""
    before = model.graph
    with patch.object(model, "tie", partial(setattr, model, "graph")):
        yield
    if model.graph is not before:
        model.tie(model.graph)


def undeclared_writes(model: Society, process: Process, verb: Callable[[Society], None]) -> set[str]:
    """Columns that a verb of a process changes without a declaration."""
    before = contents(model)
    with others_wait_for_ties(model):
        verb(model)
        changed = {name for name, value in contents(model).items() if value != before[name]}
    return changed - {column.name for column in process.columns()} - {*process.outputs(), *process.may_add_to}


def stepwise(model: Society, steps: int, check: Callable[[Process], Any]) -> list[Any]:
    """What `check`, which must step the process it is given, says of each process in each step."""
    said = []
    for _ in range(steps):
        for platform in model.platforms.values():
            platform.step()
        n_events = len(model.scenario.events)
        happening.ask(model)
        said += [check(process) for process in model.processes[:n_events]]
        happening.change_world(model)
        said += [check(process) for process in model.processes[n_events:]]
        model.n_steps += 1
    return said


def test_the_variants_run_every_process():
    run = {process.kind for raw in VARIANTS.values() for process in Scenario.from_dict(raw).process.values()}
    assert run == {*PROCESSES}


@every_variant
def test_a_step_writes_declared_columns_only(name):
    model = society_of(name)
    found = stepwise(model, 5, lambda process: (process.name, undeclared_writes(model, process, process.step)))
    assert {each for each, columns in found if columns} == set(), found


@every_variant
def test_a_setup_writes_owned_columns_only(name):
    model = society_of(name)
    found = {process.name: undeclared_writes(model, process, process.setup) for process in model.processes}
    assert not any(found.values()), found


@every_variant
def test_the_born_are_given_declared_columns_only(name):
    model = society_of(name)
    who = np.array([0, 5, 17])
    found = {
        process.name: undeclared_writes(model, process, partial(process.born, who=who)) for process in model.processes
    }
    assert not any(found.values()), found


@every_variant
def test_a_birth_changes_nobody_else(name):
    model = stepped(society_of(name), 3)
    others = np.setdiff1d(np.arange(model.n_agents), [0, 5, 17])
    per_agent = {*model.population.per_agent}
    before = {column: model.population.by_agent(column)[others].tobytes() for column in per_agent}
    with others_wait_for_ties(model):
        for process in model.processes:
            process.born(model, np.array([0, 5, 17]))
        assert {c for c in per_agent if model.population.by_agent(c)[others].tobytes() != before[c]} == set()


class Meddler(Process):
    """Writes to a column that it does not declare."""

    kind: ClassVar[str] = "meddler"

    def step(self, model: Society) -> None:
        """Make everybody a year older."""
        model.population["age"] += 1


def test_an_undeclared_write_would_be_found():
    model, meddler = society_of("everything"), Meddler(name="meddler")
    assert undeclared_writes(model, meddler, meddler.step) == {"age"}


class WatchedPopulation(Population):
    """Remembers which columns were asked for."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, name: str) -> Any:
        """The column."""
        if name in self:
            self.asked.add(name)
        return super().__getitem__(name)


def undeclared_reads(model: Society, process: Process) -> set[str]:
    """Columns that a step of a process asks for without a declaration."""
    WatchedPopulation.asked.clear()
    with others_wait_for_ties(model):
        process.step(model)
        asked = {*WatchedPopulation.asked}
    core = {name for name, owner in model.population.owners.items() if owner == "society"}
    declared = {*process.inputs(), *process.may_read, *process.outputs(), *process.may_add_to}
    declared |= {column.name for column in process.columns()}
    return asked - declared - core


@every_variant
def test_a_step_reads_declared_columns_only(name):
    model = society_of(name)
    model.population.__class__ = WatchedPopulation
    found = stepwise(model, 5, lambda process: (process, undeclared_reads(model, process)))
    # learning asks the sources for rewards, and they read what is theirs
    asks_sources = [process for process in model.processes if isinstance(process, Learning)]
    assert {process.name: columns for process, columns in found if columns and process not in asks_sources} == {}


@every_variant
def test_a_society_is_a_function_of_its_scenario(name):
    assert stepped(society_of(name), 10).state() == stepped(society_of(name), 10).state()


def test_another_seed_makes_another_society():
    one, other = (stepped(society_of("everything", run={"seed": seed}), 10).state() for seed in (1, 2))
    assert one["traits"] != other["traits"]
    assert one["knows"] != other["knows"]


@every_variant
def test_one_thread_and_two_make_the_same_society(name, threads):
    threads(1)
    serial = stepped(society_of(name), 10).state()
    threads(2)
    assert stepped(society_of(name), 10).state() == serial


@every_variant
def test_columns_keep_their_bounds(name):
    model = society_of(name)
    outside = set()
    for _ in range(20):
        model.step()
        for column in model.population.columns.values():
            values = model.population[column.name]
            if (values < column.low).any() or (values > column.high).any():
                outside.add(column.name)
    assert outside == set()


@every_variant
@pytest.mark.parametrize("n_agents", [1, 6])
def test_isolated_people_live_on(name, n_agents):
    population = VARIANTS[name]["population"] | {"n_agents": n_agents}
    model = stepped(society_of(name, graph=CROWD, population=population), 10)
    assert model.n_agents == n_agents
    for column in ("traits", "age", "attention", "plasticity", "wealth"):
        assert np.isfinite(model.population[column]).all(), column


@every_kind
def test_a_process_is_documented(kind):
    assert len(inspect.cleandoc(PROCESSES[kind].__doc__ or "").splitlines()) > 1
    assert PROCESSES[kind].__doc__ != Process.__doc__


@every_kind
def test_every_field_of_a_process_has_a_sentence(kind):
    silent = [
        name for name, field in PROCESSES[kind].model_fields.items() if not (field.description or "").endswith(".")
    ]
    assert silent == []


@every_kind
def test_every_column_of_a_process_has_a_sentence(kind):
    assert [column.name for column in PROCESSES[kind].owns if not column.doc.endswith(".")] == []


@every_kind
def test_every_decision_of_a_process_says_what_is_decided(kind):
    assert [name for name, sentence in PROCESSES[kind].decisions.items() if len(sentence.split()) < 3] == []


@every_kind
def test_a_kind_is_the_name_of_its_file(kind):
    assert PROCESSES[kind].kind == kind
    assert PROCESSES[kind].__module__ == f"society.processes.{kind}"


@every_kind
def test_a_process_says_how_it_updates(kind):
    assert PROCESSES[kind].update in {"synchronous", "matching", "sequential"}
