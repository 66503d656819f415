"""Tests of the compiled kernels against plain-Python twins."""
