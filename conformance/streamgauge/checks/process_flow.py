"""Checks of the clauses in specs/process.md about holding back: a slow reader, a slow process."""

from hypothesis import strategies as st

from streamgauge.bench import Bench
from streamgauge.checks.held import COUNT, held, nothing_is_held
from streamgauge.checks.process_gate import Gate, Written
from streamgauge.checks.process_parts import ECHO, Process, many, on_process
from streamgauge.checks.process_result import terminated
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, whens

SIZE = 16 << 20
"""Bytes that the process wants to write."""

ROOM = 4 << 20
"""Bytes of them that may be under way: in a pipe, and in the stream."""

INPUT_ROOM = 1 << 20
"""Bytes of its input that may be."""

CHUNK = 10_000
PIECES = 300
"""Of this size and number is the input of a process that does not read."""


def held_back(t: Bench, number: int) -> tuple[Process, Reader]:
    """Run a process that wants to write much to one output, which nobody reads; the other one is read."""
    written = Written(t)
    p = Process(t, written.code(number, SIZE)).run()
    slow, other = (p.out, p.err) if number == 1 else (p.err, p.out)
    p.quiet(other)
    count = written.count
    t.true(count > 0, "the process has not started", "run() starts the process")
    t.true(count <= ROOM, f"{count} bytes were written and nobody reads {slow.name}", f"at most {ROOM} are")
    return p, slow


@on_process("process_36")
def output_is_held_back(t: Bench) -> None:
    """Read nothing of outStream."""
    held_back(t, 1)


@on_process("process_37")
def errors_are_held_back(t: Bench) -> None:
    """Read nothing of errStream."""
    held_back(t, 2)


@on_process("process_38")
def held_back_not_lost(t: Bench) -> None:
    """Read late, once or again and again; the process may have ended by then, if what it wrote is held for it."""
    size = t.draw(st.sampled_from([5 << 14, 1 << 21, 1 << 17, 1 << 20, 1 << 14]))
    number = t.draw(st.sampled_from([1, 2]))
    exits = t.draw(st.sampled_from([3, 0]))
    rounds = t.draw(st.sampled_from([5, 1])) if size > 1 << 17 else 1
    p = Process(t, f"{Written(t).code(number, size)}os._exit({exits})\n").run()
    slow, other = (p.out, p.err) if number == 1 else (p.err, p.out)
    for _ in range(rounds):
        p.quiet(other)
        p.pull(slow)
    p.gives(slow, Written.content(size))
    if exits:
        t.equal(terminated(t, p.finish()).exitCode, exits, "the exitCode of the error is")
    else:
        p.works()


@on_process("process_39")
def still_held_back_later(t: Bench) -> None:
    """Read nothing for a while, then some pieces, then nothing again."""
    written = Written(t)
    p = Process(t, written.code(1, SIZE)).run()
    p.quiet(p.err)
    read = 0
    for _ in range(t.draw(st.integers(15, 25))):
        answer = p.out.read()
        read += len(getattr(answer, "content", b""))
    p.quiet(p.err)
    ahead = written.count - read
    t.true(read > 0, "outStream gives nothing", "outStream gives what the process wrote")
    t.true(ahead <= ROOM, f"{ahead} bytes were written that nobody has read", f"at most {ROOM} are")


@on_process("process_40")
def the_other_is_not(t: Bench) -> None:
    """Read one output while the process, or one beside it, writes to the other."""
    gate = Gate(t)
    slow, fast = t.draw(st.sampled_from([(1, 2), (2, 1)]))
    code = (
        f"import os\nif not os.fork():\n os.write({slow}, bytes(1 << 19))\n os._exit(0)\n"
        f"{gate.wait}\nos.write({fast}, b'heard')\nos.close({fast})\nos.wait()\n"
    )
    p = Process(t, code).run()
    p.quiet()
    gate.open()
    reader = p.out if fast == 1 else p.err
    p.wait(lambda: p.got(reader) == b"heard" or p.ended(reader), reader)
    t.equal(p.got(reader), b"heard", f"{reader.name}, while nobody reads the other output, gives")


@on_process("process_41")
def input_is_held_back(t: Bench) -> None:
    """Let the process not read its input, or a part of it, for a while."""
    gate = Gate(t)
    first = t.draw(st.sampled_from([0, 1, 100_000]))
    wait = f"{gate.wait}\nwhile data := os.read(0, 65536):\n    count += len(data)\nos.write(1, b'%d' % count)\n"
    more = f"(more := os.read(0, {first} - count))"
    take = f"import os\ncount = 0\nwhile count < {first} and {more}:\n    count += len(more)\n"
    p = Process(t, take + wait, many(PIECES, CHUNK)).run()
    p.quiet(p.out, p.err)
    given = p.source.given - first
    t.true(
        given <= INPUT_ROOM,
        f"{given} bytes were read from the input that the process did not take",
        f"at most {INPUT_ROOM}",
    )
    gate.open()
    p.gives(p.out, b"%d" % (PIECES * CHUNK))


@on_process("process_61")
def given_is_gone(t: Bench) -> None:
    """Let the process copy many pieces, read and drop what it writes, and count what is held."""
    with held() as kept:
        p = Process(t, ECHO, Script((Step(kept.piece, t.draw(whens())),) * COUNT)).run()
        nothing_is_held(t, p.out, kept)
