"""What several broken streams share."""

from collections.abc import Callable
from typing import Any

from streamgauge.subject import Subject
from streamgauge.target import subject


def wrapping(make: Callable[[Any], Any]) -> Subject:
    """Make a subject of a maker that takes a source."""
    return subject(make, wraps=True)
