"""The kinds of the `[graph]` table."""
