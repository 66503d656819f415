"""Events: what happens to people from outside, one ``[event.name]`` table each: when, to whom, and what."""

from society.events.event import Event

__all__ = ["Event"]
