"""What the command leaves: lines on its output, and files of reports; what cannot be written loses nothing else.

Strategy: files first, since an output may be closed at any time. Each file is tried, then all that failed is told.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO, TypeAlias

from streamgauge.report_files import write_scripts
from streamgauge.verdict import Report
from streamgauge.violation import WrongUse

Writers: TypeAlias = Sequence[tuple[Path, Callable[[Report], str]]]
"""Files that are wanted, with what makes their text of a report."""


def check_places(wanted: Writers, scripts: Path | None) -> None:
    """See that files and scripts can be written, as far as that can be known, before anything is judged.

    Args:
        wanted: the files.
        scripts: the folder for scripts, if they are wanted.

    Raises:
        WrongUse: a folder is not there, a file may not be written, two reports have one file, or there is a file where
            the folder for scripts shall be.
    """
    files = [os.path.realpath(path) for path, _ in wanted]
    if twice := next((path for (path, _), file in zip(wanted, files, strict=True) if files.count(file) > 1), None):
        raise WrongUse(f"two reports would be written to {twice}; expected a file for each")
    for path, _ in wanted:
        if not path.parent.is_dir():
            raise WrongUse(_unwritable(path, "there is no such folder"))
        if path.is_dir():
            raise WrongUse(_unwritable(path, "it is a folder"))
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise WrongUse(_unwritable(path, "permission denied"))
    if scripts is not None and scripts.exists() and not scripts.is_dir():
        raise WrongUse(f"cannot write scripts into {scripts}: it is a file; expected a folder")


def write_files(report: Report, wanted: Writers, scripts: Path | None) -> tuple[list[str], list[str]]:
    """Write the files of a report, and its scripts.

    Args:
        report: what was found.
        wanted: the files.
        scripts: the folder for the scripts of failures, if they are wanted.

    Returns:
        Lines that tell what was written, and lines that tell what could not be.
    """
    told, lost = [], []
    for path, write in wanted:
        try:
            path.write_text(write(report), encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            lost.append(_unwritable(path, str(error.strerror)))
    if scripts is not None:
        try:
            count = write_scripts(report, scripts)
            told.append(f"{count} script{'' if count == 1 else 's'} in {scripts}")
        except OSError as error:
            lost.append(f"cannot write scripts into {scripts}: {error.strerror}; expected a folder")
    return told, lost


def own_output() -> TextIO | None:
    """Give the standard output, by a descriptor of its own where it has one: a subject may close or exchange it."""
    out = sys.stdout
    try:
        return os.fdopen(os.dup(out.fileno()), "w", encoding=out.encoding, errors=out.errors)
    except (AttributeError, OSError, ValueError):
        return out


def tell(lines: Iterable[str], out: TextIO | None) -> None:
    """Print. Who reads no more, as `head`, has seen enough, and who closed the output wants none: the verdict stands.

    Args:
        lines: what is printed.
        out: the standard output; None if there is none.

    Raises:
        WrongUse: it cannot be written to.
    """
    if out is None:
        return
    with suppress(AttributeError, OSError, ValueError):
        sys.stdout.flush()  # what the subject has printed comes first
    try:
        for text in lines:
            print(text, file=out)
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except (OSError, ValueError) as error:
        raise WrongUse(f"cannot print ({error}); expected a standard output that is open") from error


def _unwritable(path: Path, why: str) -> str:
    return f"cannot write {path}: {why}; expected a file that can be written, in a folder that exists"
