"""Hypothesis profiles (derandomized in CI, random elsewhere, never a deadline), and what makes a long run short."""

import os

from hypothesis import settings

from streamgauge.quiet import settle_heap

# In CI the reference was judged at the default number of examples before, by the README's first command.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=20)
settings.register_profile("local", deadline=None, max_examples=40)
settings.load_profile("ci" if os.environ.get("CI") else "local")

pytest_plugins = ["pytester"]


def pytest_collection_finish() -> None:
    """Let collections of garbage pass over what thousands of collected tests hold, which stays to the end anyway."""
    settle_heap()
