"""Checks on a list of processes: every column has one owner, and nothing is read before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from society.population import Column
from society.processes.base import CORE_COLUMNS, Process


def order_problems(processes: Sequence[Process], registry: Mapping[str, type[Process]]) -> list[str]:
    """What is wrong with the columns and the order of `processes`, one sentence each.

    `registry` serves to name a process that would own what is missing.
    """
    columns = {column.name: column for column in CORE_COLUMNS}
    owner: dict[str, str] = {}
    found = []
    for process in processes:
        for column in process.columns():
            if column.name in columns:
                held_by = owner.get(column.name, "every society")
                found.append(f"{process.full_name}: its column {column.name!r} already belongs to {held_by}")
            else:
                columns[column.name], owner[column.name] = column, process.full_name
    for process in processes:
        found += [
            f"{process.full_name}: needs column {name!r}, which no process here owns{_who_would(name, registry)}"
            for name in (*process.inputs(), *process.outputs())
            if name not in columns
        ]
    found += [*_read_before_written(processes, columns), *_given_before_born(processes, owner)]
    return [*dict.fromkeys(found)]


def _read_before_written(processes: Sequence[Process], columns: Mapping[str, Column]) -> Iterator[str]:
    """Scratch columns are written anew each step: all who write them come before all who read them."""
    for place, reader in enumerate(processes):
        for name in (*reader.inputs(), *reader.may_read):
            if name not in columns or not columns[name].is_scratch:
                continue
            for writer in processes[place:]:
                if writer is not reader and (name in writer.outputs() or any(c.name == name for c in writer.columns())):
                    yield (
                        f"{reader.full_name}: must come after {writer.full_name}, which writes {name!r}; "
                        "change their order in the file or in run.order"
                    )


def _given_before_born(processes: Sequence[Process], owner: Mapping[str, str]) -> Iterator[str]:
    """Newborns are filled in the order of processes: who changes a column for them comes after its owner."""
    for place, giver in enumerate(processes):
        if type(giver).born is Process.born:
            continue
        later = {process.full_name for process in processes[place + 1 :]}
        for name in (*giver.outputs(), *giver.may_add_to):
            if owner.get(name) in later:
                yield (
                    f"{giver.full_name}: must come after {owner[name]}, whose {name!r} it changes for newborns; "
                    "change their order in the file or in run.order"
                )


def _who_would(name: str, registry: Mapping[str, type[Process]]) -> str:
    owners = [kind for kind, process in registry.items() if any(column.name == name for column in process.owns)]
    return f"; [process.{owners[0]}] would" if owners else ""
