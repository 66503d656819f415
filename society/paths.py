"""Where Society keeps files of its own on the user's machine."""

import os
from pathlib import Path


def user_cache() -> Path:
    """The folder for what can be made again at any time, following the XDG base directory convention."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "society"
