"""Checks of the clauses in specs/process.md about inputs: not taken, failing, or slow."""

from hypothesis import strategies as st
from twisted.internet.error import ConnectionLost

from streamgauge.bench import Bench
from streamgauge.checks.interrupt import Interrupt
from streamgauge.checks.process_gate import Gate
from streamgauge.checks.process_parts import COUNT, ECHO, Process, many, on_process
from streamgauge.script import Script, SourceError, Step, When

CLOSES = "import os\nos.close(0)\nos.write(1, b'done')\n"
IGNORES = "import os\nos.write(1, b'done')\n"
TAKES_SOME = "import os\nos.read(0, 5)\nos.write(1, b'done')\n"
WHENS = st.sampled_from(list(When))


@on_process("process_27")
def closes_stdin(t: Bench) -> None:
    """Let the process close its input and go on."""
    gate = Gate(t)
    p = Process(
        t, f"import os\nos.close(0)\n{gate.wait}\nos.write(1, b'done')\n", many(t.draw(st.integers(39, 41)))
    ).run()
    p.quiet(p.out, p.err)
    gate.open()
    p.gives(p.out, b"done")
    p.works()


@on_process("process_28")
def ignores_stdin(t: Bench) -> None:
    """Let the process end without reading its input, or after a part of it."""
    code = t.draw(st.sampled_from([IGNORES, TAKES_SOME]))
    p = Process(t, code, many(t.draw(st.integers(39, 41)))).run()
    p.gives(p.out, b"done")
    p.works()


@on_process("process_29")
def failing_input(t: Bench) -> None:
    """Let the input fail; the process reads to the end of it."""
    before = tuple(Step(b"some", t.draw(WHENS)) for _ in range(t.draw(st.sampled_from([2, 0, 1]))))
    script = Script((*before, Step(None, t.draw(WHENS))))
    p = Process(t, COUNT, script).run()
    p.gives(p.out, b"%d bytes" % len(script.data))
    p.works()


@on_process("process_30")
def failing_input_is_logged(t: Bench) -> None:
    """Let the input fail; the process waits for the end of it, so that it cannot end first. Look at the log."""
    t.kind = t.draw(st.sampled_from([SourceError, ConnectionLost]))
    p = Process(t, COUNT, Script((Step(None, t.draw(WHENS)),)))
    t.log.restart()
    p.run().finish()
    p.quiet()
    errors = [*t.log.errors(), *t.log.words, *t.log.notes]
    told = len(errors) == 1 and any(sign in errors[0] for sign in ("SourceError", "the source fails here"))
    t.true(told, f"errors in the log: {errors}", "the input's, once")


@on_process("process_31")
def untaken_input_is_closed(t: Bench) -> None:
    """Let the process end before it took its input."""
    p = Process(t, t.draw(st.sampled_from([CLOSES, IGNORES, TAKES_SOME])), many(60)).run()
    p.finish()
    p.quiet()
    t.true(p.source.closes or p.source.finished, "the input is still open", "it is closed when the process has ended")


@on_process("process_32")
def waiting_input_is_closed(t: Bench) -> None:
    """Let the process end while its input is waited for."""
    steps = (Step(b"some"),) * t.draw(st.integers(0, 2))
    p = Process(t, IGNORES, Script((*steps, Step(b"more", When.PENDING)))).run()
    p.quiet(p.out, p.err)
    t.true(p.source.closes, "the input is still open", "it is closed when the process has ended")


@on_process("process_33")
def empty_pieces(t: Bench) -> None:
    """Put empty pieces into the input."""
    steps = [Step(b"one", t.draw(WHENS)), Step(b"two", t.draw(WHENS))]
    for _ in range(t.draw(st.integers(1, 3))):
        steps.insert(t.draw(st.integers(0, len(steps))), Step(b"", t.draw(WHENS)))
    p = Process(t, ECHO, Script(tuple(steps))).run()
    p.gives(p.out, b"onetwo")


@on_process("process_34")
def one_read_at_a_time(t: Bench) -> None:
    """Count the reads of the input made while another was outstanding."""
    steps = tuple(Step(b"x" * t.draw(st.sampled_from([1, 70_000])), t.draw(WHENS)) for _ in range(4))
    p = Process(t, ECHO, Script(steps, When.PENDING)).run()
    p.quiet(p.out)
    p.finish()
    t.equal(p.source.overlaps, 0, "reads of the input while another one was outstanding:")


@on_process("process_35")
def interrupts(t: Bench) -> None:
    """Interrupt the first read of the input."""
    interrupt = Interrupt(t)
    p = Process(t, ECHO, Script((Step(b"x"),)))
    interrupt.in_read(p.source)
    interrupt.passes("run()", lambda: p.run().done.answer)
