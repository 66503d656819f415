"""Constraints: conditions that the points of a design fulfil. An expression is read, never executed as code."""
