"""What is logged as an error while an example runs.

Strategy: an unhandled error in a Deferred is logged when the Deferred is collected; the watch collects garbage before
it is asked, so that nothing of an example is found in the next.
"""

import gc

from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from zope.interface import implementer


@implementer(ILogObserver)
class LogWatch:
    """Collects logged failures from its making until `stop`."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        globalLogPublisher.addObserver(self)

    def __call__(self, event: LogEvent) -> None:
        failure = event.get("log_failure")
        if failure is not None:
            self.failures.append(f"{type(failure.value).__name__}: {failure.value}")
        elif event.get("isError"):
            self.failures.append(str(event.get("log_format", "an error")))

    def errors(self) -> list[str]:
        """Collect garbage, then give what was logged as an error so far."""
        gc.collect()
        return list(self.failures)

    def stop(self) -> None:
        """Watch no more."""
        globalLogPublisher.removeObserver(self)
