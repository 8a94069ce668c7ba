"""Broken byte streams: wrong lengths and wrong splits."""

from streamgauge.subject import Subject
from streamgauge.target import subject
from tests.broken import broken
from web2stream.memory import MemoryStream


@broken("bytestream_05")
def close_keeps_the_length() -> Subject:
    """close() frees the data and leaves length as it was."""

    class Broken(MemoryStream):
        def close(self) -> None:
            length = self.length
            super().close()
            self.length = length

    return subject(Broken)
