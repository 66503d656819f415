"""Designs: which points of the space of factors a sweep visits, in which order.

A design is the `[sweep]` table of a sweep file, of the class that its key `design` chooses from `DESIGNS`.
"""

from society.sweeps.designs.base import MAX_RUNS, Design, Factors, Row
from society.sweeps.designs.drawn import Lhs, Morris, Random, Sobol
from society.sweeps.designs.enumerated import Grid, Zip
from society.sweeps.designs.given import Csv, List

__all__ = [
    "DESIGNS",
    "MAX_RUNS",
    "Csv",
    "Design",
    "Factors",
    "Grid",
    "Lhs",
    "List",
    "Morris",
    "Random",
    "Row",
    "Sobol",
    "Zip",
]

DESIGNS: dict[str, type[Design]] = {each.kind: each for each in (Grid, Zip, List, Csv, Lhs, Random, Sobol, Morris)}
