"""Figures: pictures of studies and scenarios for papers, each a function of data frames or of a society.

All are drawn in one style (`society.figures.style`) and are `Figure`: matplotlib figures with a caption, which
notebooks show and `save` writes as PNG, SVG or PDF.
"""

from society.figures.distributions import distribution_figure
from society.figures.effects import effects_figure
from society.figures.heat_maps import heat_map
from society.figures.landscapes import basin_figure
from society.figures.networks import network_figure
from society.figures.series import run_figure, series_figure
from society.figures.style import FORMATS, Figure

__all__ = [
    "FORMATS",
    "Figure",
    "basin_figure",
    "distribution_figure",
    "effects_figure",
    "heat_map",
    "network_figure",
    "run_figure",
    "series_figure",
]
