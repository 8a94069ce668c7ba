"""Checks of the clauses in specs/process.md about a run: what it is given and what it answers."""

import os
import sys
from pathlib import Path

from hypothesis import strategies as st
from twisted.internet.error import ProcessTerminated

from streamgauge.answers import Answer, Failed, Waiting
from streamgauge.bench import Bench
from streamgauge.checks.process_gate import Gate
from streamgauge.checks.process_parts import ECHO, Process, on_process
from streamgauge.script import Script, Step, When

SHOW_ENVIRONMENT = """import os
known = {name: value for name, value in os.environb.items() if name != b"LC_CTYPE" and not name.startswith(b"__CF")}
shown = [(name, value if value in (b"", b"1", b"b=c d") else b"something else") for name, value in known.items()]
os.write(1, repr(sorted(shown)).encode())
"""
"""Shows the environment but for what Python, or the system, puts there by itself; of the values only the checks' own,
since those of the process that judges may be secrets."""


_ACUTE = "é".encode(sys.getfilesystemencoding(), "replace").decode(sys.getfilesystemencoding())
"""No ASCII, where an argument may be such."""


def terminated(t: Bench, answer: Answer) -> ProcessTerminated:
    """Ask for a failure with ProcessTerminated."""
    t.expect(answer, ProcessTerminated)
    assert isinstance(answer, Failed)
    assert isinstance(answer.error, ProcessTerminated)
    return answer.error


@on_process("process_15")
def exit_zero(t: Bench) -> None:
    """Run processes that end with exit code 0."""
    code = t.draw(
        st.sampled_from(["import os; os.write(2, b'oops')", "", "raise SystemExit(0)", "import os; os._exit(0)"])
    )
    Process(t, code).run().works()


@on_process("process_16")
def other_exits(t: Bench) -> None:
    """Run processes that end with another exit code."""
    number = t.draw(st.sampled_from([255, 3, 1, 2, 127]))
    error = terminated(t, Process(t, f"import os; os.write(1, b'part'); os._exit({number})").run().finish())
    t.equal(error.exitCode, number, "the exitCode of the error is")


@on_process("process_17")
def signals(t: Bench) -> None:
    """Run processes that are killed."""
    number = t.draw(st.sampled_from([9, 15, 14]))
    error = terminated(t, Process(t, f"import os; os.kill(os.getpid(), {number})").run().finish())
    t.equal(error.signal, number, "the signal of the error is")


@on_process("process_18")
def waits_for_the_exit(t: Bench) -> None:
    """Let the process close its outputs and end later; what its exit code makes of `run` is process_16's."""
    gate = Gate(t)
    number = t.draw(st.sampled_from([5, 0]))
    p = Process(t, f"import os\nos.close(1)\nos.close(2)\n{gate.wait}\nos._exit({number})\n").run()
    p.quiet(p.out, p.err)
    t.true(p.done.waiting, f"run() gives {p.done.answer} before the process has ended", "run() waits for the process")
    gate.open()
    p.finish()


@on_process("process_19")
def arguments(t: Bench) -> None:
    """Run a process that shows its arguments."""
    given = t.draw(st.permutations(["a", "two words", "", _ACUTE, "-x", "$HOME", "*"]))
    show = "import os, sys\nos.write(1, repr([os.fsencode(one) for one in sys.argv[1:]]).encode())\n"
    p = Process(t, show, None, *given).run()
    p.gives(p.out, repr([os.fsencode(one) for one in given]).encode())


@on_process("process_20")
def the_first_is_its_name(t: Bench) -> None:
    """Run a shell that shows its own name."""
    shell = Path("/bin/sh")
    name = t.draw(st.sampled_from(["sh", "other name", "-x"]))
    if not shell.exists() or "busybox" in os.path.realpath(shell):
        name, shell = sys.executable, Path(sys.executable)
        args = [name, "-S", "-E", "-c", "import os, sys; os.write(1, os.fsencode(sys.orig_argv[0]))"]
    else:
        args = [name, "-c", 'printf %s "$0"']
    p = Process(t, "", program=str(shell), args=args).run()
    p.gives(p.out, name.encode())


@on_process("process_21")
def environment(t: Bench) -> None:
    """Run a process that shows its environment, which is given."""
    names, values = st.sampled_from(["A", "PATH", "LONG_NAME"]), st.sampled_from(["", "1", "b=c d"])
    env = t.draw(st.dictionaries(names, values, min_size=1))
    p = Process(t, SHOW_ENVIRONMENT, env=env).run()
    p.gives(p.out, repr(sorted((name.encode(), value.encode()) for name, value in env.items())).encode())


@on_process("process_22")
def no_environment(t: Bench) -> None:
    """Run a process that shows its environment, which is not given."""
    name = "STREAMGAUGE_SECRET"
    t.timeline.note(f"this process has {name}", f"import os; os.environ[{name!r}] = '1'")
    os.environ[name] = "1"
    t.after(lambda: os.environ.pop(name, None))
    p = Process(t, SHOW_ENVIRONMENT).run()
    p.gives(p.out, b"[]")


@on_process("process_23")
def no_program(t: Bench) -> None:
    """Run what is no program."""
    path = t.draw(st.sampled_from(["/no/such/program", "/", "/etc/passwd", "no-such-program"]))
    script = Script((Step(b"input"),), t.draw(st.sampled_from(list(When))))
    p = Process(t, "", script, program=path, args=["x"]).run()
    answer = p.finish()
    t.true(isinstance(answer, Failed), f"run() {answer}", "run() fails")
    t.true(p.ended(), f"its outputs gave {p.last}", "both outputs come to an end")


@on_process("process_24")
def once(t: Bench) -> None:
    """Run twice: while the first runs, or after it."""
    p = Process(t, ECHO, Script((Step(b"input", When.PENDING),))).run()
    if t.draw(st.booleans()):
        p.finish()
    second = t.settle(t.begin(f"{p.name}.run()", lambda: p.streamer.run()))
    t.true(isinstance(second, Failed), f"a second run() gives {second}", "it raises an error, or fails")


@on_process("process_25")
def the_first_goes_on(t: Bench) -> None:
    """Run again while the first runs; look at the first."""
    p = Process(t, ECHO, Script((Step(b"first", When.PENDING), Step(b"second", When.PENDING)))).run()
    p.quiet(p.out)
    t.begin(f"{p.name}.run()", lambda: p.streamer.run())
    p.gives(p.out, b"firstsecond")
    p.works()


@on_process("process_26")
def answers_once_read(t: Bench) -> None:
    """Read outputs only after run has answered, or nothing more happens."""
    size = t.draw(st.sampled_from([30_000, 1, 3000]))
    code = f"import os\nos.write(1, b'o' * {size})\nos.write(2, b'e' * {size})\n"
    p = Process(t, code).run()
    p.wait(lambda: not p.done.waiting)
    p.gives(p.out, b"o" * size)
    p.gives(p.err, b"e" * size)
    t.true(not isinstance(t.settle(p.done), Waiting), "run() never fires", "run() fires when all was read")
