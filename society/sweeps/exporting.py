"""Studies as CSV, for whatever does not read parquet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from society.errors import InputError
from society.results import Study, parts


def export(folder: str | Path, *, out: str | Path | None = None) -> list[Path]:
    """Write the tables of a study as CSV files.

    Parameters
    ----------
    folder
        A study folder.
    out
        The folder of the files: design.csv, runs.csv, series.csv and, if people were recorded, agents.csv; by default
        `csv` in the study folder.

    Returns
    -------
    list of Path
        The files.
    """
    study = Study.load(folder)
    out = study.folder / "csv" if out is None else Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        files = [out / "design.csv", out / "runs.csv"]
        study.design.to_csv(files[0], index=False)
        study.runs.to_csv(files[1], index=False)
        return files + [file for kind in ("series", "agents") if (file := _export_parts(study, kind, out)) is not None]
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror or error}") from error


def _export_parts(study: Study, kind: str, out: Path) -> Path | None:
    """Write a table part by part, since it may not fit into memory."""
    import pyarrow.parquet as pq

    found = parts(study.folder, kind)
    names = list(dict.fromkeys(name for part in found for name in pq.read_schema(part).names))
    if not names:
        return None
    file = out / f"{kind}.csv"
    for number, part in enumerate(found):
        frame = pd.read_parquet(part).reindex(columns=names)
        frame.to_csv(file, index=False, header=number == 0, mode="a" if number else "w")
    return file
