"""Analysis: what an analysis found, as data frames, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from society import latex
from society.errors import InputError


@dataclass(frozen=True)
class Analysis:
    """Tables of an analysis; those that the design does not allow are empty.

    Attributes
    ----------
    folder
        The study.
    level
        That of all intervals, from `low` to `high`.
    variance
        One row an arm and outcome: how much of the variance of single runs is noise between replicates.
    indices
        One row an arm, outcome and index of sensitivity: S1, ST, S2 (sobol); mu_star, mu, sigma (morris); PRCC, SRC,
        R2 (lhs, random, list, csv).
    effects
        One row an arm, outcome and source of variance (grid, zip, list, csv): sums of squares, tests, η² and ω².
    means
        One row an arm, outcome, factor and level: mean with interval.
    contrasts
        One row an outcome and pair of arms or of levels: difference with interval, and `g_runs`, Hedges' g over
        runs: in standard deviations of single runs at a point. (`compare` has g_av, in those of replicates.)
    power
        One row an arm, outcome and quantity: half-width, replicates needed, smallest detectable difference.
    notes
        What was left out, and what to bear in mind.
    """

    folder: Path
    level: float
    variance: pd.DataFrame
    indices: pd.DataFrame
    effects: pd.DataFrame
    means: pd.DataFrame
    contrasts: pd.DataFrame
    power: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, pd.DataFrame)}

    def write(self, folder: str | Path | None = None) -> Path:
        """Write a CSV file for each table that is not empty, and the notes, into a folder; or LaTeX into one file.

        Parameters
        ----------
        folder
            By default `analysis` in the study's folder; for LaTeX a file that ends in .tex. Files of an earlier
            analysis are replaced.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        folder = self.folder / "analysis" if folder is None else Path(folder)
        if latex.is_meant(folder):
            from society.analysis.shown import latex_tables

            return latex.write(latex_tables(self), folder, force=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, table in self.tables.items():
                path = folder / f"{name}.csv"
                path.unlink(missing_ok=True)
                if len(table):
                    table.to_csv(path, index=False)
            (folder / "notes.txt").write_text("".join(f"{note}\n" for note in self.notes), encoding="utf-8")
        except OSError as error:
            raise InputError(f"{folder}: cannot be written: {error.strerror or error}") from error
        return folder

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} ({len(table)})" for name, table in self.tables.items() if len(table))
        return f"<Analysis of {self.folder}: {sizes}; {len(self.notes)} notes>"
