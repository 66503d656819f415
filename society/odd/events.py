"""Events in words: when, to whom and what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from society.events import Event
from society.events.what import Field, Kick, Window
from society.events.who import Range, Who
from society.odd import markdown
from society.odd.markdown import code, codes
from society.odd.parameters import number, years
from society.odd.subject import Subject

LENGTHS = {
    "fixed": "of length {}",
    "normal": "of length {} |N|, N standard normal,",
    "heavy_tailed": "of length at least {}, Pareto with tail index {},",
}


def events(subject: Subject) -> Iterator[str]:
    """A table of all events."""
    if subject.scenario.events:
        yield "Events, which act before all processes; a date falls into the step that contains it:"
        rows = ([code(each.name), *in_words(each)] for each in subject.scenario.events.values())
        yield markdown.table(["Event", "When", "Who", "What"], rows)


def in_words(event: Event) -> tuple[str, str, str]:
    """When it happens, to whom, and what."""
    return _when(event), _who(event.who), ", and ".join(_what(event))


def _when(event: Event) -> str:
    at = event.at or 0.0
    start = "" if event.at is None and event.every is None else f" from {number(at)}"
    end = "" if event.until is None else f" until {number(event.until)}"
    span = f", in years{start}{end}" if start or end else ""
    if event.rate is not None:
        return f"at a rate of {number(event.rate)} a year for each person{span}"
    if event.every is not None:
        times = "" if event.count is None else f", {event.count:,} times"
        return f"every {years(event.every)}{times}{span}"
    return f"{_listed(map(number, event.dates(float('inf'))))} years after the start"


def _who(who: Who) -> str:
    conditions = []
    if who.age:
        conditions.append(f"aged {_range(who.age)}")
    conditions += [f"with {code(trait)} {_range(values)}" for trait, values in who.traits.items()]
    if who.groups:
        conditions.append(f"of {codes(who.groups)}")
    if who.environments:
        conditions.append(f"living in {codes(who.environments)}")
    if who.platforms:
        conditions.append(f"using {codes(who.platforms)}")
    if who.ids:
        conditions.append(f"named {codes(map(str, who.ids))}")
    if who.fraction < 1:
        conditions.append(f"a share of {number(who.fraction)}, drawn by lot once and for all")
    return ", ".join(["people", *conditions]) if conditions else "everybody"


def _range(values: Range) -> str:
    parts = ((values.low, "at least"), (values.high, "below"))
    return " and ".join(f"{word} {number(bound)}" for bound, word in parts if bound is not None) or "any"


def _what(event: Event) -> Iterator[str]:
    if event.kick:
        yield _kick(event.kick)
    if event.window:
        yield _window(event.window)
    if event.environment is not None:
        yield f"they move to {code(event.environment)}"
    if event.field:
        yield _field(event.field)
    if event.opens is not None:
        yield f"{code(event.opens)} opens"
    if event.closes is not None:
        yield f"{code(event.closes)} closes and its users leave"
    if event.meme is not None:
        yield f"they come to know {code(event.meme)}"


def _kick(kick: Kick) -> str:
    given = (("towards", kick.towards), ("away from", kick.away), ("along", kick.along))
    way = next((f"{word} {_traits(traits)}" for word, traits in given if traits), "in a random direction")
    end = ", and not beyond it" if kick.towards else ""
    return f"a kick {LENGTHS[kick.law].format(number(kick.size), number(kick.tail))} {way}{end}"


def _window(window: Window) -> str:
    return f"the learning rate is multiplied by {number(1 + window.gain)} for {years(window.dur)}"


def _field(field: Field) -> str:
    parts = [f"a reward of {_traits(field.traits)} a unit"]
    if field.rise:
        parts.append(f"rising for {years(field.rise)}")
    parts.append("for good" if field.dur is None else f"until {years(field.dur)} after it began")
    if field.fall:
        parts.append(f"then falling for {years(field.fall)}")
    return ", ".join(parts)


def _traits(traits: Mapping[str, float]) -> str:
    return _listed(f"{code(trait)} = {number(value)}" for trait, value in traits.items())


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
