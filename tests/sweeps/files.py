"""Sweeps for tests: of the tiny society, and files of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from society import InputError, Scenario, Sweep
from tests.files import Raw, scenario_file, tiny

POWER, SD, AGE = "platform.feed.power", "process.exploration.sd", "platform.feed.entry_age"


def swept(
    factors: Mapping[str, Any] | None = None,
    *,
    base: Scenario | None = None,
    arms: Mapping[str, Raw] | None = None,
    values: Raw | None = None,
    **header: Any,
) -> Sweep:
    """A sweep of the tiny society."""
    raw: Raw = {"sweep": {"scenario": "tiny", **header}}
    tables = {"factors": factors, "arm": arms, "set": values}
    raw |= {key: dict(table) for key, table in tables.items() if table is not None}
    return Sweep.from_dict(raw, scenarios={"tiny": base or tiny()})


def sweep_file(folder: Path, raw: Raw | str) -> Path:
    """Write sweep.toml beside tiny.toml, the tables of [sweep] beyond its scenario."""
    scenario_file(folder)
    path = folder / "sweep.toml"
    if isinstance(raw, dict):
        raw = tomli_w.dumps({**raw, "sweep": {"scenario": "tiny.toml", **raw.get("sweep", {})}})
    path.write_text(raw, encoding="utf-8")
    return path


def refused(*arguments: Any, **tables: Any) -> str:
    """What is said when a sweep of the tiny society is refused."""
    with pytest.raises(InputError) as caught:
        swept(*arguments, **tables)
    return str(caught.value)


def column(sweep: Sweep, path: str) -> list[Any]:
    """The labels of a factor, one a row of the design."""
    return [row[path] for row in sweep.rows]
