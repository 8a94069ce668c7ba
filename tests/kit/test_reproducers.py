"""Reproducers: the kit-free script of a counterexample runs, and shows what the timeline shows."""

import atexit
import contextlib
import gc
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import warnings
import zlib
from pathlib import Path
from types import ModuleType

import pytest
from twisted.internet import reactor

import web2stream
from streamgauge.clauses import catalogue
from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.subject import Subject
from streamgauge.verdict import Outcome
from tests.broken import Broken, zoo


def script_of(subject: Subject, clause: str) -> str:
    """Fail a broken stream's clause, and give the script of the counterexample."""
    report = run(make_plan(subject, [clause]), Options(examples=80, shrink=False))
    violation = report.having(Outcome.FAIL)[0].violation
    assert violation is not None
    return violation.script


def output_of(broken: Broken) -> tuple[str, str]:
    """Fail a broken stream's clause, run its script, and give the script and what it printed."""
    subject = broken.build()
    script = script_of(subject, broken.clause)
    names: dict[str, object] = {"__name__": "reproducer"}
    for name, line in subject.imports.items():
        if subject.port is None:
            script = script.replace(line + "\n", "")
            names[name] = subject.makers[0].made_by
    return script, printed_by(script, names, subject.port.module if subject.port is not None else None)


def printed_by(script: str, names: dict[str, object], module: ModuleType | None) -> str:
    """Run a script, with a module in the place of the broken port, and give what it printed."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as exits, contextlib.redirect_stdout(printed):
        patch.setattr(atexit, "register", exits.callback)
        patch.setattr(sys, "unraisablehook", lambda _: None)  # a fault may fill the stack
        if module is not None:
            patch.setitem(sys.modules, "broken", module)
        scheduled = reactor.getDelayedCalls()
        try:
            exec(compile(script, "reproducer", "exec"), names)
        except Exception as error:  # a fault may break the script off; that shows it too
            printed.write(repr(error))
        for call in reactor.getDelayedCalls():
            if call not in scheduled:  # else it would go on in another test
                call.cancel()
        if reactor.running:  # nobody would stop it, nor the threads that a later test gives it to
            reactor.crash()
        for value in names.values():
            if isinstance(value, io.IOBase):
                value.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a script may drop an open file, as its timeline does
        names.clear()
        gc.collect()
    return printed.getvalue()


def test_nothing_is_left_of_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are gone when its test is over, not when this process ends: that may be killed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    script, _ = output_of(next(broken for broken in zoo() if broken.clause == "file_02"))
    assert "open_file(" in script
    assert [] == list(tmp_path.iterdir())


QUIET = [broken for broken in zoo() if not broken.clause.startswith("process_")]
PROCESSES = [broken for broken in zoo() if broken.clause.startswith("process_")]
"""Scripts about processes start real ones, which would outlive a test that ran them here."""


def one_of(count: int, among: list[Broken]) -> list[Broken]:
    """Choose about one of so many by their names, so that a new broken stream changes the choice of no other."""
    return [broken for broken in among if zlib.crc32(named(broken).encode()) % count == 0]


def named(broken: Broken) -> str:
    """Name a broken stream."""
    return f"{broken.clause}-{broken.name}"


SOME = dict.fromkeys(
    [*one_of(17, QUIET), *(broken for broken in QUIET if broken.clause.startswith(("history_", "memory_16")))]
)


def shows(script: str, printed: str) -> None:
    """Every line runs with the subject alone, and something is to be seen."""
    assert "import streamgauge" not in script
    assert "from streamgauge" not in script
    assert "# left out" not in script
    assert "NameError" not in printed
    assert printed.strip()


@pytest.mark.parametrize("broken", SOME, ids=named)
def test_the_script_runs_without_the_kit(broken: Broken) -> None:
    """The whole counterexample is in the script."""
    if broken.clause == "producer_93":
        assert "# left out, since it needs the kit: done = " in output_of(broken)[0]  # both ends of a connection
    else:
        shows(*output_of(broken))


COUNTED = {
    *("simple_11", "simple_13", "simple_14", "memory_16", "file_11", "file_33"),
    *("file_34", "file_35", "file_40", "file_41", "file_47", "file_51"),
    *("file_55", "file_62", "compound_05", "compound_31", "compound_34", "compound_44", "split_47"),
    *("consume_22", "consume_64", "consume_73", "consume_105", "consume_112", "producer_33", "producer_91"),
    *("producer_93", "generator_01", "generator_27", "generator_31", "generator_42", "buffered_01"),
    *("buffered_45", "buffered_52", "buffered_54", "module_16", "module_31"),
}
"""Clauses about what a script cannot print: what is logged, held, kept alive, refused before anything happens."""

_ADDRESSED = re.compile(r"<[^<>]* at 0x[0-9a-f]+>")

SHOWN = [broken for broken in QUIET if broken.clause not in COUNTED and catalogue()[broken.clause].profile != "cost"]


@pytest.mark.parametrize(
    "broken",
    [broken for broken in one_of(32, SHOWN) if broken.build().port is not None],
    ids=named,
)
def test_the_script_prints_something_else_on_the_reference(broken: Broken) -> None:
    """A script that printed the same on a right port would not show the violation."""
    script, printed = output_of(broken)
    reference = printed_by(script, {"__name__": "reproducer"}, web2stream)
    assert _ADDRESSED.sub("<an object>", printed) != _ADDRESSED.sub("<an object>", reference)


@pytest.mark.parametrize("broken", one_of(14, PROCESSES), ids=named)
def test_a_script_that_starts_processes_runs_without_the_kit(broken: Broken) -> None:
    """The whole counterexample is in the script; it runs in a process of its own."""
    script = script_of(broken.build(), broken.clause)
    apart = [sys.executable, "-m", "tests.kit.scripts_apart", named(broken)]
    pipe = subprocess.PIPE
    with subprocess.Popen(apart, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        printed, _ = process.communicate(script)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    shows(script, printed)


def test_what_never_ends_is_cut_short() -> None:
    """A counterexample of thousands of equal moves makes a script that can be read and ends soon."""
    endless = next(broken for broken in zoo() if broken.name == "OneKindOfDeferred" and broken.clause == "consume_02")
    script, _ = output_of(endless)
    assert "# and so on, " in script
    assert len(script.splitlines()) < 300
