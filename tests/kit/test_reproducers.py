"""Reproducers: the kit-free script of a counterexample runs, and shows what the timeline shows."""

import atexit
import contextlib
import gc
import io
import sys
import tempfile
import warnings
from pathlib import Path

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import Outcome
from tests.broken import Broken, zoo


def output_of(broken: Broken) -> tuple[str, str]:
    """Fail a broken stream's clause, run its script, and give the script and what it printed."""
    subject = broken.build()
    report = run(make_plan(subject, [broken.clause]), Options(examples=60, shrink=False))
    violation = report.having(Outcome.FAIL)[0].violation
    assert violation is not None
    script = violation.script
    names: dict[str, object] = {"__name__": "reproducer"}
    for name, line in subject.imports.items():
        if subject.port is None:
            script = script.replace(line + "\n", "")
            names[name] = subject.makers[0].made_by
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as exits, contextlib.redirect_stdout(printed):
        patch.setattr(atexit, "register", exits.callback)
        patch.setattr(sys, "unraisablehook", lambda _: None)  # a fault may fill the stack
        if subject.port is not None:
            patch.setitem(sys.modules, "broken", subject.port.module)
        try:
            exec(compile(script, "reproducer", "exec"), names)
        except Exception as error:  # a fault may break the script off; that shows it too
            printed.write(repr(error))
        for value in names.values():
            if isinstance(value, io.IOBase):
                value.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a script may drop an open file, as its timeline does
        names.clear()
        gc.collect()
    return script, printed.getvalue()


def test_nothing_is_left_of_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are gone when its test is over, not when this process ends: that may be killed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    script, _ = output_of(next(broken for broken in zoo() if broken.clause == "file_02"))
    assert "open_file(" in script
    assert [] == list(tmp_path.iterdir())


QUIET = [broken for broken in zoo() if not broken.clause.startswith("process_")]
"""Scripts about processes start real ones, which would outlive the test that runs them here."""

SOME = dict.fromkeys([*QUIET[::9], *(broken for broken in QUIET if broken.clause.startswith("history_"))])


@pytest.mark.parametrize("broken", SOME, ids=lambda broken: f"{broken.clause}-{broken.name}")
def test_the_script_runs_without_the_kit(broken: Broken) -> None:
    """Every line runs with the subject alone; a line that could not is left out, and said so."""
    script, printed = output_of(broken)
    assert "import streamgauge" not in script
    assert "from streamgauge" not in script
    assert "NameError" not in printed
    assert printed.strip() or "# left out" in script


GENERIC = [broken for broken in zoo() if broken.clause.startswith(("stream_", "bytestream_", "compound_", "memory_"))]


@pytest.mark.parametrize("broken", GENERIC[::12], ids=lambda broken: f"{broken.clause}-{broken.name}")
def test_nothing_is_left_out_where_only_streams_act(broken: Broken) -> None:
    """Where the kit brings nothing but sources, the whole counterexample is in the script."""
    script, printed = output_of(broken)
    assert "# left out" not in script
    assert printed.strip()


def test_what_never_ends_is_cut_short() -> None:
    """A counterexample of thousands of equal moves makes a script that can be read and ends soon."""
    endless = next(broken for broken in zoo() if broken.name == "OneKindOfDeferred" and broken.clause == "consume_02")
    script, _ = output_of(endless)
    assert "# and so on, " in script
    assert len(script.splitlines()) < 300
