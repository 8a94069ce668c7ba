"""streamgauge: a conformance kit for Twisted's stream abstraction.

Strategy: this module names the public interface and loads nothing; each name is imported when it is first used, so that
a test run which only has the plugin installed pays nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from streamgauge.api import ConformanceError as ConformanceError
    from streamgauge.api import check_stream as check_stream
    from streamgauge.api import conformance as conformance
    from streamgauge.clauses import Clause as Clause
    from streamgauge.clauses import catalogue as catalogue
    from streamgauge.subject import Maker as Maker
    from streamgauge.subject import Subject as Subject
    from streamgauge.target import load as load
    from streamgauge.target import subject as subject
    from streamgauge.verdict import Outcome as Outcome
    from streamgauge.verdict import Report as Report
    from streamgauge.verdict import Verdict as Verdict
    from streamgauge.violation import Violation as Violation
    from streamgauge.violation import WrongUse as WrongUse

_HOMES: Final = {
    "check_stream": "api", "conformance": "api", "ConformanceError": "api", "Clause": "clauses",
    "catalogue": "clauses", "Maker": "subject", "Subject": "subject", "load": "target", "subject": "target",
    "Outcome": "verdict", "Report": "verdict", "Verdict": "verdict", "Violation": "violation",
    "WrongUse": "violation",
}  # fmt: skip

__all__ = [*_HOMES]  # noqa: PLE0604 - the table above is the list


def __getattr__(name: str) -> object:
    """Import a public name when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'streamgauge' has no attribute {name!r}")
    return getattr(import_module(f"streamgauge.{_HOMES[name]}"), name)


class _Package(ModuleType):
    """The package: a submodule that is called like a public name does not take its place when it is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _HOMES or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
