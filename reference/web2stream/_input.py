"""The input of a connection: one pass over a stream whose end is told by a call.

Strategy: a call, unlike a Deferred, lets KeyboardInterrupt and the like pass to whoever runs the pass.
"""

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from web2stream._reader import _StreamReader


class Input(_StreamReader):
    """One pass over a stream.

    Args:
        stream: anything with `read`.
        received: called with each chunk.
        ended: called once, with None at the end of the stream, or the Failure; never after `stop`.
        reactor: gives the turns; None for the running one.
    """

    def __init__(
        self,
        stream: Any,
        received: Callable[[Any], object],
        ended: Callable[[Failure | None], None],
        reactor: IReactorTime | None = None,
    ) -> None:
        super().__init__(stream, received, reactor)
        self._ended = ended

    def _tell(self, result: Failure | None) -> None:
        self._ended(result)
