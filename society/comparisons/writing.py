"""Writing a comparison into a folder: tables as CSV, figures on request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from society import latex
from society.comparisons.printing import cells
from society.errors import InputError

if TYPE_CHECKING:
    from society.comparisons.comparison import Comparison
    from society.figures import Figure

TABLES = {
    "compare.csv": "one row an outcome",
    "compare_over_time.csv": "the outcomes shown, step by step",
    "compare_by_point.csv": "the outcomes shown, by design point",
    "compare_pairs.csv": "which runs are a pair, and whether both have the same bits",
    "compare_changes.csv": "what differs between the scenarios, versions and code",
    "compare_notes.txt": "what has to be known to read them",
}


def write(comparison: Comparison, folder: Path, *, figures: Sequence[str] = (), force: bool = False) -> list[Path]:
    """Write all tables, and figures of these formats; nothing of a comparison that stands there, unless forced.

    Into a file that ends in .tex only the differences are written, as a table for LaTeX.
    """
    if latex.is_meant(folder):
        if figures:
            raise InputError(f"{folder}: figures are written into a folder, not beside a table for LaTeX")
        return [latex.write([_latex(comparison)], folder, force=force)]
    drawn = _drawn(comparison, figures)  # what is impossible is said before anything is written
    if not force and (standing := [name for name in TABLES if (folder / name).exists()]):
        raise InputError(f"{folder / standing[0]}: already exists; choose another folder, or replace it (--force)")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in _tables(comparison).items():
            frame.to_csv(folder / name, index=False)
        (folder / "compare_notes.txt").write_text("".join(f"{note}\n" for note in comparison.notes), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror or error}") from None
    paths = [figure.save(folder / name) for name, figure in drawn]
    return [*(folder / name for name in TABLES if (folder / name).exists()), *paths]


def _latex(comparison: Comparison) -> str:
    """The differences of all outcomes as a table for LaTeX, with the notes."""
    a, b, level = comparison.a.label, comparison.b.label, comparison.level
    header = ["outcome", a, b, "difference", f"{level:.0%} interval", "g", "p"]
    rows = [[row["measure"], *cells(row)] for row in comparison.differences.to_dict("records")]
    when = "at the end of runs" if comparison.step is None else f"at step {comparison.step:,}"
    n_tests = comparison.differences["p"].notna().sum()
    how = f"g: difference in standard deviations of replicates (Hedges' g_av). p: Holm's rule over {n_tests} outcomes."
    notes = [f"Intervals: {' and '.join(sorted({*comparison.differences['method']}))}.", how, *comparison.notes]
    return latex.table(
        pd.DataFrame(rows, columns=header), caption=f"{a} less {b}, {when}", label="tab:compare", notes=notes
    )


def _tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    shown = comparison.shown
    tables = {
        "compare.csv": comparison.differences,
        "compare_pairs.csv": comparison.matched.pairs,
        "compare_changes.csv": comparison.changes,
    }
    if over_time := comparison.shown_over_time:
        tables["compare_over_time.csv"] = pd.concat([comparison.over_time(name) for name in over_time])
    if shown and len(comparison.matched.points) > 1:
        tables["compare_by_point.csv"] = pd.concat([comparison.by_point(name) for name in shown])
    return tables


def _drawn(comparison: Comparison, formats: Sequence[str]) -> list[tuple[str, Figure]]:
    """Figures and the names of their files."""
    if not formats:
        return []
    from society.figures.comparison import forest, over_time
    from society.figures.style import check_format

    formats = [check_format(each, at="figures") for each in dict.fromkeys(formats)]
    labels, level = (comparison.a.label, comparison.b.label), comparison.level
    drawn = {}
    if comparison.differences["low"].notna().any():
        drawn["compare_forest"] = forest(comparison.differences, labels=labels, level=level)
    if shown := comparison.shown_over_time:
        frame = pd.concat([comparison.over_time(name) for name in shown])
        drawn["compare_over_time"] = over_time(frame, labels=labels, level=level)
    return [(f"{name}.{each}", figure) for name, figure in drawn.items() for each in formats]
