"""Measures: numbers that describe a society, each a function of it with a sentence of documentation.

`MEASURES` holds them by name. A measure gives several numbers as a dictionary; result columns are then
``measure.key``, such as ``known.competitive``.
"""

from society.measures import capture, divisions, information, ledger, people  # noqa: F401 - they register
from society.measures.base import MEASURES, Measure, Values, choose, measure

__all__ = ["MEASURES", "Measure", "Values", "choose", "measure"]
