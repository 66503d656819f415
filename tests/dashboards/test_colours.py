"""Palettes: whoever sees colours differently can tell them apart.

Colours as they are seen with full protanopia and deuteranopia: Machado, Oliveira and Fernandes 2009, IEEE Transactions
on Visualization and Computer Graphics 15, 1291-1298. Differences: CIEDE2000 in the form of Sharma, Wu and Dalal 2005,
Color Research and Application 30, 21-30.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from dashboards import colours

VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
"""Linear RGB to linear RGB."""
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)
PAPERS = {"light": (255, 255, 255), "dark": (30, 30, 30)}


def linear(colour):
    """Linear RGB of a colour."""
    share = np.asarray(colour, float) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(colour, vision="normal"):
    """A colour as it is seen, in CIELAB."""
    share = TO_XYZ @ np.clip(VISION[vision] @ linear(colour), 0, 1) / WHITE
    x, y, z = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other):
    """CIEDE2000 of two colours in CIELAB."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    light, chroma, hue = (l1 + l2) / 2, (c1 + c2) / 2, (h1 + turn / 2) % 360
    t = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue) + 0.32 * cos(3 * hue + 6) - 0.2 * cos(4 * hue - 63)
    by_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    by_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    rotation = (
        -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    )
    return np.sqrt(by_light**2 + by_chroma**2 + by_hue**2 + rotation * by_chroma * by_hue)


def cos(degrees):
    return np.cos(np.radians(degrees))


def least(palette, vision):
    """Of the differences of all pairs, the least."""
    return min(difference(lab(one, vision), lab(other, vision)) for one, other in combinations(palette, 2))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_differences_are_those_of_the_published_table(one, other, expected):
    assert difference(one, other) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("vision", VISION)
def test_categories_and_who_has_none_can_be_told_apart(vision):
    assert least((*colours.CATEGORIES, colours.UNKNOWN), vision) > 10


@pytest.mark.parametrize("vision", VISION)
def test_yes_and_no_can_be_told_apart(vision):
    assert least([colours.shade(number, ("no", "yes")) for number in range(2)], vision) > 30


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("stops", [colours.SEQUENTIAL, colours.DIVERGING], ids=["sequential", "diverging"])
def test_neighbouring_stops_of_numbers_can_be_told_apart(stops, vision):
    assert min(difference(lab(one, vision), lab(other, vision)) for one, other in pairwise(stops)) > 6


@pytest.mark.parametrize("vision", VISION)
def test_larger_numbers_are_lighter(vision):
    assert (np.diff([lab(stop, vision)[0] for stop in colours.SEQUENTIAL]) > 5).all()


@pytest.mark.parametrize("paper", PAPERS)
def test_categories_show_on_light_and_on_dark(paper):
    on = lab(PAPERS[paper])
    assert min(difference(lab(colour), on) for colour in colours.CATEGORIES) > 20
