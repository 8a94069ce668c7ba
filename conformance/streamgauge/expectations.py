"""Expectations: failures that are known, said so in a file, and judged strictly.

Strategy: an entry names a clause and the kind of violation it expects, with a reason. The shrunk counterexample is kept
in the entry and replayed first, so that an expected failure does not depend on luck. Whatever differs from an entry (a
pass, another violation, an entry that matches nothing, an expired one) is reported and fails the run.
"""

import base64
import binascii
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from streamgauge.verdict import Outcome, Report, Verdict
from streamgauge.violation import Violation, WrongUse

_KEYS: Final = {"subject": str, "clause": str, "kind": str, "reason": str, "link": str, "expires": date, "example": str}
_NEEDED: Final = ("clause", "kind", "reason")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One known failure.

    Attributes:
        clause: the verdict's id: a clause id, with its part of the subject in brackets if there are several.
        kind: the kind of violation, as `kind_of` writes it.
        reason: why it is accepted.
        subject: the target it is about; empty for any.
        link: where it is discussed.
        expires: the last day on which it is accepted.
        example: the shrunk counterexample, replayed first.
    """

    clause: str
    kind: str
    reason: str
    subject: str = ""
    link: str = ""
    expires: date | None = None
    example: bytes = b""

    def is_about(self, verdict: Verdict) -> bool:
        """Tell whether the entry names this verdict."""
        return self.clause in (verdict.id, verdict.clause.id)


_BYTES = r"(?:b'(?:[^'\\]|\\.)*'|b\"(?:[^\"\\]|\\.)*\"|filler\(\d+\)(?:\[[\d:-]*\])?)(?: \* \d+)?"
_DATA: Final = re.compile(rf"{_BYTES}(?:(?:\.\.\.| \+ ){_BYTES})*(?: \(\d+ bytes\))?")
_NUMBER: Final = re.compile(r"0x[0-9a-f]+|\b\d+\b")


def _plain(text: str) -> str:
    """Write a text without the bytes and numbers of the one example, so that a seed does not change it."""
    return _NUMBER.sub("N", _DATA.sub("bytes", text))


def kind_of(violation: Violation) -> str:
    """Write what was seen and what was promised, without the bytes and numbers of the one example."""
    return _plain(f"{violation.seen} instead of {violation.promised}")


def _is_kind(violation: Violation, kind: str) -> bool:
    """Tell whether a violation is of this kind: what was seen alone will do, and so will a text with its bytes."""
    return _plain(kind) in {kind_of(violation), _plain(violation.seen)}


def find_file(folder: Path) -> Path | None:
    """Find the expectations of a folder: streamgauge.toml, or pyproject.toml with [tool.streamgauge]."""
    own, shared = folder / "streamgauge.toml", folder / "pyproject.toml"
    if own.is_file():
        return own
    if shared.is_file() and _entries(_toml(shared), shared.name):
        return shared
    return None


def load_expectations(path: Path, subject: str = "") -> list[Expectation]:
    """Read the entries about a subject.

    Args:
        path: the file.
        subject: the target; entries about another one are left out.

    Raises:
        WrongUse: the file is missing, is no TOML, or an entry has a wrong or missing field.
    """
    entries = [_entry(raw, f"{path}: entry {n}") for n, raw in enumerate(_entries(_toml(path), path.name), 1)]
    return [entry for entry in entries if entry.subject in ("", subject)]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongUse(f"cannot read {path}: {error.strerror}; --expectations takes a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path} is no TOML: {error}") from error


def _entries(document: dict[str, Any], name: str) -> list[Any]:
    table = document.get("tool", {}).get("streamgauge", {}) if name == "pyproject.toml" else document
    entries = table.get("expect", []) if isinstance(table, dict) else []
    return entries if isinstance(entries, list) else [entries]


def _entry(raw: Any, where: str) -> Expectation:
    if not isinstance(raw, dict):
        raise WrongUse(f"{where} is no table; expected [[expect]] with clause, kind and reason")
    missing = [key for key in _NEEDED if not raw.get(key)]
    if missing:
        raise WrongUse(f"{where} lacks {', '.join(missing)}; --update-expectations writes clause and kind")
    for key, value in raw.items():
        if key not in _KEYS or not isinstance(value, _KEYS[key]):
            expected = f"a {_KEYS[key].__name__}" if key in _KEYS else f"one of {', '.join(_KEYS)}"
            raise WrongUse(f"{where}: {key} = {value!r}; expected {expected}")
    try:
        example = base64.b64decode(raw.get("example", ""), validate=True)
    except binascii.Error as error:
        raise WrongUse(f"{where}: example is no base64; remove it, or run with --update-expectations") from error
    return Expectation(**{**raw, "example": example})


def apply(report: Report, entries: Sequence[Expectation], today: date) -> Report:
    """Judge a report by what was expected.

    Args:
        report: what a run found.
        entries: the expectations about its subject.
        today: the day by which entries expire.

    Returns:
        The report with xfail and xpass; entries that match nothing or expired are its notes.
    """
    notes = list(report.notes)
    used: set[int] = set()
    judged = []
    for verdict in report.verdicts:
        entry = next((entry for entry in entries if entry.is_about(verdict)), None)
        if entry is not None and verdict.outcome not in (Outcome.NOT_CLAIMED, Outcome.UNTESTABLE):
            used.add(id(entry))
            if entry.expires is not None and entry.expires < today:
                notes.append(f"expectation {entry.clause}: expired on {entry.expires}; mend it or extend it")
                judged.append(verdict)
                continue
            judged.append(_judge(verdict, entry))
            continue
        judged.append(verdict)
    notes += [
        f"expectation {entry.clause}: matches nothing that was judged; remove it"
        for entry in entries
        if id(entry) not in used
    ]
    return replace(report, verdicts=tuple(judged), notes=tuple(notes))


def _judge(verdict: Verdict, entry: Expectation) -> Verdict:
    if verdict.outcome is Outcome.PASS:
        return replace(verdict, outcome=Outcome.XPASS, reason=f"expected to fail ({entry.reason}); remove the entry")
    if verdict.violation is None:
        return verdict
    if _is_kind(verdict.violation, entry.kind):
        return replace(verdict, outcome=Outcome.XFAIL, reason=entry.reason)
    return replace(verdict, outcome=Outcome.FAIL, reason=f"another violation than expected: {entry.kind!r}")


def examples_of(entries: Iterable[Expectation]) -> Mapping[str, bytes]:
    """The stored counterexamples by verdict id."""
    return {entry.clause: entry.example for entry in entries if entry.example}
