"""Updating the expectations file.

Strategy: `revise` decides what it shall say, `edit` puts that into its text. The file is exchanged in one step, so that
there is always the old one or the new one.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tomlkit.exceptions import TOMLKitError

from streamgauge.expectations import Expectation
from streamgauge.expectations_document import edit
from streamgauge.expectations_read import header_of, place_of, read_entries
from streamgauge.expectations_revise import Revised, revise
from streamgauge.verdict import Report
from streamgauge.violation import WrongUse


def check_update(path: Path) -> None:
    """Make sure that a file can be updated, before the time of a run is spent.

    Args:
        path: streamgauge.toml or pyproject.toml; need not be there yet.

    Raises:
        WrongUse: it cannot be read or written, or no entry can be added to it.
    """
    trial = Expectation("stream_01", "any", "a trial")
    _texts(path, [*enumerate(read_entries(path, mending=True)), (None, trial)])
    real = _behind_links(path)
    if not real.parent.is_dir():
        raise _unwritable(path, "there is no such folder")
    if real.is_symlink() or (real.exists() and not real.is_file()):  # a link still: it leads in a circle
        raise _unwritable(path, "it is no file")
    if not os.access(real.parent, os.W_OK) or (real.exists() and not os.access(real, os.W_OK)):
        raise _unwritable(path, "permission denied")


def update(path: Path, report: Report, subject: str) -> int:
    """Make the file expect exactly what the report found.

    Args:
        path: streamgauge.toml or pyproject.toml; made if it is not there.
        report: what the run found, with or without expectations applied.
        subject: the target; entries about others are kept as they are.

    Returns:
        The number of entries about the subject that the file has now.

    Raises:
        WrongUse: the file cannot be read or written; it is as it was then.
    """
    with _alone(_behind_links(path).parent):
        revised = revise(read_entries(path, mending=True), report, subject)
        old, new = _texts(path, revised)
        if new != old:
            _exchange(path, new)
    return sum(entry.subject in ("", subject) for _, entry in revised)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes that update a file of this folder waiting, where the system can."""
    try:
        import fcntl

        held = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _texts(path: Path, revised: Sequence[Revised]) -> tuple[bytes, bytes]:
    """Give what the file holds, which is nothing if it is not there, and what it shall hold."""
    try:
        old = path.read_bytes() if path.exists() else b""
        return old, edit(old.decode(), place_of(path), revised).encode()
    except (ValueError, TOMLKitError) as error:
        wrong = f"{path} cannot be updated the way it is written"
        expected = f"expected entries under {header_of(path)}, one behind the other"
        raise WrongUse(f"{wrong}; {expected}, and no table in braces around them") from error


def _exchange(path: Path, content: bytes) -> None:
    """Write a file under another name, give it owner and mode of the old one, and then its name."""
    real = _behind_links(path)
    try:
        new = real.with_name(f".{real.name}.{os.getpid()}")
        try:
            new.write_bytes(content)
            if real.exists():
                with suppress(PermissionError):  # only root may give a file away
                    os.chown(new, real.stat().st_uid, real.stat().st_gid)
                shutil.copymode(real, new)
            new.replace(real)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, str(error.strerror)) from error


def _behind_links(path: Path) -> Path:
    return Path(os.path.realpath(path))  # Path.resolve raises RuntimeError where links lead in a circle


def _unwritable(path: Path, reason: str) -> WrongUse:
    return WrongUse(f"cannot write {path}: {reason}; expected a file in a folder that can be written to")
