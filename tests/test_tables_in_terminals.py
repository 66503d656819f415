"""Tables in a terminal: whatever its width, nothing is cut off, and columns that are left out are named."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from society.console import print_table

ROWS = [
    {"outcome": "trait_sd.neuroticism", "mean": "1.234", "sd": "0.567", "interval": "0.1 [0.05, 0.15]", "needed": "61"},
    {"outcome": "capture.feed", "mean": "0.00927", "sd": "0.00777", "interval": "−2 [−3, −1]", "needed": "2 (≤ 7)"},
]


def printed(width: int) -> list[str]:
    """Lines in a terminal of so many letters."""
    text = StringIO()
    out = Console(file=text, width=width, highlight=False)
    print_table(out, ROWS, words=("outcome",), least=("sd", "mean"), where="power.csv")
    return text.getvalue().splitlines()


def cells(lines: list[str]) -> str:
    return "".join("".join(lines).split())


def test_where_there_is_room_all_columns_stand_side_by_side() -> None:
    lines = printed(100)
    assert lines[1].split() == ["outcome", "mean", "sd", "interval", "needed"]
    assert lines[3].split() == ["trait_sd.neuroticism", "1.234", "0.567", "0.1", "[0.05,", "0.15]", "61"]


def test_words_are_folded_before_anything_is_left_out() -> None:
    lines = printed(70)
    assert lines[1].split() == ["outcome", "mean", "sd", "interval", "needed"]
    assert "".join(line.split()[0] for line in lines[3:5]) == "trait_sd.neuroticism"


def test_columns_that_matter_least_go_first_and_are_named() -> None:
    lines = printed(60)
    assert lines[1].split() == ["outcome", "mean", "interval", "needed"]
    assert lines[-1] == "No room for sd: see a wider terminal, or power.csv."


@pytest.mark.parametrize("width", range(24, 100, 4))
def test_what_matters_is_whole_at_any_width(width: int) -> None:
    lines = printed(width)
    assert max(map(len, lines)) <= width
    text = cells(lines)
    kept = ("outcome", "interval", "needed")
    letters = "".join(row[name] for row in ROWS for name in kept).replace(" ", "")
    for letter in {*letters}:
        assert text.count(letter) >= letters.count(letter)


def test_a_table_without_rows_prints_nothing_that_fails() -> None:
    text = StringIO()
    print_table(Console(file=text, width=80), [])
    assert text.getvalue().strip() == ""
