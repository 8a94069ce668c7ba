"""Checks of the clauses in specs/process.md about closed outputs and processes that are left behind."""

from hypothesis import strategies as st

from streamgauge.answers import Failed, Waiting
from streamgauge.bench import Bench
from streamgauge.checks.process_gate import Gate
from streamgauge.checks.process_parts import COUNT, MUCH, Process, on_process
from streamgauge.script import Script, Step, When


def reached(t: Bench, p: Process, name: str) -> None:
    """Ask that the process has ended because of a closed output."""
    answer = t.settle(p.done)
    promised = f"the process gets an error when it writes to the closed {name}, ends, and run() fails"
    t.true(isinstance(answer, Failed), f"run() {answer}", promised)


def close_running(t: Bench, number: int) -> None:
    """Close an output of a process that writes much."""
    p = Process(t, MUCH.format(number)).run()
    reader, other = (p.out, p.err) if number == 1 else (p.err, p.out)
    for _ in range(t.draw(st.integers(0, 3))):
        reader.read()
    if t.draw(st.booleans()):
        p.quiet(other)
    reader.close()
    p.wait(lambda: not p.done.waiting, other)
    reached(t, p, reader.name)


@on_process("process_42")
def closing_the_output(t: Bench) -> None:
    """Close outStream while the process writes."""
    close_running(t, 1)


@on_process("process_43")
def closing_the_errors(t: Bench) -> None:
    """Close errStream while the process writes to it."""
    close_running(t, 2)


@on_process("process_44")
def closed_before_run(t: Bench) -> None:
    """Close an output before run."""
    number = t.draw(st.sampled_from([1, 2]))
    p = Process(t, MUCH.format(number))
    reader, other = (p.out, p.err) if number == 1 else (p.err, p.out)
    reader.close()
    if t.draw(st.booleans()):
        other.close()
    p.run()
    p.wait(lambda: not p.done.waiting, other)
    reached(t, p, reader.name)


@on_process("process_45")
def closed_outputs_end_nothing_else(t: Bench) -> None:
    """Close outputs of a process that goes on reading; look at its exit code."""
    number = t.draw(st.sampled_from([0, 3]))
    script = Script((Step(b"some", When.PENDING), Step(b"more", When.PENDING)), When.PENDING)
    size = len(script.data)
    read = "import os\ncount = 0\nwhile data := os.read(0, 99):\n    count += len(data)\n"
    code = f"{read}os._exit({number} if count == {size} else 99)\n"
    p = Process(t, code, script).run()
    closed = t.draw(st.sampled_from([(p.out, p.err), (p.out,), (p.err,)]))
    for reader in closed:
        reader.close()
    answer = p.finish()
    seen = 0 if not isinstance(answer, Failed) else getattr(answer.error, "exitCode", answer.error)
    t.true(not isinstance(answer, Waiting), f"run() gives {answer}", "run() fires when the process has ended")
    t.equal(seen, number, "the exit code, by run(), is")


@on_process("process_46")
def closing_answers_the_read(t: Bench) -> None:
    """Close an output while a read of it is outstanding."""
    p = Process(t, COUNT, Script((), When.PENDING)).run()
    p.quiet()
    reader = t.draw(st.sampled_from([p.out, p.err]))
    ticket = reader.ask()
    reader.close()
    p.quiet()
    t.expect(ticket.answer, None, promised="the outstanding read gives None")
    t.expect(reader.read(), None, promised="so does every later read")


@on_process("process_47")
def closing_afterwards(t: Bench) -> None:
    """Close outputs after the end, read or unread."""
    p = Process(t, "import os\nos.write(1, b'out')\nos.write(2, b'error')\n").run()
    t.log.restart()
    read = t.draw(st.booleans())
    p.wait(lambda: not p.done.waiting, *((p.out, p.err) if read else ()))
    p.quiet()
    for reader in (p.out, p.err):
        closed = reader.close()
        t.true(not isinstance(closed, Failed), f"{reader.name}.close() {closed}", "close raises nothing")
        t.expect(reader.read(), None, promised="a read after close gives None")
    p.quiet()
    t.true(not t.log.errors(), f"errors in the log: {t.log.errors()}", "none")


@on_process("process_48")
def left_behind(t: Bench) -> None:
    """Let the process leave another one behind that holds its outputs and ends later."""
    gate = Gate(t)
    code = f"import os\n{gate.stay}\nos.write(1, b'early')\nif not os.fork():\n {gate.wait}\nos._exit(0)\n"
    p = Process(t, code).run()
    p.quiet(p.out, p.err)
    t.equal(p.got(p.out), b"early", "outStream, while the process left behind waits, gives")
    gate.open()
    gate.gone()
    p.works()
    t.expect(p.last.get(p.out.name, Waiting()), None, promised="outStream ends")
