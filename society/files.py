"""Scenario files as nested dictionaries: reading TOML, `extends`, and setting single values by dotted path.

What the values may be is not known here; see `scenario`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from society.errors import InputError, did_you_mean

type Raw = dict[str, Any]

MAX_DEPTH = 100
"""Tables and lists within one another, and files that extend one another, at most."""
DATA_SECTIONS = ("graph", "population")
"""Tables whose `path` is a file of data."""
OTHER_FILES = {"sweep": "society sweep", "calibration": "society calibrate"}
"""Tables that make a file another one than that of a scenario, and the commands that take it."""


def read(path: Path, seen: tuple[Path, ...] = ()) -> Raw:
    """The tables of a file over those of the file it extends, with paths to data made absolute."""
    if path.resolve() in seen:
        raise InputError(f"{path}: extends itself: {' → '.join(each.name for each in (*seen, path))}")
    if len(seen) > MAX_DEPTH:
        raise InputError(f"{seen[0]}: extends a chain of more than {MAX_DEPTH} files")
    raw = read_tables(path, what="a scenario file")
    make_absolute(raw, path.parent)
    if "extends" not in raw:
        return raw
    parent = raw.pop("extends")
    if not isinstance(parent, str):
        raise InputError(f"{path}: extends = {parent!r}: must be the name of a file")
    base = read(path.parent / parent, (*seen, path.resolve()))
    _table(base, "scenario").pop("name", None)  # a name is of one file
    added = [name for name in _table(raw, "process") if name not in _table(base, "process")]
    run = raw.get("run", {})
    if added and isinstance(run, dict) and "order" not in run:
        those = ", ".join(_table(base, "run").get("order", _table(base, "process")))
        said = f"is required, since process.{added[0]} is added to those of {parent}, which are {those}"
        raise InputError(f"{path}: run.order: {said}")
    return _merged(base, raw)


def read_tables(path: Path, *, what: str) -> Raw:
    """The tables of a TOML file, as they stand there; `what` says what the file should be.

    Raises
    ------
    InputError
        If it cannot be read, or is nothing that can be parsed.
    """
    try:
        return _tables_of(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file{_near_file(path)}") from None
    except IsADirectoryError:
        from society.folder import held

        raise InputError(f"{path}: is a folder, not {what}{held(path)}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not a text file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not valid TOML: {error}") from None
    except InputError as error:
        raise error.within(str(path)) from None


def refuse_other_files(raw: Raw, *, wanted: str) -> None:
    """Refuse the tables of a file of another kind: sweep, calibration, or else a scenario."""
    for table, command in OTHER_FILES.items():
        if table in raw and table != wanted and (wanted == "scenario" or wanted not in raw):
            raise InputError(f"[{table}] makes this a {table} file; {command} takes it")


def taken_by(path: Path) -> str:
    """Which command takes a file that stands where a folder is wanted, to be added to a message."""
    try:
        raw = read_tables(path, what="")
    except InputError:
        return ""
    return f"; {next((command for table, command in OTHER_FILES.items() if table in raw), 'society run')} takes it"


def _tables_of(text: str) -> Raw:
    """Parse TOML, but refuse what nobody writes and nothing here could take."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise InputError(f"is nested more than {MAX_DEPTH} deep") from None
    except ValueError:  # of Python itself, which reads no longer number
        raise InputError("has a whole number of too many digits") from None
    level: list[Any] = [raw]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
        level = [inner for inner in level if isinstance(inner, dict | list)]
        if not level:
            return raw
    raise InputError(f"is nested more than {MAX_DEPTH} deep")


def make_absolute(raw: Raw, folder: Path) -> None:
    """Make the paths to data absolute that are relative to a folder."""
    for section in DATA_SECTIONS:
        table = _table(raw, section)
        if isinstance(table.get("path"), str):
            table["path"] = str((folder / table["path"]).resolve())


def _table(raw: Raw, key: str) -> Raw:
    """The table under a key, or an empty one where there is none or something else."""
    return raw[key] if isinstance(raw.get(key), dict) else {}


def short_name(stem: str) -> str:
    """The stem of a file's name without what names of scenarios and sweeps do not have; nothing if that is all."""
    return re.sub(r"[^\w.-]+|^\W+", "-", stem).lstrip("-.")


def file_digest(path: str) -> str:
    """sha256 of the bytes of a file, worked out once while its size and time of change stay.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        status = Path(path).stat()
        return _file_digest(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


@lru_cache(maxsize=64)
def _file_digest(path: str, changed: int, size: int) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()


def _near_file(path: Path) -> str:
    names = [each.stem for each in path.parent.glob("*.toml")] if path.parent.is_dir() else []
    suggestion = did_you_mean(path.stem, names)
    return f"; {suggestion}" if suggestion.startswith("did") else ""


def _merged(base: Raw, over: Raw) -> Raw:
    """Tables of `over` laid over those of `base`, key by key; a table of another kind, and all else, replaces."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = (
            isinstance(value, dict)
            and isinstance(below, dict)
            and value.get("kind", below.get("kind")) == below.get("kind")
        )
        merged[key] = _merged(merged[key], value) if both else value
    return merged


_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)*")


def flat(tables: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Values of tables within one another by dotted path, below that of a table; lists are values."""
    values: dict[str, Any] = {}
    for key, value in tables.items():
        path = f"{above}.{key}" if above else key
        values |= flat(value, path) if isinstance(value, Mapping) else {path: value}
    return values


def set_value(raw: Raw, path: str, value: Any, *, sections: Collection[str], families: Collection[str]) -> None:
    """Set one value by dotted path, ``section.field`` or ``family.name.field``; a whole table by a shorter one."""
    if not _PATH.fullmatch(path):
        raise InputError(f"{path!r}: is not a path such as run.seed or platform.feed.power")
    *parents, last = path.split(".")
    root = (*parents, last)[0]
    known = (*sections, *families)
    if root not in known:
        raise InputError(f"{path}: unknown table {root!r}; {did_you_mean(root, known)}")
    present = _table(raw, root)
    if root in families and len(parents) > 1 and parents[1] not in present:
        raise InputError(f"{path}: no {root} {parents[1]!r} here; {did_you_mean(parents[1], present)}")
    table = raw
    for key in parents:
        table = table.setdefault(key, {})
        if not isinstance(table, dict):
            raise InputError(f"{path}: {key!r} is a value, not a table")
    chooses = root in ("graph", "environment", "process")  # elsewhere a kind is a value like any other
    if last == "kind" and chooses and table.get("kind") != value:
        table.clear()  # the other keys were those of another kind
    table[last] = value


def parse_override(text: str) -> tuple[str, Any]:
    """Split ``path=value``; the value is read as TOML, or as a string if it is a bare word, never as code."""
    path, equals, value = text.partition("=")
    path, value = path.strip(), value.strip()
    if not equals or not path or not value:
        raise InputError(f"--set {text}: must be path=value, such as platform.feed.power=0.5")
    try:
        parsed = _tables_of(f"value = {value}")
    except InputError as error:
        raise InputError(f"--set {path}: {error}") from None
    except tomllib.TOMLDecodeError:
        if re.fullmatch(r"[A-Za-z_][\w./-]*", value):
            return path, value
        raise InputError(f"--set {text}: {value!r} is not a TOML value") from None
    if [*parsed] != ["value"]:
        raise InputError(f"--set {text}: must be one value")
    return path, parsed["value"]
