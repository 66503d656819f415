"""Measures: numbers that describe a society, each a function of it with a sentence of documentation.

`MEASURES` holds them by name. A measure gives several numbers as a dictionary; result columns are then
``measure.key``, such as ``known.competitive``.
"""

from society.measures.base import MEASURES, Measure, Values, choose, measure

# isort: off
# In this order their measures stand in results.
from society.measures import people, mind, demography, information, platforms, ledger, divisions, capture  # noqa: F401

__all__ = ["MEASURES", "Measure", "Values", "choose", "measure"]
