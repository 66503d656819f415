"""Words of figures: axis labels with units, sentences of measures, values as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from society.outcomes import parse


def label(name: str, units: Mapping[str, str] | None = None) -> str:
    """A column with its unit: of a measure its own, of a factor that in `units`."""
    unit = (units or {}).get(name) or unit_of(name)
    return f"{name} ({unit})" if unit else name


def unit_of(outcome: str) -> str:
    """Unit of an outcome, such as ``known.cooperative`` or ``time(known > 0.5)``, or nothing."""
    return parse(outcome).unit


def bounds_of(outcome: str) -> tuple[float, float]:
    """Between which values an outcome must lie; intervals of it are cut there."""
    return parse(outcome).bounds


def cut_words(*outcomes: str) -> str:
    """What a caption says of intervals that are cut, or nothing."""
    ends = {f"{low:g} and {high:g}" for low, high in map(bounds_of, outcomes) if np.isfinite(high)}
    return f" Intervals of shares are cut at {sorted(ends)[-1]}." if ends else ""


def lacking_words(n_kept: int, n_runs: int) -> str:
    """What a caption says of runs that have no value, or nothing."""
    return f" {n_runs - n_kept:,} of {n_runs:,} runs have no value and are left out." if n_kept < n_runs else ""


def sentence(outcome: str) -> str:
    """What an outcome is, in the words of its measure, or nothing."""
    return parse(outcome).sentence


def named(outcome: str) -> str:
    """An outcome with its sentence: how captions begin."""
    words = sentence(outcome)
    return f"{outcome}: {words[0].lower()}{words[1:]}" if words else f"{outcome}."


def shown(value: Any) -> str:
    """A value of a factor: numbers to four digits, truth in words, text as it is."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return f"{value:,}".replace("-", "−")
    if isinstance(value, float | np.floating):
        return number(float(value))
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {shown(inner)}" for key, inner in value.items())
    return str(value)


def number(value: float, digits: int = 4) -> str:
    """So many digits, however large or small, with a true minus; a dash for what is not there."""
    if value != value:
        return "–"
    if value == int(value) and abs(value) < 1e6:
        return f"{int(value):,}".replace("-", "−")
    text = f"{value:,.{digits}g}" if abs(value) < 1e4 else f"{value:,.0f}" if abs(value) < 1e7 else f"{value:.3e}"
    return text.replace("-", "−")


def wrapped(name: str, width: int = 26) -> str:
    """A label broken before its unit, and long dotted names after a point, so that it fits an axis."""
    words = name.split(" (", 1)
    head, lines = words[0], []
    while len(head) > width and "." in head[8:width]:
        cut = head.rindex(".", 8, width) + 1
        lines.append(head[:cut])
        head = head[cut:]
    return "\n".join([*lines, head, *(f"({unit}" for unit in words[1:])])
