"""Keeping Twisted's log of the subject's errors out of the command's output: the checks look at it, not the user."""

from twisted.logger import ILogObserver, LogEvent, globalLogBeginner
from zope.interface import implementer


@implementer(ILogObserver)
class _Ignore:
    def __call__(self, event: LogEvent) -> None:
        del event


def quiet_twisted() -> None:
    """Start logging into nothing; a command's own process only, never a user's test run."""
    globalLogBeginner.beginLoggingTo([_Ignore()], redirectStandardIO=False, discardBuffer=True)
