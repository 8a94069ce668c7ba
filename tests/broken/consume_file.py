"""Broken readers into files: bytes not written, files left open."""

import io
from contextlib import suppress
from typing import Any

from twisted.python import log
from twisted.python.failure import Failure

from tests.broken.consume_parts import FileSide, Reading, fault


@fault(file="consume_37")
class StartsOver(FileSide):
    """It writes from the start of the file on, wherever it stood."""

    def run(self) -> Any:
        if hasattr(self.out, "truncate"):
            with suppress(OSError):
                self.out.seek(0)
                self.out.truncate()
        return super().run()


@fault(file="consume_37")
class WritesFromTheStart(FileSide):
    """It goes back to the start of the file first."""

    def run(self) -> Any:
        if hasattr(self.out, "seek"):
            with suppress(OSError):
                self.out.seek(0)
        return super().run()


@fault(file="consume_41")
class ClosingErrorsSwallowed(FileSide):
    """An error of closing the file is dropped."""

    def closeFile(self) -> None:
        with suppress(Exception):
            self.out.close()


@fault(file="consume_42")
class OpenAtTheEnd(FileSide):
    """At the end the file is flushed at most, not closed."""

    def fire(self, result: Any) -> None:
        if result is None:
            Reading.fire(self, None)
        else:
            super().fire(result)


class _OpenOnFailure(FileSide):
    keep = False

    def closeFile(self) -> None:
        if not self.keep:
            super().closeFile()


@fault(file="consume_43")
class OpenAfterFailedRead(_OpenOnFailure):
    """When reading fails, the file is left open."""

    def failed(self, failure: Failure) -> None:
        self.keep = True
        super().failed(failure)


@fault(file="consume_44")
class OpenAfterFailedWrite(_OpenOnFailure):
    """When writing fails, the file is left open."""

    def broke(self, failure: Failure) -> None:
        self.keep = True
        super().broke(failure)


@fault(file="consume_45")
class OpenWhenCancelled(FileSide):
    """When it is cancelled, the file is left open."""

    def cancel(self) -> None:
        Reading.cancel(self)


@fault(file="consume_46")
class AnswersBeforeClosing(FileSide):
    """The Deferred fires before the file is closed."""

    def fire(self, result: Any) -> None:
        Reading.fire(self, result)
        with suppress(Exception):
            self.closeFile()


@fault(file="consume_99")
class ClosingErrorsFirst(FileSide):
    """An error of closing the file takes the place of the one before."""

    def fire(self, result: Any) -> None:
        try:
            self.closeFile()
        except Exception:
            result = Failure()
        Reading.fire(self, result)


@fault(file="consume_50")
class Flushes(FileSide):
    """It flushes the file after each piece."""

    def give(self, data: Any) -> None:
        super().give(data)
        self.out.flush()


@fault(file="consume_50")
class LooksAtClosed(FileSide):
    """It closes the file only if its attribute says that it is open."""

    def closeFile(self) -> None:
        if not self.out.closed:
            super().closeFile()


@fault(file="consume_50")
class WantsACount(FileSide):
    """It takes None from any write for nothing written, and fails."""

    def taken(self, view: memoryview) -> int:
        count = self.out.write(bytes(view))
        if count is None and not isinstance(self.out, io.RawIOBase):
            raise OSError("nothing was written")
        return count or 0


@fault(file="consume_59")
class LogsClosing(FileSide):
    """It logs an error of closing as well as giving it back."""

    def closeFile(self) -> None:
        try:
            super().closeFile()
        except Exception:
            log.err()
            raise
