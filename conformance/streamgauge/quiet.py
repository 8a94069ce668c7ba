"""Keeping Twisted's log of the subject's errors out of the command's output: the checks look at it, not the user."""

from typing import Any

from twisted.logger import globalLogBeginner


def quiet_twisted() -> None:
    """Start logging into nothing; a command's own process only, never a user's test run."""

    def ignore(event: dict[str, Any]) -> None:
        del event

    globalLogBeginner.beginLoggingTo([ignore], redirectStandardIO=False, discardBuffer=True)
