"""The child processes of this process: which there are, whether they wait for somebody, and copies of itself.

Strategy: what the system tells in /proc is a fact; where there is no /proc a child counts as at work as long as it is
there. Nothing here waits, or ends a child but from inside.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from twisted.internet import process as twisted_process

_PROC: Final = Path("/proc")


def children(of: str = "self") -> frozenset[int]:
    """Give the ids of the children, zombies among them; without /proc those that Twisted knows."""
    found: set[int] = set()
    threads: list[Path] = []
    if of == "self" and not _has_children():
        return frozenset()
    with contextlib.suppress(OSError):
        threads = list((_PROC / of / "task").iterdir())
    for thread in threads:
        with contextlib.suppress(OSError):
            found.update(map(int, (thread / "children").read_text().split()))
    if of == "self":
        found.update(twisted_process.reapProcessHandlers)
    return frozenset(found)


def end_copy(process: int, code: int = 0) -> None:
    """End a copy of the process of this id, which a subject forked: else it judged as well, and forked again."""
    if os.getpid() != process:
        os._exit(code)


@contextlib.contextmanager
def one_process() -> Iterator[None]:
    """End a copy of this process that the subject forks inside, as the interpreter would end it."""
    process, code = os.getpid(), 0
    try:
        yield
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
        raise
    except BaseException:
        code = 1
        raise
    finally:
        end_copy(process, code)


def _has_children() -> bool:
    """Tell whether this process has any child, for one call of the system."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    except AttributeError:  # not every platform has it
        return True
    return True


def descendants(pid: int) -> frozenset[int]:
    """Give the ids of a process and of all processes below it."""
    found = {pid}
    for child in children(str(pid)):
        found |= descendants(child)
    return frozenset(found)


def asleep(pid: int) -> bool:
    """Tell whether a process and all below it wait for something that somebody else has to do.

    One that has ended waits to be asked for its exit code; one that reads from the disk does not wait for anybody.
    """
    return all(_state(one) in {"S", "Z"} for one in descendants(pid))


def _state(pid: int) -> str:
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(") ")[2][:1]
