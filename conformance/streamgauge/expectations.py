"""Expectations: failures that are known, said so in a file, and judged strictly.

Strategy: an entry names a clause and the kind of violation it expects, with a reason. The shrunk counterexample is kept
in the entry and replayed first, so that an expected failure does not depend on luck. Whatever differs from an entry (a
pass, another violation, an entry that matches nothing, an expired one) is reported and fails the run.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from streamgauge.verdict import NOT_RUN, Outcome, Report, Verdict
from streamgauge.violation import Violation


@dataclass(frozen=True, slots=True)
class Expectation:
    """One known failure.

    Attributes:
        clause: the verdict's id: a clause id, with its part of the subject in brackets if there are several.
        kind: the kind of violation, as `kinds_of` writes it.
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


UNREACHED: Final = "no example reached the law"
"""The kind of a blocked clause that has no violation of its own."""

_BYTES = r"(?:b'(?:[^'\\]|\\.)*'|b\"(?:[^\"\\]|\\.)*\"|filler\(\d+\)(?:\[[\d:-]*\])?)(?: \* \d+)?"
_DATA: Final = re.compile(rf"{_BYTES}(?:(?:\.\.\.| \+ ){_BYTES})*(?: \(\d+ bytes\))?")
_NUMBER: Final = re.compile(r"0x[0-9a-f]+|\b\d+\b")


def _plain(text: str) -> str:
    """Write a text without the bytes and numbers of the one example, so that a seed does not change it."""
    return _NUMBER.sub("N", _DATA.sub("bytes", text))


def kind_of(violation: Violation) -> str:
    """Write what was seen and what was promised, without the bytes and numbers of the one example."""
    return _plain(f"{violation.seen} instead of {violation.promised}")


def kinds_of(verdict: Verdict) -> tuple[str, ...]:
    """Write in which ways an entry may expect a verdict: the fullest way first, then what was seen alone.

    A blocked clause whose law no example reached has a kind as well. What is good has none.
    """
    if verdict.violation is not None:
        return kind_of(verdict.violation), _plain(verdict.violation.seen)
    return (UNREACHED,) if verdict.outcome in (Outcome.BLOCKED, Outcome.XFAIL) else ()


def is_kind(verdict: Verdict, kind: str) -> bool:
    """Tell whether a verdict is of this kind, which may have the bytes and numbers of an example."""
    return _plain(kind) in kinds_of(verdict)


def decisive(entries: Iterable[Expectation], verdict: Verdict) -> Expectation | None:
    """Choose the entry that judges a verdict: the nearest of those that are about it.

    Args:
        entries: the expectations about the subject.
        verdict: what was found.

    Returns:
        The entry with the verdict's own id rather than one about the whole clause, and then the one that names the
        subject rather than one about any; None if there is none at all.
    """
    about = [entry for entry in entries if entry.is_about(verdict)]
    return max(about, key=lambda entry: (entry.clause == verdict.id, entry.subject != ""), default=None)


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
    verdicts = []
    for verdict in report.verdicts:
        entry = None if verdict.outcome in NOT_RUN else decisive(entries, verdict)
        if entry is None:
            verdicts.append(verdict)
        elif entry.expires is not None and entry.expires < today:
            notes.append(f"expectation {entry.clause}: expired on {entry.expires}; mend it or extend it")
            verdicts.append(verdict)
        else:
            verdicts.append(_judge(verdict, entry))
    judged = [verdict for verdict in report.verdicts if verdict.outcome not in NOT_RUN]
    notes += [
        f"expectation {entry.clause}: matches nothing that was judged; remove it"
        for entry in entries
        if not any(map(entry.is_about, judged))
    ]
    return replace(report, verdicts=tuple(verdicts), notes=tuple(notes))


def _judge(verdict: Verdict, entry: Expectation) -> Verdict:
    if verdict.outcome is Outcome.PASS:
        return replace(verdict, outcome=Outcome.XPASS, reason=f"expected to fail ({entry.reason}); remove the entry")
    if is_kind(verdict, entry.kind):
        return replace(verdict, outcome=Outcome.XFAIL, reason=entry.reason)
    if verdict.violation is None:
        return replace(verdict, reason=f"{verdict.reason}; expected was {entry.kind!r}")
    return replace(verdict, outcome=Outcome.FAIL, reason=f"another violation than expected: {entry.kind!r}")


def examples_of(entries: Iterable[Expectation]) -> Mapping[str, bytes]:
    """The stored counterexamples by verdict id; that of an entry which names the subject comes before any other."""
    nearest_last = sorted(entries, key=lambda entry: entry.subject != "")
    return {entry.clause: entry.example for entry in nearest_last if entry.example}
