"""What counts as an error in Twisted's log, and what as a note of something that was taken care of."""

import gc
from collections.abc import Callable, Iterator

import pytest
from twisted.internet.defer import fail
from twisted.logger import Logger, LogLevel
from twisted.python import log
from twisted.python.failure import Failure

from streamgauge.logwatch import LogWatch

LOGGER = Logger()


@pytest.fixture
def watch() -> Iterator[LogWatch]:
    """Watch the log."""
    watching = LogWatch()
    yield watching
    watching.stop()


@pytest.mark.parametrize(
    "tell",
    [
        log.err,
        lambda failure: LOGGER.failure("it failed", failure),
        lambda failure: LOGGER.error("it failed", log_failure=failure),
        fail,
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_failures_told_as_errors_count(watch: LogWatch, tell: Callable[[Failure], object]) -> None:
    """Whoever logs a failure as an error, or leaves one in a Deferred, is heard."""
    tell(Failure(ValueError("broken")))
    gc.collect()
    assert "ValueError: broken" in watch.errors()
    assert watch.notes == []


@pytest.mark.parametrize("level", [LogLevel.debug, LogLevel.info, LogLevel.warn])
def test_failures_of_a_lower_level_are_notes(watch: LogWatch, level: LogLevel) -> None:
    """A failure that was taken care of may be noted."""
    LOGGER.failure("taken care of", Failure(ValueError("broken")), level=level)
    assert watch.errors() == []
    assert watch.notes == ["ValueError: broken"]


def test_words(watch: LogWatch) -> None:
    """Messages without a failure are errors by their level; what only informs is nothing."""
    for tell in (LOGGER.critical, LOGGER.error, LOGGER.warn, LOGGER.info, LOGGER.debug):
        tell("said")
    assert (watch.errors(), watch.words, watch.notes) == ([], ["said", "said"], ["said"])
