"""Checks of the clauses in specs/process.md about what is left behind, and about cancelling."""

import os
from contextlib import suppress
from pathlib import Path

from hypothesis import strategies as st

from streamgauge.answers import Failed, Waiting
from streamgauge.bench import Bench
from streamgauge.checks.process_gate import Gate
from streamgauge.checks.process_parts import ECHO, MUCH, Process, many, on_process
from streamgauge.children import children
from streamgauge.script import Script, Step, When

OPEN = Path("/proc/self/fd")


def descriptors() -> set[tuple[str, str]]:
    """Tell what is open and what it leads to, since a number may be used again; nothing where the system can't tell."""
    found = set()
    for number in os.listdir(OPEN) if OPEN.exists() else ():  # noqa: PTH208 - numbers are wanted, not paths
        try:
            found.add((number, os.readlink(OPEN / number)))  # noqa: PTH115 - what it leads to need not be a path
        except OSError:
            continue
    return found


def warm(t: Bench) -> set[tuple[str, str]]:
    """Run a first process, for what is opened once and stays; tell what is open then."""
    p = Process(t, ECHO).run()
    p.finish()
    p.quiet()
    return descriptors()


def nothing_open(t: Bench, before: set[tuple[str, str]], p: Process) -> None:
    """Ask that nothing is open that was not before, once everything has happened that can."""
    p.quiet()
    left = sorted(link.partition(":")[0] for _, link in descriptors() - before)
    t.equal(left, [], "descriptors still open:")


@on_process("process_49")
def no_child_left(t: Bench) -> None:
    """Run a process to its end; look for children."""
    before = children()
    code = t.draw(st.sampled_from([ECHO, "", "raise SystemExit(3)", "import os; os.abort()"]))
    p = Process(t, code, Script((Step(b"x", When.PENDING),))).run()
    p.finish()
    p.quiet()
    t.equal(len(children() - before), 0, "child processes left behind:")


@on_process("process_50")
def no_descriptor_left(t: Bench) -> None:
    """Run a process to its end; look for descriptors."""
    before = warm(t)
    code = t.draw(st.sampled_from([ECHO, "", "raise SystemExit(3)", "import os; os.close(0); os.close(1)"]))
    p = Process(t, code, many(t.draw(st.integers(0, 20)))).run()
    p.finish()
    nothing_open(t, before, p)


@on_process("process_51")
def no_descriptor_left_of_an_error(t: Bench) -> None:
    """Look for descriptors after a run that never came to be, or an input that failed."""
    before = warm(t)
    if t.draw(st.booleans()):
        p = Process(t, "", Script((Step(b"x"),)), program="/no/such/program", args=["x"])
    else:
        p = Process(t, ECHO, Script((Step(b"x"), Step(None, t.draw(st.sampled_from(list(When)))))))
    p.run().finish()
    nothing_open(t, before, p)


@on_process("process_52")
def no_descriptor_left_of_a_closed_output(t: Bench) -> None:
    """Look for descriptors after outputs were closed."""
    before = warm(t)
    p = Process(t, MUCH.format(1)).run()
    p.out.read()
    p.out.close()
    p.err.close()
    t.settle(p.done)
    nothing_open(t, before, p)


@on_process("process_62")
def no_descriptor_left_of_a_cancelled_run(t: Bench) -> None:
    """Cancel a run whose process is held back, or waits; read, and look for descriptors."""
    before = warm(t)
    p = Process(t, t.draw(st.sampled_from([MUCH.format(1), MUCH.format(2), ECHO])), Script((), When.PENDING)).run()
    p.quiet()
    p.cancel()
    p.quiet(p.out, p.err)
    nothing_open(t, before, p)


@on_process("process_53")
def nothing_logged(t: Bench) -> None:
    """Look at the log after runs in which nothing of the user's fails; its input may be waited for at its end."""
    closes = "import os; os.close(0)"
    ends = [f"{closes}; os._exit(3)", "raise SystemExit(3)", closes, ECHO, "", "import os; os.abort()"]
    pieces = many(t.draw(st.sampled_from([40, 0, 1])))
    if len(pieces.steps) < 2 and t.draw(st.sampled_from([True, False])):
        pieces = Script((*pieces.steps, Step(b"late", When.PENDING)))
    p = Process(t, t.draw(st.sampled_from(ends)), pieces)
    t.log.restart()
    p.run().quiet(p.out, p.err)
    p.finish()
    p.quiet()
    t.forget()
    t.equal(t.log.errors(), [], "errors in the log:")


