"""Reading the expectations file: which one it is, and what its entries say.

Strategy: whatever is wrong with it is told in one line, before anything is judged. Before an update, what the update
will put right may be wrong.
"""

import base64
import contextlib
import re
import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from streamgauge.expectations import Expectation
from streamgauge.violation import WrongUse

_KEYS: Final = {"subject": str, "clause": str, "kind": str, "reason": str, "link": str, "expires": date, "example": str}
_TABLE: Final = re.compile(r"^\s*\[+\s*tool\.streamgauge\b", re.MULTILINE)
_NEEDED: Final = ("clause", "kind", "reason")
_EXPECTED: Final = {str: "a text in quotes", date: "a date such as 2027-06-30"}


def find_file(folder: Path) -> Path | None:
    """Find the expectations of a folder: streamgauge.toml, or pyproject.toml with [tool.streamgauge].

    Args:
        folder: where to look.

    Raises:
        WrongUse: there is a pyproject.toml only, and it cannot be read; or both have entries.
    """
    own, shared = folder / "streamgauge.toml", folder / "pyproject.toml"
    if not own.is_file():
        return shared if shared.is_file() and _table(_toml(shared), shared) is not None else None
    with contextlib.suppress(OSError):
        if _TABLE.search(shared.read_text(encoding="utf-8", errors="replace")):
            raise WrongUse(f"{own} and {shared} ([tool.streamgauge]) both hold expectations; keep one of them")
    return own


def place_of(path: Path) -> tuple[str, ...]:
    """The names that lead to the list of entries in a file."""
    return ("tool", "streamgauge", "expect") if path.name == "pyproject.toml" else ("expect",)


def header_of(path: Path) -> str:
    """The line above each entry of a file."""
    return f"[[{'.'.join(place_of(path))}]]"


def load_expectations(path: Path, subject: str = "", *, mending: bool = False) -> list[Expectation]:
    """Read the entries about a subject.

    Args:
        path: the file.
        subject: the target; entries about another one are left out.
        mending: the file is to be updated: see `read_entries`.

    Raises:
        WrongUse: as `read_entries` does.
    """
    return [entry for entry in read_entries(path, mending=mending) if entry.subject in ("", subject)]


def read_entries(path: Path, *, mending: bool = False) -> list[Expectation]:
    """Read all entries, in the order of the file.

    Args:
        path: the file.
        mending: the file is to be updated: it may be missing, and so may kinds; examples may be unreadable.

    Returns:
        The entries; a kind or an example that cannot be had is empty.

    Raises:
        WrongUse: the file cannot be read, is no TOML or holds something else, an entry has a wrong or missing field, or
            two are about the same.
    """
    table = _table(_toml(path, mending=mending), path) or {}
    listed = table.get("expect", [])
    if not isinstance(listed, list):
        raise WrongUse(f"{path}: expect is no list of tables; write each entry under {header_of(path)}")
    entries = [_entry(raw, f"{path}: entry {n}", mending=mending) for n, raw in enumerate(listed, 1)]
    _refuse_twins(entries, path)
    return entries


def _toml(path: Path, *, mending: bool = False) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        if mending:
            return {}
        raise _unreadable(path, error) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path} is no TOML: {error}") from error


def _unreadable(path: Path, error: OSError) -> WrongUse:
    return WrongUse(f"cannot read {path}: {error.strerror}; --expectations takes a TOML file")


def _table(document: dict[str, Any], path: Path) -> dict[str, Any] | None:
    table: Any = document
    for name in place_of(path)[:-1]:
        if name not in table:
            return None
        table = table[name]
        if not isinstance(table, dict):
            raise WrongUse(f"{path}: {name} is no table; expected entries under {header_of(path)}")
    unknown = next((key for key in table if key != "expect"), None)
    if unknown is not None:
        hint = "did you mean expect?" if get_close_matches(unknown, ["expect"]) else f"expected {header_of(path)} only"
        raise WrongUse(f"{path}: nothing is called {unknown!r} here; {hint}")
    return dict(table)


def _entry(raw: Any, where: str, *, mending: bool) -> Expectation:
    if not isinstance(raw, dict):
        raise WrongUse(f"{where} is no table; expected clause, kind and reason")
    missing = [key for key in _NEEDED if not raw.get(key) and not (mending and key == "kind")]
    if missing:
        help_ = "; --update-expectations writes the kind" if "kind" in missing else ""
        raise WrongUse(f"{where} lacks {', '.join(missing)}; expected clause, kind and reason{help_}")
    for key, value in raw.items():
        wanted = _KEYS.get(key)
        # A time of day is a date to isinstance, and cannot be compared with one.
        if wanted is None or not isinstance(value, wanted) or isinstance(value, datetime):
            expected = f"one of {', '.join(_KEYS)}" if wanted is None else _EXPECTED[wanted]
            raise WrongUse(f"{where}: {key} = {value!r}; expected {expected}")
    example = _example(raw.get("example", ""), where, mending=mending)
    return Expectation(**{"kind": "", **raw, "example": example})


def _example(text: str, where: str, *, mending: bool) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        if mending:
            return b""
        raise WrongUse(f"{where}: example is no base64; remove it, or run with --update-expectations") from error


def _refuse_twins(entries: Sequence[Expectation], path: Path) -> None:
    seen: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(entries, 1):
        first = seen.setdefault((entry.subject, entry.clause), number)
        if first != number:
            raise WrongUse(f"{path}: entries {first} and {number} are both about {entry.clause!r}; remove one of them")
