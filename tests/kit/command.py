"""Running the command for real, in a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

MINE = '''
class Stream:
    """A right stream of bytes, three at a time."""

    def __init__(self, data):
        self.data = data
        self.length = len(data)

    def read(self):
        piece, self.data = self.data[:300], self.data[300:]
        self.length = len(self.data)
        return piece or None

    def close(self):
        self.data = b""
        self.length = 0

    def split(self, point):
        if not isinstance(point, int):
            raise TypeError("an integer is needed")
        if not 0 <= point <= self.length:
            raise ValueError("outside the stream")
        return type(self)(self.data[:point]), type(self)(self.data[point:])


class Wrong(Stream):
    """close keeps the length."""

    def close(self):
        self.data = b""


class Worse(Wrong):
    """And split refuses nothing."""

    def split(self, point):
        point = max(0, int(point or 0))
        return type(self)(self.data[:point]), type(self)(self.data[point:])


def make(data):
    return Stream(data)


def wrong(data):
    return Wrong(data)


def worse(data):
    return Worse(data)
'''


def streamgauge(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m streamgauge` in a folder that has the module `mine`, with a fixed environment."""
    (folder / "mine.py").write_text(MINE, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "streamgauge", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
