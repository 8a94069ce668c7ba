"""Broken compounds: sendfile."""

from typing import Any

from zope.interface import implementer, implementer_only

from streamgauge.subject import Subject
from tests.broken import broken, port
from web2stream import CompoundStream, IByteStream, ISendfileableStream
from web2stream.bytestream import byteCount

PLUS = "MemoryStream FileStream fallbackSplit"


@broken("compound_33")
def sendfile_is_swallowed() -> Subject:
    """Sendfile is handed on to no bucket but the one that is read first."""

    class Broken(CompoundStream):
        asked = 0

        def _ask(self) -> object:
            self.asked += 1
            bucket = self._buckets.begin()
            inner = isinstance(bucket, CompoundStream) or hasattr(bucket, "f")
            self._sendfile = self._sendfile and (self.asked == 1 or inner)
            return super()._ask()

    return port(PLUS, CompoundStream=Broken)


@broken("compound_33")
def sendfile_is_lost_behind_an_end() -> Subject:
    """When a bucket has ended, the next one is read without sendfile."""

    class Broken(CompoundStream):
        def _got(self, answer: object) -> None:
            if answer is None:
                self._sendfile = False
            super()._got(answer)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_34")
def sendfile_is_handed_to_all() -> Subject:
    """Sendfile is handed to every bucket whose read takes an argument."""

    class Broken(CompoundStream):
        def _ask(self) -> object:
            bucket = self._buckets.begin()
            if self._sendfile and "listen" in getattr(bucket.read, "__name__", ""):
                return bucket.read(True)
            return super()._ask()

    return port(PLUS, CompoundStream=Broken)


@broken("compound_34")
def sendfile_is_handed_to_memory() -> Subject:
    """Sendfile is handed to every bucket."""

    class Broken(CompoundStream):
        def _ask(self) -> object:
            bucket = self._buckets.begin()
            return bucket.read(True) if self._sendfile else bucket.read()

    return port(PLUS, CompoundStream=Broken)


@broken("compound_35")
def sendfile_is_remembered() -> Subject:
    """After one read with sendfile, all others hand it on."""

    class Broken(CompoundStream):
        remembered = False

        def read(self, sendfile: bool = False) -> object:
            self.remembered = self.remembered or sendfile
            return super().read(self.remembered)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_35")
def sendfile_by_default() -> Subject:
    """read() hands sendfile on."""

    class Broken(CompoundStream):
        def read(self, sendfile: bool = True) -> object:
            return super().read(sendfile)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_36")
def buffers_are_not_counted() -> Subject:
    """What is no bytes-like object does not count in length."""

    class Broken(CompoundStream):
        def _passOn(self, data: object, left: int | None) -> None:
            length = self.length
            super()._passOn(data, left)
            try:
                byteCount(data)  # type: ignore[arg-type]
            except TypeError:
                self.length = length

    return port(PLUS, CompoundStream=Broken)


@broken("compound_36")
def buffers_are_read() -> Subject:
    """What a file gives for sendfile is made bytes."""

    class Broken(CompoundStream):
        def _passOn(self, data: Any, left: int | None) -> None:
            super()._passOn(bytes(data), left)

    return port(PLUS, CompoundStream=Broken)


@broken("compound_48")
def compounds_do_not_declare_it() -> Subject:
    """A compound is an IByteStream, but no ISendfileableStream."""

    @implementer_only(IByteStream)
    class Broken(CompoundStream):
        pass

    assert not ISendfileableStream.implementedBy(Broken)
    return port(PLUS, CompoundStream=implementer(IByteStream)(Broken))


@broken("compound_47")
def compounds_are_no_byte_streams() -> Subject:
    """A compound is an ISendfileableStream, but no IByteStream."""

    @implementer_only(ISendfileableStream)
    class Broken(CompoundStream):
        pass

    return port(PLUS, CompoundStream=Broken)


@broken("compound_37")
def inner_compounds_are_not_asked() -> Subject:
    """A compound in a compound is read without sendfile."""

    class Broken(CompoundStream):
        def read(self, sendfile: bool = False) -> object:
            inner = bool(self.buckets) and isinstance(self.buckets[0], CompoundStream)
            return super().read(sendfile and not inner)

    return port(PLUS, CompoundStream=Broken)
