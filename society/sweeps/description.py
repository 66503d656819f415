"""A sweep in words: what is varied, how, and in which arms."""

from __future__ import annotations

from typing import Any

from society.sweeps.factors import Factor, Levels, Normal, Options, Range
from society.sweeps.planning import planned
from society.sweeps.screen import size
from society.sweeps.sweep import Sweep

MOST_LEVELS = 12
"""Levels that are written out at most."""


def describe_sweep(sweep: Sweep) -> str:
    """Describe a sweep in Markdown: its size, factors, arms and constraints; the model is that of its scenario."""
    design = planned(sweep)
    blocks = [f"# {sweep.title or sweep.name}", sweep.description]
    blocks.append(f"{size(design, sweep.replicates, design['run_id'].nunique())}, by a design of kind `{sweep.kind}`.")
    seeds = f"Seeds: {sweep.pairing}, from {sweep.seed} on."
    base = sweep.base.scenario
    blocks.append(f"The base is `{sweep.design.scenario or base.name}` ({base.title or base.name}). {seeds}")
    blocks += _section("Factors", [f"`{path}`: {_varied(factor)}" for path, factor in sweep.factors.items()])
    shared = sweep.raw.get("set", {})
    blocks += _section("Set in every run", [_set(path, value) for path, value in shared.items()])
    arms = {name: sweep.raw["arm"][name] for name in sweep.arms if name}
    blocks += _section("Arms", [_arm(name, arm) for name, arm in arms.items()])
    excluded = f" ({sweep.n_excluded:,} points are excluded)" if sweep.n_excluded else ""
    blocks += _section(f"Constraints{excluded}", [f"`{text}`" for text in sweep.design.constraints])
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "\n".join(f"- {line}" for line in lines)] if lines else []


def _varied(factor: Factor) -> str:
    """What a factor takes, in words."""
    match factor:
        case Levels() | Options():
            levels = factor.levels()
            more = f" and {len(levels) - MOST_LEVELS:,} more" if len(levels) > MOST_LEVELS else ""
            return ", ".join(map(str, levels[:MOST_LEVELS])) + more
        case Range():
            number = f", {factor.steps} levels" if factor.steps else ""
            return f"{factor.low} to {factor.high}{', logarithmic' * (factor.scale == 'log')}{number}"
        case Normal():
            return f"normal, mean {factor.mean}, sd {factor.sd}"
    return type(factor).__name__


def _set(path: str, value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{path}` = {text}"


def _arm(name: str, arm: Any) -> str:
    said = [arm["title"]] if arm.get("title") else []
    said += [f"from `{arm['scenario']}`"] if "scenario" in arm else []
    said += [_set(path, value) for path, value in arm.get("set", {}).items()]
    return f"{name}: {', '.join(said) or 'as the base'}"
