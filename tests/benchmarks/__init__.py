"""Benchmarks: how fast, how large, how soon. ``python -m tests.benchmarks`` prints a table; nothing here is a test."""
