"""Provenance: what has to be known of a run besides its scenario to trust and repeat it."""

from __future__ import annotations

import os
import platform
import resource
import sys
from collections.abc import Collection
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from society.person import Person
    from society.processes import Process

PACKAGES = ("society", "numpy", "numba", "mesa", "pandas", "networkx", "pyarrow", "pydantic", "rustworkx", "scipy")
"""Packages whose versions can change results."""


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that matter."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def machine() -> dict[str, Any]:
    """The kind of machine: bitwise equality is promised on one kind only."""
    return {"system": platform.system(), "machine": platform.machine(), "cores": os.cpu_count()}


def code_digest(plugins: Collection[str] | None = None) -> str:
    """sha256 of every source of the package, and of the processes and classes of people that others add.

    Parameters
    ----------
    plugins
        Modules of what others add that count; by default all.
    """
    from society.person import Person

    sources, files = sorted(Path(__file__).parent.rglob("*.py")), set()
    digest, classes = sha256(), added()
    for name in {each.__module__ for each in classes} if plugins is None else plugins:
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and Path(file).exists():
            files.add(Path(file))  # whether or not its classes are defined yet, as those inside a function
            continue
        for each in classes:  # at a prompt or in a notebook
            if each.__module__ == name:
                declared = each.declared if issubclass(each, Person) else each.model_json_schema()
                digest.update(repr(declared).encode() + each.step.__code__.co_code)
    for source in (*sources, *sorted(files)):  # in whatever order they were imported
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()


def added() -> list[type[Process] | type[Person]]:
    """The processes and classes of people that others add."""
    from society.person import PERSONS
    from society.processes import PROCESSES

    classes: list[type[Process] | type[Person]] = [*PROCESSES.values(), *PERSONS.values()]
    return [each for each in classes if not each.__module__.startswith("society.")]


def peak_memory_mb() -> float:
    """Most memory the process ever held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1024), 1)
