"""What several broken streams share."""

from collections.abc import Callable
from typing import Any

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.kit.right_later import Later, in_the_next_turn


def wrapping(make: Callable[[Any], Any]) -> Subject:
    """Make a subject of a maker that takes a source."""
    return subject(make, wraps=True)


def named(make: Any, **more: Any) -> Subject:
    """Make a subject of a lambda, which gets a name, so that scripts can import it."""
    make.__name__ = "make"
    return subject(make, name="Broken", **more)


def later(kind: type[Later]) -> Subject:
    """Make a subject of a kind of Later whose answers come by delayed calls."""
    return named(lambda data: kind(data, in_the_next_turn))
