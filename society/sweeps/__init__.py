"""Sweeps: many runs of scenarios by a design, planned, done and kept."""

from society.sweeps.sweep import Point, Sweep

__all__ = ["Point", "Sweep"]
