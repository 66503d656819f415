"""House style: files that are the same each time, colours told apart, and nothing of the user's changed."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from society.errors import InputError
from society.figures.style import (
    COLOURS,
    DPI,
    FORMATS,
    Figure,
    colours_of,
    error_bars,
    in_house_style,
    lines_of,
    panels,
)
from tests.files import python


@in_house_style
def drawn() -> Figure:
    figure, (one, other) = panels(2)
    one.plot([0, 1], [0, 1], label="a line")
    one.legend()
    error_bars(other, [0.0, 1.0], [1.0, 2.0], [0.5, np.nan], [1.5, np.nan], color=COLOURS[0], marker="o")
    return figure


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_figure_has_the_same_bytes_however_often_it_is_saved(kind: str, tmp_path: Path) -> None:
    first = drawn()
    first._repr_png_()
    paths = [figure.save(tmp_path / f"{n}.{kind}") for n, figure in enumerate((first, first, drawn()))]
    assert len({path.read_bytes() for path in paths}) == 1


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_suffix_says_what_is_written(kind: str, start: bytes, tmp_path: Path) -> None:
    assert drawn().save(tmp_path / "new" / f"figure.{kind}").read_bytes().startswith(start)


def test_a_png_is_as_dense_as_journals_ask(tmp_path: Path) -> None:
    figure = drawn()
    with Image.open(figure.save(tmp_path / "figure.png")) as image:
        assert image.width == round(figure.get_figwidth() * DPI)


@pytest.mark.parametrize("name", ["figure.jpg", "figure"])
def test_another_suffix_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must be one of png, svg, pdf"):
        drawn().save(tmp_path / name)
    assert not [*tmp_path.iterdir()]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        drawn().save(tmp_path / "file" / "figure.png")


def test_rounding_places_leaves_the_size_of_letters_alone() -> None:
    scales = {float(scale) for scale in re.findall(r"scale\(([\d.]+) -", drawn().svg())}
    assert scales == {0.07}  # of letters of 7 points; 1/64 for the letters themselves, below
    assert "scale(0.015625)" in drawn().svg()


def test_settings_of_the_user_are_left_alone_and_change_nothing() -> None:
    before = drawn().svg()
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.fonttype": "none", "axes.grid": False}):
        assert drawn().svg() == before
        assert mpl.rcParams["font.size"] == 30


def test_pyplot_is_never_imported() -> None:
    code = "import society.figures, sys; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert python(code).code == 0


def test_neither_the_package_nor_the_command_line_imports_matplotlib() -> None:
    assert python("import society, society.cli, sys; sys.exit('matplotlib' in sys.modules)").code == 0


def test_an_interval_that_is_not_there_has_no_bar() -> None:
    bars = drawn().axes[1].containers[0].lines[2][0].get_segments()  # type: ignore[index]
    assert [float(np.ptp(bar[:, 1])) for bar in bars] == [1.0, 0.0]


def test_words_have_colours_that_the_colour_blind_tell_apart() -> None:
    assert colours_of(["with", "without"]) == [*COLOURS[:2]]


def test_more_than_two_numbers_go_from_dark_to_light() -> None:
    light = [np.dot(mpl.colors.to_rgb(colour), (0.299, 0.587, 0.114)) for colour in colours_of([0.0, 0.5, 1.0, 2.0])]
    assert light == sorted(light)


def test_as_many_colours_as_levels_even_if_they_are_many_words() -> None:
    assert len({*colours_of([f"kind {n}" for n in range(20)])}) == 20


def test_lines_of_words_differ_in_stroke_too() -> None:
    strokes = [str(line["linestyle"]) for line in lines_of(["with", "without", "other"])]
    assert len({*strokes}) == 3
