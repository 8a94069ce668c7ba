"""What the checks of specs/process.md let processes wait at, and how they learn what a process has done.

Strategy: the kit opens a gate, or looks into a file; a process that waits at one sleeps until then.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from streamgauge.bench import Bench


class Place(str):
    """The path of a temporary folder; a script makes one of its own, under the name that this one has."""

    __slots__ = ()


def _place(t: Bench, says: str, makes: str = "") -> Place:
    """Make a folder.

    Args:
        t: the bench.
        says: what it is for.
        makes: the code that fills it in a script, `{}` for the folder's name.
    """
    name = t.timeline.name("folder")
    code = f"import shutil; {name} = tempfile.mkdtemp(); atexit.register(shutil.rmtree, {name}, ignore_errors=True)"
    t.timeline.note(says, "\n".join([code, makes.format(name)]).rstrip())
    return t.named(name, Place(t.folder()))


def written(t: Bench, args: Sequence[str]) -> str:
    """Write a program's arguments in Python; where a temporary folder stands in one, a script puts its own."""
    return f"[{', '.join(_written(t, one) for one in args)}]"


def _written(t: Bench, text: str) -> str:
    code = repr(text)
    for place in t.given:
        if isinstance(place, Place) and place in text:
            name = t.text(place)
            text = text.replace(place, f"<{name}>")
            code = f"{text!r}.replace('<{name}>', {name})"
    return code


class Gate:
    """A named pipe at which a process waits until the kit opens it.

    Attributes:
        wait: Python code for a process, one line: it waits there.
        stay: likewise: `gone` waits for the end of the process that runs it, and of those that it starts afterwards.
    """

    def __init__(self, t: Bench) -> None:
        made = "os.mkfifo({0} + '/gate'); os.mkfifo({0} + '/gate-end'); gate = os.open({0} + '/gate', os.O_RDWR)"
        alive = "alive = os.open({0} + '/gate-end', os.O_RDONLY | os.O_NONBLOCK)"
        path = str(Path(_place(t, "processes can be made to wait at a named pipe", f"{made}\n{alive}")) / "gate")
        self.wait = f"os.read(os.open({path!r}, os.O_RDONLY), 1)"
        os.mkfifo(path)
        self._file = os.open(path, os.O_RDWR)
        self._t = t
        self._end = path + "-end"
        self.stay = f"os.open({self._end!r}, os.O_WRONLY)"
        os.mkfifo(self._end)
        self._alive = os.open(self._end, os.O_RDONLY | os.O_NONBLOCK)
        t.after(lambda: os.close(self._alive))
        t.after(lambda: os.close(self._file))

    def open(self) -> None:
        """Let one process go on."""
        self._t.timeline.note("the process is told to go on", "os.write(gate, b'.')")
        os.write(self._file, b".")

    def gone(self) -> None:
        """Wait until no process is left that has run `stay`; they all have to be on their way to their end."""
        os.set_blocking(self._alive, True)
        os.read(self._alive, 1)


class Written:
    """A file in which a process writes down how many bytes it has written to a pipe.

    Attributes:
        path: the file.
    """

    def __init__(self, t: Bench) -> None:
        place = _place(t, "the process writes down in a file how much it has written")
        self.path = Path(place) / "written"
        path = f"{t.text(place)} + '/written'"
        t.timeline.last.append(f"os.path.exists({path}) and print('bytes written:', open({path}).read())")

    def code(self, number: int, size: int, step: int = 16384) -> str:
        """Write a program that writes this many bytes to a descriptor, and counts."""
        return (
            f"import os\nfile = os.open({str(self.path)!r}, os.O_CREAT | os.O_WRONLY)\n"
            f"for count in range({step}, {size + 1}, {step}):\n"
            f"    os.write({number}, (count // {step} % 256).to_bytes(1, 'big') * {step})\n"
            f"    os.pwrite(file, b'%9d' % count, 0)\n"
        )

    @staticmethod
    def content(size: int, step: int = 16384) -> bytes:
        """Give the bytes that this program writes."""
        return b"".join((count // step % 256).to_bytes(1, "big") * step for count in range(step, size + 1, step))

    @property
    def count(self) -> int:
        """How much was written so far."""
        return int(self.path.read_bytes() or b"0") if self.path.exists() else 0
