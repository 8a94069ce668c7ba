"""Scripts of users' makers show the fault on the broken stream, and run on the mended one, where it is gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.command import streamgauge

RIGHT = '''
import streamgauge
from zope.interface import implementer
from web2stream import IByteStream


@implementer(IByteStream)
class Stream:
    size = 1 << 20

    def __init__(self, data):
        self.data, self.length, self.read_so_far = data, len(data), 0

    def read(self):
        piece, self.data = self.data[: self.size], self.data[self.size :]
        self.length = len(self.data)
        self.read_so_far += 1
        return piece or None

    def close(self):
        self.data, self.length = b"", 0

    def split(self, point):
        if not isinstance(point, int):
            raise TypeError("an integer is needed")
        if not 0 <= point <= self.length:
            raise ValueError("outside the stream")
        return type(self)(self.data[:point]), type(self)(self.data[point:])


class Wrapped:
    """A stream around a source, which it asks for by its interface."""

    def __init__(self, source):
        self.source = IByteStream(source)

    def read(self):
        return self.source.read()

    def close(self):
        self.source.close()
'''

MAKE = "\n\nmake = Mine\n"
WRAPS = """

make = streamgauge.subject(Mine, name="make", wraps=True, imports={"make": "from subject import Mine as make"})
"""
REUSES = """    piece = bytearray()

    def read(self):
        from twisted.internet.defer import succeed

        piece = super().read()
        if piece is None:
            return None
        self.piece = bytearray(piece)
        return self.piece

    def close(self):
        super().close()
        self.piece[:] = b"-" * len(self.piece)
"""
REUSES_LATER = REUSES.replace("return self.piece", "return succeed(self.piece)")
LATE = """    size = 1

    def read(self):
        piece = super().read()
        return None if self.read_so_far == 300 else piece
"""

FAULTS = {
    "it gives text": ("bytestream_01", "Stream", "    def read(self):\n        return str(super().read())", MAKE),
    "it takes any point": (
        "bytestream_10", "Stream", "    def split(self, point):\n        return Stream(b''), Stream(b'')", MAKE,
    ),
    "it leaves": ("stream_01", "Stream", "    def read(self):\n        raise SystemExit('enough')", MAKE),
    "what was read changes": ("stream_12", "Stream", REUSES, MAKE),
    "what was read changes, and comes late": ("stream_12", "Stream", REUSES_LATER, MAKE),
    "it has no split": ("bytestream_02", "Stream", "    split = None", MAKE),
    "it has no close": ("stream_01", "Stream", "    close = None", MAKE),
    "late in a long stream": ("stream_02", "Stream", LATE, MAKE),
    "a source that is asked for by its interface": (
        "stream_02", "Wrapped", "    def read(self):\n        return None", WRAPS,
    ),
}  # fmt: skip
"""What is wrong: the clause, the right class, the body of the wrong subclass, and how the maker is made."""


def printed_by(folder: Path, script: Path) -> tuple[int, str]:
    """Run a script with a subject, in an interpreter of its own."""
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)])}
    done = subprocess.run([sys.executable, script], env=paths, capture_output=True, text=True, check=False, cwd=folder)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize(("clause", "kind", "wrong", "made"), FAULTS.values(), ids=FAULTS)
def test_a_script_tells_the_broken_from_the_mended(
    tmp_path: Path, clause: str, kind: str, wrong: str, made: str
) -> None:
    """It prints other things, and ends by itself, on the stream in which nothing was changed but the fault."""
    broken, mended = tmp_path / "broken", tmp_path / "mended"
    for folder, body in ((broken, wrong), (mended, "    pass")):
        folder.mkdir()
        (folder / "subject.py").write_text(f"{RIGHT}\n\nclass Mine({kind}):\n{body}\n{made}")
    done = streamgauge(broken, "run", "subject:make", "--scripts", "scripts")
    assert 1 == done.returncode, done.stderr
    (script,) = (broken / "scripts").glob(f"{clause}-*.py")
    _, shown = printed_by(broken, script)
    code, right = printed_by(mended, script)
    assert 0 == code
    assert shown
    assert right
    assert shown != right
