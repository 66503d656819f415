"""Sweeps: the sweep file, its factors, designs and constraints. How a sweep is run and kept is not known here."""
