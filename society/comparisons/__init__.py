"""Comparisons: paired differences between the runs of two studies, arms or levels, on pages and in pictures."""

from society.comparisons.comparison import Comparison
from society.comparisons.making import compare

__all__ = ["Comparison", "compare"]
