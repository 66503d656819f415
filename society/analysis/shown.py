"""What a terminal shows of an analysis: the strongest effects first, and how sure everything is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from society import latex
from society.analysis.anova import RESIDUAL, SEEDS, TOTAL
from society.analysis.replicates import MEAN
from society.analysis.result import Analysis
from society.console import print_table

SHOWN, SHOWN_OF_AN_ARM = 20, 10
"""Rows of a table that are shown, and where there are several arms; all are in the files."""
BETWEEN_ARMS = "Differences between arms"
KEYS = ["arm", "outcome", "factor"]
TEXTS = ("outcome", "of", "source")
LEAST = ("detectable", "sd", "mean", "df", "η²", "R²", "SRC")
"""Columns that a narrow terminal does without, the first first."""
JOINED = re.compile(r"( [×&] )")
FIXED = ("S1", "ST", "S2", "PRCC", "SRC")
"""Indices that are shares or correlations: with three decimals."""

type Shown = tuple[str, str, pd.DataFrame]
"""A title, the file that holds all of it, and the table, strongest first."""


def show(analysis: Analysis, out: Console, written: Path) -> None:
    """Print what matters most of an analysis, and where the rest is."""
    for note in analysis.notes:
        out.print(f"note: {note}", style="dim", markup=False)
    n_arms = analysis.variance["arm"].nunique()
    for title, name, frame in _tables(analysis):
        _print(out, title, name, frame, SHOWN_OF_AN_ARM if n_arms > 1 and title != BETWEEN_ARMS else SHOWN)
    out.print(f"Intervals are of level {analysis.level:g}. Tables: {written}", soft_wrap=True, markup=False)


def latex_tables(analysis: Analysis) -> list[str]:
    """The same tables for LaTeX, each whole, with the notes below the last."""
    tables = [*_tables(analysis)]
    notes = [f"Intervals are of level {analysis.level:g}.", *(f"{note}." for note in analysis.notes)]
    found = []
    for number, (title, name, frame) in enumerate(tables, 1):
        words = sum(heading in TEXTS for heading in frame)
        written = frame.map(lambda value: value if isinstance(value, str) else _number(value))
        label, below = f"tab:{name}-{number}", notes if number == len(tables) else []
        found.append(latex.table(written, caption=title, label=label, n_words=words, notes=below))
    return found


def _tables(analysis: Analysis) -> Iterator[Shown]:
    """All that is shown, arm by arm."""
    yield from _of_arms(analysis)
    for arm in analysis.variance["arm"].unique():
        for title, name, frame in _of_arm(_only(analysis, arm)):
            yield f"{title}: {arm}" if arm else title, name, frame


def _print(out: Console, title: str, name: str, frame: pd.DataFrame, n: int) -> None:
    out.print(f"\n{title}", style="bold", markup=False)
    cells = [{str(name): value if isinstance(value, str) else _number(value) for name, value in row.items()}
             for row in frame.head(n).to_dict("records")]  # fmt: skip
    print_table(out, cells, words=TEXTS, least=LEAST, where=f"{name}.csv")
    if len(frame) > n:
        out.print(f"{len(frame) - n:,} more in {name}.csv", style="dim", markup=False)


def _only(analysis: Analysis, arm: str) -> dict[str, pd.DataFrame]:
    """The tables of one arm that are not empty, with short names for factors."""
    found = {name: table[table["arm"] == arm] for name, table in analysis.tables.items() if len(table)}
    columns = [table[name] for table in found.values() for name in ("factor", "factor_2", "source") if name in table]
    names = {name for column in columns for name in column.dropna().unique()}
    short = short_names({part for name in names for part in JOINED.split(name)[::2]})
    renamed = {name: "".join(short.get(part, part) for part in JOINED.split(name)) for name in names}
    shown = {"factor": renamed, "factor_2": renamed, "source": renamed}
    return {name: table.replace(shown) for name, table in found.items() if len(table)}


def short_names(paths: Collection[str]) -> dict[str, str]:
    """The last two keys of each dotted path, or as many as it takes to tell it from the others."""
    short = {}
    for path in paths:
        keys = path.split(".")
        tails = [".".join(keys[-n:]) for n in range(min(2, len(keys)), len(keys) + 1)]
        told = (tail for tail in tails if sum(f".{other}".endswith(f".{tail}") for other in paths) == 1)
        short[path] = next(told, path)
    return short


def _of_arms(analysis: Analysis) -> Iterator[Shown]:
    """Differences between arms."""
    contrasts = analysis.contrasts
    if len(contrasts) and len(between := contrasts[contrasts["factor"] == "arm"]):
        yield BETWEEN_ARMS, "contrasts", _differences(between, between["a"] + " − " + between["b"])


def _of_arm(tables: dict[str, pd.DataFrame]) -> Iterator[Shown]:
    """All that the design allows to say of one arm."""
    if "indices" in tables:
        yield from _sensitivity(tables["indices"], tables["variance"])
    if "effects" in tables:
        sources = tables["effects"][~tables["effects"]["source"].isin((SEEDS, RESIDUAL, TOTAL))]
        sources = sources.sort_values("omega2", ascending=False, kind="stable")
        columns = {"f": "F", "eta2": "η²", "omega2": "ω²"}
        shown = ["outcome", "source", "df", "f", "p", "eta2", "omega2"]
        yield "Analysis of variance", "effects", sources[shown].rename(columns=columns)
    if "contrasts" in tables:
        levels = tables["contrasts"]
        what = [f"{factor}: {_text(a)} − {_text(b)}"
                for factor, a, b in levels[["factor", "a", "b"]].itertuples(index=False)]  # fmt: skip
        yield "Differences between levels", "contrasts", _differences(levels, what)
    yield "Noise between replicates, and what they can show", "power", _noise(tables)


def _sensitivity(indices: pd.DataFrame, variance: pd.DataFrame) -> Iterator[Shown]:
    """The indices there are, those of an outcome that is all noise left out."""
    present = [*indices["index"].unique()]
    if "ST" in present:
        known = indices[indices["low"].notna() & indices["index"].isin(("S1", "ST"))]
        yield "Sobol indices, noise kept apart", "indices", _side_by_side(known, {"ST": "total", "S1": "first order"})
    if "S2" in present:
        pairs = indices[indices["low"].notna() & (indices["index"] == "S2")]
        pairs = pairs.assign(factor=pairs["factor"] + " × " + pairs["factor_2"])
        yield "Sobol indices of pairs", "indices", _side_by_side(pairs, {"S2": "second order"})
    if "mu_star" in present:
        spread = indices["outcome"].map(variance.set_index("outcome")["sd"])
        found = indices.assign(strength=indices["estimate"].abs() / spread)
        headings = {"mu_star": "μ*", "noise_floor": "μ* by noise", "sigma": "σ"}
        yield "Elementary effects", "indices", _side_by_side(found, headings)
    if "PRCC" in present:
        headings = {"PRCC": "PRCC", "p": "p", "SRC": "SRC"}
        fit = indices[indices["index"] == "R2"].set_index("outcome")["estimate"]
        indices.loc[indices["index"] == "SRC", ["low", "high"]] = np.nan  # in the file
        found = _side_by_side(indices[indices["index"] != "R2"], headings)
        title = "Partial rank correlation and standardised regression"
        yield title, "indices", found.assign(**{"R²": found["outcome"].map(fit)})


def _side_by_side(indices: pd.DataFrame, headings: dict[str, str]) -> pd.DataFrame:
    """A column each index with its interval, or each column of the first index, by the strength of the first."""
    by_index = {name: rows.set_index(KEYS) for name, rows in indices.groupby("index", sort=False)}
    if not by_index:
        return pd.DataFrame(columns=["outcome", "of", *headings.values()])
    first = by_index[next(iter(headings))]
    order = first.get("strength", first["estimate"].abs()).sort_values(ascending=False, kind="stable").index
    columns = {
        heading: _cells(by_index[name].loc[order], fixed=name in FIXED) if name in by_index
        else first.loc[order, name].to_list()
        for name, heading in headings.items()
    }  # fmt: skip
    factors = order.get_level_values("factor")
    return pd.DataFrame({"outcome": order.get_level_values("outcome"), "of": factors, **columns})


def _differences(contrasts: pd.DataFrame, what: Sequence[str] | pd.Series) -> pd.DataFrame:
    """Differences with their intervals, by Hedges' g over runs."""
    found = contrasts.assign(of=what).sort_values("g_runs", key=np.abs, ascending=False, kind="stable")
    cells = _cells(found.assign(estimate=found["difference"]))
    return pd.DataFrame(
        {"outcome": found["outcome"], "of": found["of"], "difference": cells, "g over runs": found["g_runs"]}
    )


