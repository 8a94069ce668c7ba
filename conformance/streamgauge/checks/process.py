"""Checks of the clauses in specs/process.md: what goes into a process and what comes out.

The other checks of that page stand beside this module, by subject; importing them registers them.
"""

import sys
from typing import Any

from hypothesis import strategies as st

import streamgauge.checks.process_closed
import streamgauge.checks.process_flow
import streamgauge.checks.process_input
import streamgauge.checks.process_left
import streamgauge.checks.process_reactor
import streamgauge.checks.process_result  # noqa: F401 - importing them registers their checks
from streamgauge.answers import Returned, Waiting
from streamgauge.bench import Bench
from streamgauge.checks.buffers import ANY
from streamgauge.checks.process_gate import Gate
from streamgauge.checks.process_parts import COUNT, ECHO, Process, on_process
from streamgauge.content import filler
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, When

# Of what is drawn the most telling comes first here and below: of few examples, the first one draws the first of each.
PATTERN = b"\r\n" + bytes(range(256)) + b"\n"
SIZES = st.sampled_from([300 * len(PATTERN), 1, 0, 70_001, 300_000])
WHENS = st.sampled_from(list(When))


def writing(number: int, size: int) -> str:
    """Write a program that writes `size` patterned bytes to a descriptor."""
    return f"import os\nos.write({number}, ({PATTERN!r} * {size // len(PATTERN) + 1})[:{size}])\n"


