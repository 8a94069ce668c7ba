"""Reading with sendfile, for the checks of specs/sendfile.md.

Strategy: of a piece that comes instead of bytes only `len` is used. What it covers is known from the bytes after it.
"""

import inspect

from streamgauge.answers import Answer, Data, End
from streamgauge.bench import Bench
from streamgauge.checks.file_made import ANY, size_of
from streamgauge.reader import Reader


def takes_sendfile(s: Reader) -> bool:
    """Tell whether a stream is of a kind that takes sendfile; a half that fallbackSplit gives is not."""
    try:
        inspect.signature(s.stream.read).bind(sendfile=True)
    except (TypeError, ValueError, AttributeError):
        return False
    return True


def covered(answer: Answer) -> int | None:
    """Bytes that an answer covers; None if it is no piece at all."""
    if isinstance(answer, Data):
        return len(answer.content)
    size = size_of(answer)
    return size if isinstance(size, int) and size > 0 else None


def take(s: Reader, *, sendfile: bool) -> tuple[Answer, int | None]:
    """Read once; give the answer and how many bytes it covers."""
    answer = s.read(sendfile=True) if sendfile else s.read()
    return answer, covered(answer)


def compare(t: Bench, answer: Answer, at: int, data: bytes) -> None:
    """Bytes that came have to be those at this place."""
    if isinstance(answer, Data):
        t.equal(answer.content, data[at : at + len(answer.content)], f"the bytes read at {at} are")


def cover(t: Bench, s: Reader, data: bytes, how: list[bool]) -> tuple[int, Answer]:
    """Read to the end, as `how` says and then with sendfile; give how much was covered, and the last answer."""
    at = 0
    for turn in range(ANY + len(data)):
        answer, size = take(s, sendfile=how[turn] if turn < len(how) else True)
        if size is None:
            return at, answer
        compare(t, answer, at, data)
        at += size
    return at, End()