@on_process("process_58")
def nothing_logged_of_an_early_end(t: Bench) -> None:
    """Let the process end while its outputs are open; look at the log."""
    gate = Gate(t)
    waits = t.draw(st.sampled_from(["if not os.fork():\n ", ""]))
    p = Process(t, f"import os\n{gate.stay}\n{waits}{gate.wait}\nos.write(1, b'late')\n")
    t.log.restart()
    p.run().quiet()
    gate.open()
    gate.gone()
    p.finish()
    t.forget()
    t.equal(t.log.errors(), [], "errors in the log:")


@on_process("process_57")
def input_of_no_program(t: Bench) -> None:
    """Run what is no program; look at its input."""
    path = t.draw(st.sampled_from(["/no/such/program", "/etc/passwd", "/"]))
    p = Process(t, "", Script((Step(b"x", t.draw(st.sampled_from(list(When)))),)), program=path, args=["x"])
    p.run().finish()
    p.quiet()
    t.true(p.source.closes or p.source.finished, "the input is still open", "it is closed, as nobody takes it")


DEAF = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
"""Takes no notice of being asked to end."""


def cancelled(t: Bench, before: str = "", *, forks: bool = False) -> Process:
    """Run a process that writes something and then waits for nothing that the subject has; cancel it.

    If it forks, another one waits likewise, and is let go when the example is over. `before` is what it does first.
    """
    gate = Gate(t)
    code = f"{before}import os\nos.write(1, b'started')\n{gate.wait}\n"
    if forks:
        code = f"import os\n{gate.stay}\nif os.fork(): os.write(1, b'started')\n{gate.wait}\n"
        t.after(gate.gone)
        t.after(gate.open)
    p = Process(t, code, Script((Step(b"x"),) * t.draw(st.integers(0, 2)), When.PENDING)).run()
    p.quiet(p.out, p.err)
    t.true(p.got(p.out) == b"started", f"outStream gives {p.got(p.out)!r}", "the process runs")
    t.true(p.done.waiting, f"run() {p.done.answer}", "run() waits for the process")
    p.cancel()
    p.quiet(p.out, p.err)
    return p


def cancelled_late(t: Bench) -> Process:
    """Run a process that ends, with its output in the pipe; cancel that a turn later, unless it has told its end."""
    before = children()
    p = Process(t, "import os\nos.write(1, bytes(60_000))\n").run()
    for pid in children() - before:
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    t.timeline.note("the process ends", "import time; time.sleep(0.5)")
    t.turn()
    if p.done.waiting:
        answer = p.cancel()
        t.true(not isinstance(answer, Failed), f"done.cancel() {answer}", "it raises nothing")
    p.quiet(p.out, p.err)
    return p


@on_process("process_54")
def cancelling_ends_the_process(t: Bench) -> None:
    """Cancel a run, of a process that may ignore SIGTERM; look for it."""
    before = children()
    cancelled(t, t.draw(st.sampled_from(["", DEAF])))
    t.equal(len(children() - before), 0, "processes that still run:")


@on_process("process_55")
def cancelling_closes_the_input(t: Bench) -> None:
    """Cancel a run; look at its input."""
    p = cancelled(t)
    t.true(p.source.closes, "the input is still open", "it is closed")


@on_process("process_56")
def cancelling_answers(t: Bench) -> None:
    """Cancel a run, maybe of a process that has left another one or has ended; look at all that waits for it."""
    how = t.draw(st.sampled_from(["forks", "has ended", ""]))
    p = cancelled_late(t) if how == "has ended" else cancelled(t, forks=how == "forks")
    if how == "has ended" and not isinstance(p.done.answer, Failed):
        return  # its end was told before
    t.true(isinstance(p.done.answer, Failed), f"run() {p.done.answer}", "run() fails")
    for reader in (p.out, p.err):
        seen = p.last.get(reader.name, Waiting(hung=True))
        t.true(not isinstance(seen, Waiting), f"{reader.name} gives {seen}", f"{reader.name} ends, or fails")


@on_process("process_59")
def nothing_logged_of_a_cancelled_run(t: Bench) -> None:
    """Cancel a run, let its process end; look at the log."""
    t.log.restart()
    cancelled(t)
    t.forget()
    t.equal(t.log.errors(), [], "errors in the log:")
