"""Notes on a comparison: what was left out, what the units are, what shared random numbers brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from society.outcomes import never, parse

if TYPE_CHECKING:
    from society.comparisons.comparison import Comparison
    from society.comparisons.sides import Side


def notes(comparison: Comparison) -> list[str]:
    """All notes, those on missing runs first."""
    a, b, matched = comparison.a, comparison.b, comparison.matched
    found = [said for side in (a, b) if (said := side.left_out())]
    found += [*matched.notes, *_on_pairs(comparison)]
    for side, values in zip((a, b), comparison.values, strict=True):
        found += [f"{side.label}: {words}" for words in never(values, comparison.asked)]
    ends = [side.done["steps_done"].dropna().unique() for side in (a, b)]
    if comparison.step is None and {*ends[0]} != {*ends[1]}:
        said = " and ".join(f"{side.label} at {shown_steps(end)}" for side, end in zip((a, b), ends, strict=True))
        found.append(
            f"Runs end at different steps, {said}: outcomes are those of each run's end (--step compares one)."
        )
    for side, other in ((a, b), (b, a)):
        if only := [name for name in _in_question(comparison, side) if name not in other.outcomes]:
            found.append(f"Only on side {side.label}: {', '.join(only)}.")
    return found


def _in_question(comparison: Comparison, side: Side) -> list[str]:
    """Outcomes of a side, of the measures asked for if any are."""
    asked = tuple(parse(name).column.split(".")[0] for name in comparison.chosen)
    return [name for name in side.outcomes if not asked or name.split(".")[0] in asked]


def _on_pairs(comparison: Comparison) -> list[str]:
    a, b, matched = comparison.a, comparison.b, comparison.matched
    pairs, n_points = matched.pairs, len(matched.points)
    n_units = len(pairs["replicate"].unique())
    if pairs.empty:
        said = "No run of one side has the seed of one of the other: they are compared unpaired, by Welch's t."
        return [
            said,
            *_on_constants(comparison),
            *_few(int(matched.a["replicate"].nunique()), int(matched.b["replicate"].nunique())),
        ]
    found = []
    sides = ((a, len(matched.a)), (b, len(matched.b)))
    alone = [f"{n_runs - len(pairs)} of {side.label}" for side, n_runs in sides if n_runs > len(pairs)]
    if alone:
        found.append(f"Without a partner, and so in the unpaired (Welch's) interval only: {', '.join(alone)}.")
    if matched.by_point_alone:
        found.append("Each design point was run once, and seeds differ: pairs share the point, not the random numbers.")
    correlation, reduction = (comparison.differences[name].median() for name in ("correlation", "variance_reduction"))
    if n_units > 1 and reduction < 1 and not matched.by_point_alone:
        said = f"without the random numbers they share, differences would have {1 / (1 - reduction):,.3g} times the"
        found.append(f"Pairs correlate by {correlation:.3f}: {said} variance (medians over outcomes).")
    if n_units > 1 and n_points > 1:
        found.append(f"The unit is the replicate ({n_units}): each is the mean over its {n_points} design points.")
    elif n_points > 1:
        said = f"One replicate: the units are the {n_points} design points; intervals are those of a mean over the"
        found.append(f"{said} factors{', and leave out what another seed would do' * (not matched.by_point_alone)}.")
    elif n_units == 1:
        found.append("One pair has no interval: run more replicates.")
    found += [*_on_constants(comparison), *_on_bits(comparison)]
    return found


def _few(n_a: int, n_b: int) -> list[str]:
    return ["One run of a side has no interval: run more replicates."] if min(n_a, n_b) < 2 else []


def _on_constants(comparison: Comparison) -> list[str]:
    """Outcomes that differ but do not vary, of which nothing can be inferred."""
    table = comparison.differences
    in_units = table[["n_a", "n_b"]].min(axis=1) > 1
    table = table[in_units & table["p"].isna() & table["difference"].notna()]
    one = len(comparison.matched.points) == 1 or comparison.matched.shape[1] == 1
    found = []
    for (method, n), rows in table.groupby(["method", "n_a"], sort=False):
        said = f"all {n} {'pairs' if one else 'replicates'} differ by the same" if method != "Welch" else "none varies"
        found.append(f"{', '.join(rows['measure'])}: {said}, so there is no interval and no p.")
    return found


def _on_bits(comparison: Comparison) -> list[str]:
    pairs = comparison.matched.pairs
    same_state, same_results = int(pairs["same_state"].sum()), int(pairs["same_results"].sum())
    if same_results == len(pairs):
        return [f"Bit for bit the same in all {len(pairs)} pairs: final states and recorded series."]
    if same_state:
        return [
            f"Final states are the same bit for bit in {same_state} of {len(pairs)} pairs, series in {same_results}."
        ]
    return []


def shown_steps(steps: pd.Series[Any] | np.ndarray) -> str:
    """Some steps in words, the first and the last of many."""
    there = np.unique(steps).astype(int)
    if len(there) <= 6:
        return ", ".join(map(str, there))
    return f"{there[0]}, {there[1]}, {there[2]}, …, {there[-1]}"
