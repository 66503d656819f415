"""Tables of results as LaTeX, with the rules of booktabs, one after another in a file that a paper can include."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from society.errors import InputError
from society.folder import write_whole

SUFFIX = ".tex"
_SIGNS = {
    "−": "$-$", "×": r"$\times$", "≤": r"$\leq$", "≥": r"$\geq$", "²": "$^2$", "μ": r"$\mu$", "σ": r"$\sigma$",
    "η": r"$\eta$", "ω": r"$\omega$", "–": "--", "∞": r"$\infty$", "…": r"\ldots{}", "<": r"$<$", ">": r"$>$",
}  # fmt: skip
"""Signs that LaTeX does not have in every font."""
_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    sign: f"\\{sign}" for sign in "&%$#_{}"
}


_MINUS = re.compile(r"(?<!\w)-(?=\d)")


def text(words: str) -> str:
    """Words as LaTeX shows them: signs that mean something to it are escaped."""
    words = _MINUS.sub("−", words)
    return "".join(_SPECIAL.get(sign) or _SIGNS.get(sign, sign) for sign in words)


def table(frame: pd.DataFrame, *, caption: str, label: str, n_words: int = 1, notes: Iterable[str] = ()) -> str:
    """A table of words as a floating LaTeX table with the rules of booktabs.

    Parameters
    ----------
    frame
        Cells as they shall be read.
    caption, label
        Of the table; the label is what references take.
    n_words
        Columns that are words, and stand to the left; the others are numbers, and stand to the right.
    notes
        What stands below in small letters, a sentence each.
    """
    lines = [" & ".join(map(text, map(str, cells))) + r" \\" for cells in frame.itertuples(index=False)]
    words = " ".join(map(text, notes))
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{text(caption)}}}",
            rf"\label{{{label}}}",
            rf"\begin{{tabular}}{{{'l' * n_words}{'r' * (frame.shape[1] - n_words)}}}",
            r"\toprule",
            " & ".join(map(text, map(str, frame.columns))) + r" \\",
            r"\midrule",
            *lines,
            r"\bottomrule",
            r"\end{tabular}",
            *([rf"\par\smallskip{{\footnotesize {words}}}"] if words else []),
            r"\end{table}",
            "",
        ]
    )


def is_meant(out: Path) -> bool:
    """Whether tables shall go into one file for LaTeX, and not into a folder.

    Raises
    ------
    InputError
        If it is called like a CSV file, which can hold one table only.
    """
    if out.suffix == ".csv":
        raise InputError(f"{out}: several tables are written: name a folder for them, or a file that ends in {SUFFIX}")
    return out.suffix == SUFFIX


def write(tables: Iterable[str], path: Path, *, force: bool) -> Path:
    """Write tables into a file, which is replaced only by force.

    Raises
    ------
    InputError
        If it is there already or cannot be written.
    """
    if path.exists() and not force:
        raise InputError(f"{path}: already exists; choose another file, or replace it (--force)")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, "\n".join([r"% needs \usepackage{booktabs}", *tables]).encode())
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
    return path
