"""Published numbers, one file a topic."""
