"""Statistics of a study: what matters, how sure that is, and how many runs it takes to know."""

from society.analysis.analyses import analyse
from society.analysis.result import Analysis

__all__ = ["Analysis", "analyse"]
