"""Hypothesis profiles: derandomized in CI, random elsewhere; never a deadline."""

import os

from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True, max_examples=40)
settings.register_profile("local", deadline=None, max_examples=40)
settings.load_profile("ci" if os.environ.get("CI") or os.environ.get("HYPOTHESIS_PROFILE") == "ci" else "local")

pytest_plugins = ["pytester"]