def written(size: int) -> bytes:
    """Give what it writes."""
    return (PATTERN * (size // len(PATTERN) + 1))[:size]


def echoed(t: Bench, script: Script) -> Process:
    """Run a process that copies its input."""
    return Process(t, ECHO, script).run()


@on_process("process_01")
def streams_are_there(t: Bench) -> None:
    """Look at both outputs before run."""
    p = Process(t, "")
    for reader in (p.out, p.err):
        for method in ("read", "close", "split"):
            seen = f"{reader.name} has no {method}"
            t.true(t.has(reader.name, reader.stream, method), seen, f"{reader.name} is a byte stream")
        answer = t.call(f"{reader.name}.length", lambda: reader.stream.length)  # noqa: B023 - called here
        t.expect(answer, None, promised=f"{reader.name}.length is None: nobody knows what a process will write")
    p.run().finish()
    t.true(p.streamer.outStream is p.out.stream, "outStream is another after run", "it is the same stream")
    t.true(p.streamer.errStream is p.err.stream, "errStream is another after run", "it is the same stream")


@on_process("process_02")
def output(t: Bench) -> None:
    """Let the process write to its output."""
    size = t.draw(SIZES)
    p = Process(t, writing(1, size)).run()
    p.gives(p.out, written(size))


@on_process("process_03")
def errors(t: Bench) -> None:
    """Let the process write to its error output."""
    size = t.draw(SIZES)
    p = Process(t, writing(2, size)).run()
    p.gives(p.err, written(size))


@on_process("process_04")
def apart(t: Bench) -> None:
    """Let the process write to both in turn."""
    count = t.draw(st.integers(1, 5))
    p = Process(t, f"import os\nfor _ in range({count}):\n os.write(1, b'out')\n os.write(2, b'error')\n").run()
    p.gives(p.out, b"out" * count)
    p.gives(p.err, b"error" * count)


@on_process("process_05")
def input_arrives(t: Bench) -> None:
    """Let the process copy as many bytes as its input has; it doesn't wait for the end."""
    first, second = t.draw(WHENS), t.draw(WHENS)
    script = Script((Step(b"first\r\n\0", first), Step(b"second\xff", second)), When.PENDING)
    size = len(script.data)
    more = f"(more := os.read(0, {size}))"
    code = f"import os\ndata = b''\nwhile len(data) < {size} and {more}:\n data += more\nos.write(1, data)\n"
    p = Process(t, code, script).run()
    p.quiet(p.out, p.err)
    while p.source.given < size and p.source.pending is not None:
        p.source.fire()
        p.quiet(p.out, p.err)
    t.equal(p.got(p.out), script.data, "what the process has copied, while the end of its input is to come, is")


@on_process("process_06")
def input_ends(t: Bench) -> None:
    """Let the process read to the end of its input."""
    script = Script((Step(b"some", t.draw(WHENS)),) * t.draw(st.integers(0, 2)), t.draw(WHENS))
    p = Process(t, COUNT, script).run()
    p.gives(p.out, b"%d bytes" % len(script.data))


@on_process("process_07")
def run_answers(t: Bench) -> None:
    """Run a process that ends one way or the other."""
    code = t.draw(st.sampled_from(["", "raise SystemExit(1)", "import os; os.abort()", "import os; os.write(2, b'x')"]))
    p = Process(t, code).run()
    t.true(p.done.deferred is not None, f"run() gives {p.done.answer}", "run() gives a Deferred")
    answer = p.finish()
    t.true(not isinstance(answer, Waiting), f"run() gives {answer}", "it fires when the process has ended")


@on_process("process_08")
def nothing_before_run(t: Bench) -> None:
    """Make one, turn the reactor; run it."""
    gate = Gate(t)
    p = Process(t, f"import os\nos.write(1, b'started')\n{gate.wait}\n", Script((Step(b"input"),)))
    p.quiet(p.out)
    t.equal(p.source.reads, 0, "reads of the input before run:")
    t.equal(p.got(p.out), b"", "what the process wrote before run:")
    p.run()
    p.wait(lambda: p.got(p.out) == b"started", p.out)
    t.equal(p.got(p.out), b"started", "what the process wrote after run:")
    gate.open()


@on_process("process_09")
def much_both_ways(t: Bench) -> None:
    """Let the process copy more than the pipes hold."""
    pieces = t.draw(st.sampled_from([5, 1, 40]))
    content = filler(300_000)
    size = len(content) // pieces
    when = t.draw(WHENS)
    steps = tuple(Step(content[at : at + size], when) for at in range(0, len(content), size))
    p = echoed(t, Script(steps))
    p.gives(p.out, content)
    p.works()


@on_process("process_10")
def any_buffer(t: Bench) -> None:
    """Give the process other buffers than bytes."""
    kind = t.draw(st.sampled_from(ANY))
    p = Process(t, ECHO, Script((Step(b"abcdefgh"), Step(b"ijkl", t.draw(WHENS)))))
    p.source.gives_by(*kind)
    p.run()
    p.gives(p.out, b"abcdefghijkl")


@on_process("process_11")
def readable_before_run(t: Bench) -> None:
    """Read both outputs, and only then run."""
    p = Process(t, "import os\nos.write(1, b'out')\nos.write(2, b'error')\n")
    promised = {p.out: b"out", p.err: b"error"}
    for reader in promised:
        p.pull(reader)
        seen = f"{reader.name}.read() before run gives {p.last.get(reader.name, p.got(reader))}"
        t.true(not p.got(reader) and not p.ended(reader), seen, "a Deferred that waits")
    p.run()
    for reader, content in promised.items():
        p.wait(lambda reader=reader, content=content: p.ended(reader) or p.got(reader) == content, p.out, p.err)  # type: ignore[misc]
        t.equal(p.got(reader), content, f"{reader.name}, read before run, gives")


@on_process("process_12")
def ends_with_the_pipe(t: Bench) -> None:
    """Let the process close one output and stay."""
    gate = Gate(t)
    number = t.draw(st.sampled_from([1, 2]))
    p = Process(t, f"import os\nos.write({number}, b'all')\nos.close({number})\n{gate.wait}\n").run()
    closed: Reader = p.out if number == 1 else p.err
    p.gives(closed, b"all")
    gate.open()
    p.finish()


@on_process("process_13", "IByteStream MemoryStream")
def takes_bytes(t: Bench) -> None:
    """Give bytes for an input."""
    data = t.draw(st.sampled_from([b"", b"plain", b"\0" * 9000]))
    p = Process(t, ECHO, plain=data).run()
    p.gives(p.out, data)


@on_process("process_14", "IByteStream")
def takes_no_other(t: Bench) -> None:
    """Give what is no stream for an input."""
    wrong = t.draw(st.sampled_from([5, None, "text"]))
    made = t.try_new("p", "ProcessStreamer", wrong, sys.executable, ["python", "-S", "-E", "-c", "pass"])
    if isinstance(made, Returned):
        p: Any = made.value
        made = t.settle(t.begin("done = p.run()", lambda: p.run()))
    t.expect(made, TypeError)
