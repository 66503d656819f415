"""Storing: a sweep as files that are the same sweep wherever they lie, but for the data that scenarios name."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from society.files import Raw
from society.sweeps.designs import Csv
from society.sweeps.factors import Options, placed

if TYPE_CHECKING:
    from society.sweeps.sweep import Sweep

BASE, ROWS = "scenario.toml", "design.csv"


def stored_tables(sweep: Sweep) -> Raw:
    """The tables of the sweep file to store: files are called as in `stored_texts`, those of data absolutely."""
    raw = deepcopy(sweep.raw)
    raw["sweep"] |= {"scenario": BASE, "name": sweep.name}
    if isinstance(sweep.design, Csv):
        raw["sweep"]["rows"] = ROWS
    for path, factor in sweep.factors.items():
        if isinstance(factor, Options):
            raw.setdefault("factors", {})[path] = {"options": dict(factor.options)}
    for name, arm in sweep.arms.items():
        if arm.has_own_scenario:
            raw["arm"][name]["scenario"] = _arm_file(name)
    for table in (raw, *raw.get("arm", {}).values()):
        if "set" in table:
            table["set"] = {path: placed(path, value, sweep.folder) for path, value in table["set"].items()}
    return raw


def stored_texts(sweep: Sweep) -> dict[str, str]:
    """All files to store, by name."""
    files = {"sweep.toml": sweep.to_toml(), BASE: sweep.base.to_toml()}
    if isinstance(sweep.design, Csv):
        files[ROWS] = sweep.design.to_csv()
    own = {_arm_file(name): arm.scenario.to_toml() for name, arm in sweep.arms.items() if arm.has_own_scenario}
    return files | own


def _arm_file(name: str) -> str:
    return f"scenarios/{name}.toml"
