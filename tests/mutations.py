"""Files with something wrong in them: seeded mutations of bytes, lines and values."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

type Mutation = Callable[[random.Random, bytes], bytes]

VALUE = re.compile(rb"(?<== )[^\n#{\[]+")
TYPES = (b"true", b"-1", b"0", b"1.5", b'"x"', b"[]", b"{}", b"nan", b"-inf", b"1979-05-27", b"[[1]]", b"{ a = 1 }")
HUGE = (b"9" * 30, b"9" * 5_000, b"1e400", b"-9223372036854775809", b"0x" + b"f" * 40)


def flip(choose: random.Random, text: bytes) -> bytes:
    """Some bytes become others."""
    changed = bytearray(text)
    for _ in range(choose.randint(1, 8)):
        changed[choose.randrange(len(changed))] = choose.randrange(256)
    return bytes(changed)


def delete(choose: random.Random, text: bytes) -> bytes:
    """A stretch is lost."""
    start = choose.randrange(len(text))
    return text[:start] + text[start + choose.randint(1, 40) :]


def double(choose: random.Random, text: bytes) -> bytes:
    """A stretch stands there twice."""
    start = choose.randrange(len(text))
    end = start + choose.randint(1, 40)
    return text[:end] + text[start:]


def cut(choose: random.Random, text: bytes) -> bytes:
    """The end is missing."""
    return text[: choose.randrange(len(text))]


def swap(choose: random.Random, text: bytes) -> bytes:
    """Two lines change places."""
    lines = text.splitlines(keepends=True)
    one, other = choose.randrange(len(lines)), choose.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def retype(choose: random.Random, text: bytes) -> bytes:
    """A value becomes one of another type."""
    return _with_value(choose, text, choose.choice(TYPES))


def enlarge(choose: random.Random, text: bytes) -> bytes:
    """A value becomes a huge number."""
    return _with_value(choose, text, choose.choice(HUGE))


def nest(choose: random.Random, text: bytes) -> bytes:
    """A value lies deep in lists or tables."""
    depth = choose.choice([50, 500, 5_000, 50_000])
    before, after = choose.choice([(b"[", b"]"), (b"{a=", b"}")])
    return _with_value(choose, text, before * depth + b"1" + after * depth)


def nest_header(choose: random.Random, text: bytes) -> bytes:
    """A table stands deep in tables."""
    return text + b"\n[" + b".".join([b"a"] * choose.choice([10, 1_000, 20_000])) + b"]\n"


def recode(choose: random.Random, text: bytes) -> bytes:
    """The file is in another encoding, or begins with a byte order mark."""
    return text.decode("utf-8", "replace").encode(
        choose.choice(["utf-16", "utf-32", "utf-8-sig", "utf-16-be", "cp037"]), "replace"
    )


def interject(choose: random.Random, text: bytes) -> bytes:
    """Something that is no text stands in between."""
    place = choose.randrange(len(text))
    odd = choose.choice(
        [b"\0", b"\xff\xfe", b"\x1a", b"\r", "\u2028".encode(), b"\x1b[31m", "٣".encode(), b"\xed\xa0\x80"]
    )
    return text[:place] + odd * choose.randint(1, 5) + text[place:]


def _with_value(choose: random.Random, text: bytes, value: bytes) -> bytes:
    places = [*VALUE.finditer(text)]
    if not places:
        return value + text
    place = choose.choice(places)
    return text[: place.start()] + value + text[place.end() :]


MUTATIONS: tuple[Mutation, ...] = (
    flip, delete, double, cut, swap, retype, enlarge, nest, nest_header, recode, interject,
)  # fmt: skip


def mutated(text: bytes, number: int) -> bytes:
    """The mutation of a text that has a number; every kind has its turn."""
    choose = random.Random(number)
    return MUTATIONS[number % len(MUTATIONS)](choose, text)
