"""Sweeps: many runs of one society, from the sweep file and its designs to the processes that run them."""

from society.sweeps.sweep import Point, Sweep

__all__ = ["Point", "Sweep"]
