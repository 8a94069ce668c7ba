"""IStream: what every stream is.

Strategy: only the interface stands here; it imports nothing of this package, so every other module may
import it.
"""

from zope.interface import Interface


class IStream(Interface):
    """A source of data that is read piece by piece.

    Not guaranteed: the number, the size and the timing of the pieces; use from several threads.
    """

    def read() -> object:
        """Give the next piece of data.

        Returns:
            Some data; None when nothing is left; or a Deferred of one of these.

        Raises:
            Exception: the error of reading, here or as the Deferred's failure.
        """

    def close() -> None:
        """End the stream early and free what lies underneath; from then on `read` gives None."""
