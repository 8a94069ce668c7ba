"""Writing the expectations file: entries come, change and go, comments and everything else stay.

Strategy: tomlkit keeps the document as the user wrote it; only the entries of the judged subject are touched.
"""

import base64
from pathlib import Path
from typing import Any

import tomlkit

from streamgauge.expectations import kind_of
from streamgauge.verdict import Outcome, Report, Verdict

_FAILING = (Outcome.FAIL, Outcome.BLOCKED, Outcome.XFAIL)


def update(path: Path, report: Report, subject: str) -> int:
    """Make the file expect exactly what the report found.

    Args:
        path: streamgauge.toml or pyproject.toml; made if it is not there.
        report: what the run found, with or without expectations applied.
        subject: the target; entries about others are kept as they are.

    Returns:
        The number of entries about the subject that the file has now.
    """
    document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    table: Any = document
    if path.name == "pyproject.toml":
        tool = document.setdefault("tool", tomlkit.table(is_super_table=True))
        table = tool.setdefault("streamgauge", tomlkit.table())
    entries = table.get("expect")
    if entries is None:
        entries = tomlkit.aot()
        table.append("expect", entries)
    failing = {verdict.id: verdict for verdict in report.having(*_FAILING) if verdict.violation is not None}
    judged = {name for verdict in report.verdicts if verdict.examples for name in (verdict.id, verdict.clause.id)}
    for index in reversed(range(len(entries))):
        entry = entries[index]
        if entry.get("subject", subject) != subject:
            continue
        verdict = failing.pop(_id_of(entry, failing), None)
        if verdict is not None:
            _fill(entry, verdict)
        elif entry.get("clause") in judged:
            del entries[index]
    for verdict in failing.values():
        entry = tomlkit.table()
        entry["subject"] = subject
        entry["clause"] = verdict.id
        entry["kind"] = ""
        entry["reason"] = "not said yet"
        _fill(entry, verdict)
        entries.append(entry)
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return sum(entry.get("subject", subject) == subject for entry in entries)


def _id_of(entry: Any, failing: dict[str, Verdict]) -> str:
    named = str(entry.get("clause", ""))
    if named in failing:
        return named
    return next((verdict.id for verdict in failing.values() if verdict.clause.id == named), named)


def _fill(entry: Any, verdict: Verdict) -> None:
    assert verdict.violation is not None
    entry["kind"] = kind_of(verdict.violation)
    if verdict.violation.example:
        entry["example"] = base64.b64encode(verdict.violation.example).decode()
