"""The exceptions a user can meet, and the wording helpers they share."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher


class SocietyError(Exception):
    """Base of every error that Society raises on purpose."""


class InputError(SocietyError, ValueError):
    """What the user gave is wrong: a file, a key, a value, a folder.

    The message has one problem a line, each with file, dotted path, value and what is allowed.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))

    def within(self, source: str) -> "InputError":
        """The same problems, each prefixed by where it was found."""
        return InputError(*(f"{source}: {problem}" for problem in self.problems))


@contextmanager
def found_in(source: str) -> Iterator[None]:
    """Say of every problem found here in which file it is."""
    try:
        yield
    except InputError as error:
        raise error.within(source) from None


SHOWN_NAMES = 16
"""How many known names a message lists at most."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the nearest of `known`, or list them (or the first of them) if none is near."""
    known = sorted(known)
    if not known:
        return "there is none to choose from"
    nearest = max(known, key=lambda each: SequenceMatcher(None, name, each).ratio())
    if SequenceMatcher(None, name, nearest).ratio() >= 0.6:
        return f"did you mean {nearest!r}?"
    return "known: " + ", ".join(known[:SHOWN_NAMES]) + (", …" if len(known) > SHOWN_NAMES else "")
