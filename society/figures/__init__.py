"""Figures: pictures of studies and scenarios for papers, each a function of data frames or of a scenario.

All are drawn in one style (`society.figures.style`) and are `Figure`: matplotlib figures with a caption.
"""

from society.figures.style import FORMATS, Figure

__all__ = ["FORMATS", "Figure"]
