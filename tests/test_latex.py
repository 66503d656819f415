"""Tables for LaTeX."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from society import latex
from society.errors import InputError


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("trait_sd & 5 %", r"trait\_sd \& 5 \%"),
        ("−0.25 to -1", "$-$0.25 to $-$1"),
        ("seed-2", "seed-2"),
        ("η² ≤ μ", r"$\eta$$^2$ $\leq$ $\mu$"),
        ("a\\b", r"a\textbackslash{}b"),
        ("< 0.001", "$<$ 0.001"),
    ],
)
def test_signs_that_mean_something_to_latex_are_escaped(words: str, expected: str) -> None:
    assert latex.text(words) == expected


def test_a_table_has_the_rules_of_booktabs_and_a_row_a_line() -> None:
    frame = pd.DataFrame({"outcome": ["known", "wealth"], "mean": ["0.5", "−1"]})
    assert latex.table(frame, caption="A & B", label="tab:x", notes=["Two runs."]).splitlines() == [
        r"\begin{table}",
        r"\centering",
        r"\caption{A \& B}",
        r"\label{tab:x}",
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"outcome & mean \\",
        r"\midrule",
        r"known & 0.5 \\",
        r"wealth & $-$1 \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\par\smallskip{\footnotesize Two runs.}",
        r"\end{table}",
    ]


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = latex.write(["one"], tmp_path / "new" / "x.tex", force=False)
    with pytest.raises(InputError, match=r"x\.tex: already exists"):
        latex.write(["two"], path, force=False)
    latex.write(["two"], path, force=True)
    assert path.read_text() == "% needs \\usepackage{booktabs}\ntwo"
