"""Colours: palettes that people who see colours differently can tell apart, and numbers as colours.

Categories: Okabe and Ito 2008, Color universal design, with brown for black, so that all show on light and on dark.
Numbers: cividis (Nuñez, Anderton and Renslow 2018, PLoS ONE 13, e0199239), and blue to orange where they lie on both
sides of 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

type Array = np.ndarray[Any, np.dtype[Any]]
type Rgb = tuple[int, int, int]

CATEGORIES: tuple[Rgb, ...] = (
    (0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (213, 94, 0), (240, 228, 66),
    (119, 68, 51),
)  # fmt: skip
UNKNOWN: Rgb = (110, 110, 110)
"""Of who has no number."""
OFF: Rgb = (176, 184, 194)
"""Of a plain "no"."""
SEQUENTIAL: tuple[Rgb, ...] = (
    (0, 34, 78), (40, 62, 107), (79, 89, 108), (112, 117, 117), (146, 146, 118), (184, 175, 108), (225, 207, 84),
    (254, 232, 56),
)  # fmt: skip
DIVERGING: tuple[Rgb, ...] = (
    (5, 80, 150), (66, 133, 190), (146, 188, 219), (214, 220, 224), (240, 190, 140), (221, 130, 60), (166, 76, 6),
)  # fmt: skip


def css(colour: Rgb) -> str:
    """A colour as the browser reads it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def category(number: int) -> Rgb:
    """Colour of a category; from the ninth on they return."""
    return CATEGORIES[number % len(CATEGORIES)]


def series_colour(number: int) -> str:
    """Colour of a line or of bars."""
    return css(category(number))


def nice_range(values: Array, *, low: float = -np.inf, high: float = np.inf) -> tuple[float, float]:
    """A range of round numbers that holds all but the outermost hundredths, so that it rarely changes.

    Symmetric about 0 if much lies on both sides of it; within `low` and `high`.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    least, most = (float(end) for end in np.quantile(finite, (0.01, 0.99)))
    if least < 0 < most and min(-least, most) > 0.1 * max(-least, most):
        reach = round_up(max(-least, most))
        return -reach, reach
    bottom = 0.0 if 0 <= least <= 0.5 * most else -round_up(-least) if least < 0 else _step_down(least, most)
    top = 0.0 if most <= 0 else round_up(most)
    if bottom >= top:
        bottom, top = min(bottom, 0.0), max(bottom, top) or 1.0
    return (bottom if low == -np.inf else max(bottom, low)), (top if high == np.inf else min(max(top, bottom), high))


def round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7, 10 times a power of ten."""
    if value <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 1.5, 2, 3, 5, 7, 10) if step * power >= value * (1 - 1e-9)))


def _step_down(least: float, most: float) -> float:
    """A round number at or below `least`, in steps fit for the range."""
    step = round_up((most - least) / 5) or abs(least)
    return float(np.floor(least / step) * step)


def of_numbers(values: Array, low: float, high: float) -> tuple[Array, tuple[Rgb, ...]]:
    """(n, 3) colours of numbers in a range, and the colours from its low to its high end."""
    stops = DIVERGING if low == -high else SEQUENTIAL
    share = np.clip((np.nan_to_num(values, nan=low) - low) / ((high - low) or 1.0), 0.0, 1.0)
    places, table = np.linspace(0.0, 1.0, len(stops)), np.array(stops, float)
    colours = np.stack([np.interp(share, places, table[:, c]) for c in range(3)], axis=1).astype("u1")
    colours[~np.isfinite(values)] = UNKNOWN
    return colours, stops


def of_categories(numbers: Array, labels: tuple[str, ...]) -> Array:
    """(n, 3) colours of categories by number; nan and numbers below 0 are unknown."""
    table = np.array([shade(number, labels) for number in range(max(len(labels), 1))] + [UNKNOWN], "u1")
    place = np.where(np.isfinite(numbers) & (numbers >= 0) & (numbers < len(labels)), numbers, -1).astype("i8")
    colours: Array = table[place]
    return colours


def shade(number: int, labels: tuple[str, ...]) -> Rgb:
    """Colour of one of some categories; of yes and no, no is pale."""
    if labels == ("no", "yes"):
        return OFF if number == 0 else CATEGORIES[5]
    return UNKNOWN if labels[number : number + 1] == ("others",) else category(number)
