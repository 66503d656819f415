"""What a terminal shows of an analysis: the strongest effects first, and how sure everything is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import rich.box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from society.analysis.anova import RESIDUAL, TOTAL
from society.analysis.replicates import MEAN
from society.analysis.result import Analysis

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 20
"""Rows of a table that are shown; all are in the files."""
KEYS = ("arm", "outcome", "factor", "factor_2")
HEADINGS = {
    "S1": "first order",
    "ST": "total",
    "mu_star": "μ*",
    "mu": "μ",
    "sigma": "σ",
    "eta2": "η²",
    "omega2": "ω²",
    "f": "F",
    "noise_floor": "μ* by noise",
    "noise_share": "noise share",
    "sd": "sd of runs",
    "half_width": "half-width",
    "needed_high": "at most",
    "factor": "of",
}


def show(analysis: Analysis, out: Console, written: Path) -> None:
    """Print what matters most of an analysis, and where the rest is."""
    for note in analysis.notes:
        out.print(f"note: {note}", style="dim", markup=False)
    for title, name, frame in _shown(analysis):
        out.print(f"\n{title}", style="bold", markup=False)
        out.print(_table(frame.head(SHOWN)))
        if len(frame) > SHOWN:
            out.print(f"{len(frame) - SHOWN:,} more in {name}.csv", style="dim", markup=False)
    out.print(f"Intervals are of {analysis.level:.12g} level. Tables: {written}", soft_wrap=True, markup=False)


def _shown(analysis: Analysis) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """A title, the file and the table, strongest first, of everything to show."""
    if len(analysis.indices):
        present = set(analysis.indices["index"])
        if "ST" in present:
            yield "Sobol indices, noise kept apart", "indices", _indices(analysis, ("ST", "S1"))
        if "S2" in present:
            pairs = analysis.indices[analysis.indices["index"] == "S2"]
            pairs = pairs.assign(factor=pairs["factor"] + " × " + pairs["factor_2"])
            yield "Second order", "indices", _intervals(pairs, "second order").sort_values("strength", ascending=False)
        if "mu_star" in present:
            yield "Elementary effects", "indices", _elementary(analysis)
        if "PRCC" in present:
            yield "Partial rank correlation and standardised regression", "indices", _correlations(analysis)
    if len(analysis.effects):
        sources = analysis.effects[~analysis.effects["source"].isin((RESIDUAL, TOTAL))]
        sources = sources.sort_values("omega2", ascending=False, kind="stable")
        yield "Analysis of variance", "effects", sources[["arm", "outcome", "source", "df", "f", "p", "eta2", "omega2"]]
    if len(analysis.contrasts):
        yield "Differences", "contrasts", _differences(analysis.contrasts)
    yield "Noise between replicates, and what these can show", "power", _noise(analysis)


def _indices(analysis: Analysis, names: Sequence[str]) -> pd.DataFrame:
    """Several indices side by side, sorted by the first."""
    frame = analysis.indices
    parts = [_intervals(frame[frame["index"] == name], HEADINGS[name]).set_index(["arm", "outcome", "factor"])
             for name in names]  # fmt: skip
    joined = pd.concat([part.drop(columns="strength") if n else part for n, part in enumerate(parts)], axis=1)
    return joined.reset_index().sort_values("strength", ascending=False, kind="stable")


def _intervals(frame: pd.DataFrame, heading: str) -> pd.DataFrame:
    """One index as number and interval, with its strength to sort by."""
    named = frame[["arm", "outcome", "factor"]].assign(strength=frame["estimate"].abs())
    named[heading] = frame["estimate"]
    named[f"{heading} interval"] = _bounds(frame)
    return named


def _elementary(analysis: Analysis) -> pd.DataFrame:
    """μ*, μ and σ, sorted by μ* in standard deviations of the outcome."""
    frame = _indices(analysis, ("mu_star", "mu", "sigma")).drop(columns=["σ interval", "μ interval"])
    floor = analysis.indices.loc[analysis.indices["index"] == "mu_star", ["arm", "outcome", "factor", "noise_floor"]]
    frame = frame.merge(floor, on=["arm", "outcome", "factor"])
    spread = frame.groupby(["arm", "outcome"])["strength"].transform("max")
    return frame.assign(strength=frame["strength"] / spread).sort_values("strength", ascending=False, kind="stable")


def _correlations(analysis: Analysis) -> pd.DataFrame:
    """PRCC with p, SRC, and the R² of the regression of its outcome."""
    keys = ["arm", "outcome", "factor"]
    frame = _indices(analysis, ("PRCC", "SRC")).drop(columns="SRC interval")
    of_prcc = analysis.indices["index"] == "PRCC"
    fit = analysis.indices.loc[analysis.indices["index"] == "R2", ["arm", "outcome", "estimate"]]
    frame = frame.merge(analysis.indices.loc[of_prcc, [*keys, "p"]], on=keys)
    return frame.merge(fit.rename(columns={"estimate": "R²"}), on=keys[:2])


def _differences(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Differences between arms, then between levels, each by Hedges' g."""
    frame = contrasts.assign(strength=contrasts["g"].abs().fillna(-1) + 1e9 * (contrasts["factor"] == "arm"))
    frame = frame.sort_values("strength", ascending=False, kind="stable").assign(interval=_bounds(frame))
    columns = ["arm", "outcome", "factor", "a", "b", "difference", "interval", "g"]
    return frame.assign(interval=_bounds(frame))[columns].rename(columns={"b": "less"})


def _noise(analysis: Analysis) -> pd.DataFrame:
    """Mean, spread, share of noise, and what the replicates allow, for each arm and outcome."""
    frame = analysis.variance[["arm", "outcome", "mean", "noise_share"]]
    if not len(analysis.power):
        return frame
    wanted = [name for name in ("sd", "replicates", "half_width", "detectable", "needed", "needed_high")
              if name in analysis.power]  # fmt: skip
    power = analysis.power[analysis.power["quantity"] == MEAN]
    return frame.merge(power[["arm", "outcome", *wanted]], on=["arm", "outcome"], how="left")


def _bounds(frame: pd.DataFrame) -> list[str]:
    pairs = zip(frame["low"], frame["high"], strict=True)
    return ["–" if np.isnan(low) else f"{_number(low)} to {_number(high)}" for low, high in pairs]


def _table(frame: pd.DataFrame) -> Table:
    """A frame as a table, without an arm column where there are no arms."""
    drop = [name for name in ("strength", "arm") if name in frame and (name != "arm" or not frame["arm"].any())]
    frame = frame.drop(columns=drop)
    table = Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    for name in frame:
        is_text = str(name) in (*KEYS, "source", "a", "less")
        heading = "" if str(name).endswith("interval") else HEADINGS.get(str(name), str(name).replace("_", " "))
        table.add_column(heading, justify="left" if is_text else "right", overflow="fold" if is_text else "ellipsis",
                         no_wrap=not is_text)  # fmt: skip
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(value if isinstance(value, str) else _number(value)) for value in row))
    return table


def _number(value: object) -> str:
    """Whole numbers as they are, others with three digits that tell."""
    if isinstance(value, bool | int | np.integer):
        return f"{value:,}"
    number = float(value)  # type: ignore[arg-type]
    if np.isnan(number):
        return "–"
    if number == int(number) and abs(number) < 1e9:
        return f"{number:,.0f}"
    return f"{number:.3f}" if 0.01 <= abs(number) < 1e4 else f"{number:.3g}"
