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
    """

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.words: list[str] = []
        self._collecting = gc.isenabled()
        gc.disable()
        self._observer = cast(Any, self._see)
        globalLogPublisher.addObserver(self._observer)

    def _see(self, event: dict[str, Any]) -> None:
        failure = event.get("log_failure") or event.get("failure")  # the latter by twisted.python.log.err
        if failure is not None:
            self.failures.append(f"{type(failure.value).__name__}: {failure.value}")
        elif event.get("isError"):
            self.failures.append(str(event.get("log_format", "an error")))
        elif event.get("log_level") in {LogLevel.error, LogLevel.critical}:
            self.words.append(formatEvent(event))

    def errors(self) -> list[str]:
        """Collect the young garbage, then give what was logged as an error so far."""
        gc.collect(0)
        return list(self.failures)

    def restart(self) -> None:
        """Forget what was logged, also by garbage that other examples left."""
        gc.collect(0)
        self.failures.clear()
        self.words.clear()

    def stop(self) -> None:
        """Watch no more."""
        globalLogPublisher.removeObserver(self._observer)
        if self._collecting:
            gc.enable()
