"""SALib, which some analyses need and which is an extra."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from society.errors import InputError


def salib(module: str, what: str) -> Any:
    """A module of SALib.

    Raises
    ------
    InputError
        If SALib is not installed.
    """
    try:
        return import_module(f"SALib.{module}")
    except ModuleNotFoundError:
        raise InputError(f"{what} needs SALib: pip install 'society[analysis]'") from None
