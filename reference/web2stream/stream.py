"""IStream: what every stream is.

Strategy: only the interface stands here; it imports nothing of this package, so every other module may
import it.

Obeys: history_01, module_20
"""

from zope.interface import Interface


class IStream(Interface):
    """A source of data that is read piece by piece.

    Not guaranteed: the number, the size and the timing of the pieces; use from several threads.

    Obeys: stream_01, stream_14
    """

    def read() -> object:
        """Give the next piece of data.

        Returns:
            Some data; None when nothing is left; or a Deferred of one of these.

        Raises:
            Exception: the error of reading, here or as the Deferred's failure.

        Obeys: stream_02, stream_03, stream_05, stream_06, stream_07, stream_08, stream_11, stream_12, stream_13,
        stream_16, stream_17, stream_18, stream_20, stream_21, stream_22
        """

    def close() -> None:
        """End the stream early and free what lies underneath; from then on `read` gives None.

        Obeys: stream_04, stream_09, stream_10, stream_15, stream_19
        """
