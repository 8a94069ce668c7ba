"""What is logged as an error while an example runs.

Strategy: an unhandled error in a Deferred is logged when the Deferred is collected. While a watch is on, the collector
works only when it is asked, so that everything an example left is young, and found at once and in that example.
"""

import gc
from typing import Any, cast

from twisted.logger import LogLevel, formatEvent, globalLogPublisher


class LogWatch:
    """Collects what is logged from its making until `stop`.

    Attributes:
        failures: the failures, and what twisted.python.log was told to be an error.
        words: messages that twisted.logger was told to be errors, and that hold no failure.
        notes: failures of a lower level than that of errors, and warnings: of what somebody has taken care of.
    """

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.words: list[str] = []
        self.notes: list[str] = []
        self._collecting = gc.isenabled()
        gc.disable()
        self._observer = cast(Any, self._see)
        globalLogPublisher.addObserver(self._observer)

    def _see(self, event: dict[str, Any]) -> None:
        failure = event.get("log_failure") or event.get("failure")  # the latter by twisted.python.log.err
        error = event.get("isError") or event.get("log_level") in {LogLevel.error, LogLevel.critical}
        if failure is not None:
            told = f"{type(failure.value).__name__}: {failure.value}"
            (self.failures if error else self.notes).append(told)
        elif event.get("isError"):
            self.failures.append(str(event.get("log_format", "an error")))
        elif error:
            self.words.append(formatEvent(event))
        elif event.get("log_level") is LogLevel.warn:
            self.notes.append(formatEvent(event))

    def errors(self) -> list[str]:
        """Collect the young garbage, then give what was logged as an error so far."""
        gc.collect(0)
        return list(self.failures)

    def restart(self) -> None:
        """Forget what was logged, also by garbage that other examples left."""
        gc.collect(0)
        self.failures.clear()
        self.words.clear()
        self.notes.clear()

    def stop(self) -> None:
        """Watch no more."""
        globalLogPublisher.removeObserver(self._observer)
        if self._collecting:
            gc.enable()
