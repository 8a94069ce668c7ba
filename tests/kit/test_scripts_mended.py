"""Scripts of users' makers show the fault on the broken stream, and run on the mended one, where it is gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.command import MINE, streamgauge

RIGHT = '''
import mine
import streamgauge
from web2stream import IByteStream


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
LATE = """    reads = 0

    def read(self):
        self.reads += 1
        piece, self.data = self.data[:1], self.data[1:]
        self.length = len(self.data)
        return None if self.reads == 300 else piece or None
"""

FAULTS = {
    "it gives text": ("bytestream_01", "mine.Stream", "    def read(self):\n        return str(super().read())", MAKE),
    "it takes any point": (
        "bytestream_10", "mine.Stream",
        "    def split(self, point):\n        return mine.Stream(b''), mine.Stream(b'')", MAKE,
    ),
    "it leaves": ("stream_01", "mine.Stream", "    def read(self):\n        raise SystemExit('enough')", MAKE),
    "what was read changes": ("stream_12", "mine.Stream", REUSES, MAKE),
    "what was read changes, and comes late": ("stream_12", "mine.Stream", REUSES_LATER, MAKE),
    "it has no split": ("bytestream_02", "mine.Stream", "    split = None", MAKE),
    "it has no close": ("stream_01", "mine.Stream", "    close = None", MAKE),
    "late in a long stream": ("stream_02", "mine.Stream", LATE, MAKE),
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
        (folder / "mine.py").write_text(MINE)
        (folder / "subject.py").write_text(f"{RIGHT}\n\nclass Mine({kind}):\n{body}\n{made}")
    done = streamgauge(broken, "run", "subject:make", "--clause", clause, "--scripts", "scripts")
    assert 1 == done.returncode, done.stderr
    (script,) = (broken / "scripts").glob(f"{clause}-*.py")
    _, shown = printed_by(broken, script)
    code, right = printed_by(mended, script)
    assert 0 == code
    assert shown
    assert right
    assert shown != right
