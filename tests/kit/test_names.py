"""The public names of the package, whatever else of it was imported."""

import subprocess
import sys
from importlib import import_module

import streamgauge
from tests.kit.right_pieces import StreamOnly


def test_every_public_name_is_what_it_says() -> None:
    """Twice in a row, since the first use imports modules, one of which is called like a public name."""
    for _ in range(2):
        for name in streamgauge.__all__:
            value = getattr(streamgauge, name)
            assert callable(value), name
            assert name == value.__name__


def test_a_submodule_does_not_hide_the_name() -> None:
    """`streamgauge.subject` is the function also after the module of that name was imported, which stays importable."""
    assert "streamgauge.subject" == import_module("streamgauge.subject").__name__
    assert streamgauge.subject(StreamOnly).makers[0].abilities >= {"read", "close"}


def test_importing_it_loads_nothing() -> None:
    """Neither the kit's own modules nor Hypothesis or Twisted."""
    loaded = "[m for m in sys.modules if m.startswith(('streamgauge.', 'hypothesis', 'twisted'))]"
    code = f"import sys, streamgauge; print({loaded})"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == seen.stdout.strip()