def _noise(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Mean, spread, share of noise, and what the replicates allow, for each outcome."""
    frame = tables["variance"][["outcome", "mean", "sd", "noise_share"]]
    frame = frame.rename(columns={"noise_share": "noise share"})
    if "power" not in tables:
        return frame
    power = tables["power"][tables["power"]["quantity"] == MEAN].set_index("outcome")
    for name, heading in (("half_width", "half-width"), ("detectable", "detectable")):
        frame = frame.assign(**{heading: frame["outcome"].map(power[name])})
    if "needed" in power:
        needed = [f"{_number(n)} (≤ {_number(most)})"
                  for n, most in power[["needed", "needed_high"]].itertuples(index=False)]  # fmt: skip
        frame = frame.assign(needed=frame["outcome"].map(dict(zip(power.index, needed, strict=True))))
    return frame


def _cells(frame: pd.DataFrame, *, fixed: bool = False) -> list[str]:
    """Estimates with their intervals."""
    said = _fixed if fixed else _number
    rows = frame[["estimate", "low", "high"]].itertuples(index=False)
    return [said(estimate) + ("" if np.isnan(low) else f" [{said(low)}, {said(high)}]") for estimate, low, high in rows]


def _fixed(value: float) -> str:
    return f"{round(value, 3) + 0.0:.3f}"  # no minus before 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else _number(value)


def _number(value: object) -> str:
    """Whole numbers as they are, others with three digits that tell."""
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    number = float(value)  # type: ignore[arg-type]
    if np.isnan(number):
        return "–"
    if number == int(number) and abs(number) < 1e9:
        return f"{number:,.0f}"
    return f"{number:.3f}" if 0.0995 <= abs(number) < 1e4 else f"{number:.3g}"
