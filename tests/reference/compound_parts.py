"""What the tests of CompoundStream share."""

from typing import Any

from tests.sources import ScriptedSource


def source(*script: Any, **keywords: Any) -> ScriptedSource:
    """Make a source that tells the length of its script."""
    keywords.setdefault("length", sum(len(step) for step in script if isinstance(step, bytes)))
    return ScriptedSource(*script, **keywords)
