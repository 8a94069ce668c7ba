"""Reports for machines and browsers: JSON, JUnit XML and a single HTML page.

Strategy: each writer turns one report value into one text; JSON is the complete one, the others show what their readers
know how to show. The standard library writes all three, so nothing is escaped by hand.
"""

import json
import re
import shlex
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from streamgauge.verdict import Outcome, Report, Verdict

_FAILING = (Outcome.FAIL, Outcome.BLOCKED, Outcome.XPASS, Outcome.NOT_EXERCISED)


def as_json(report: Report) -> str:
    """Write everything as JSON: the run, then every verdict with its clause, counterexample and reproducer."""
    document = {
        "subject": report.subject,
        "exit": int(report.exit),
        "seed": report.seed,
        "examples": report.examples,
        "counts": {outcome.value: report.counts[outcome] for outcome in Outcome},
        "not_offered": list(report.missing),
        "notes": list(report.notes),
        "verdicts": [_row(verdict) for verdict in report.verdicts],
    }
    return json.dumps(document, indent=1) + "\n"


def _row(verdict: Verdict) -> dict[str, Any]:
    clause, violation = verdict.clause, verdict.violation
    row: dict[str, Any] = {
        "id": verdict.id,
        "clause": clause.id,
        "on": verdict.on,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "title": clause.title,
        "law": clause.law,
        "level": clause.level,
        "profile": clause.profile,
        "provenance": clause.provenance,
        "examples": verdict.examples,
        "exercised": verdict.exercised,
    }
    if violation is not None:
        row |= {
            "seen": violation.seen,
            "promised": violation.promised,
            "timeline": violation.timeline.splitlines(),
            "script": violation.script,
        }
    return row


def as_junit(report: Report) -> str:
    """Write a JUnit test suite: a case for each verdict."""
    errors = report.counts[Outcome.ERROR]
    failures = sum(report.counts[outcome] for outcome in _FAILING)
    root = ET.Element(
        "testsuite",
        name=_printable(report.subject),
        tests=str(len(report.verdicts)),
        failures=str(failures),
        errors=str(errors),
    )
    for verdict in report.verdicts:
        named = {"classname": _printable(report.subject), "name": _printable(verdict.id)}
        case = ET.SubElement(root, "testcase", named)
        if verdict.outcome is Outcome.ERROR:
            ET.SubElement(case, "error", message=_printable(verdict.reason))
        elif verdict.outcome in _FAILING:
            seen = verdict.violation
            message = f"seen {seen.seen}; promised {seen.promised}" if seen else verdict.reason
            failure = ET.SubElement(case, "failure", message=_printable(message), type=verdict.outcome.value)
            failure.text = _printable(f"{verdict.clause.law}\n\n{seen.timeline if seen else ''}")
        elif verdict.outcome is not Outcome.PASS:
            ET.SubElement(case, "skipped", message=_printable(f"{verdict.outcome.value}: {verdict.reason}"))
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(char for char in text if char in "\n\t" or char.isprintable())


_STYLE = """body{font:15px/1.45 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25em .6em;border-bottom:1px solid #ddd}
pre{background:#f5f5f5;padding:.8em;overflow-x:auto}.fail,.error,.xpass,.not-exercised{color:#a00;font-weight:bold}
.pass{color:#060}.blocked{color:#850}.not-claimed,.untestable{color:#777}"""


def as_html(report: Report) -> str:
    """Write one page that needs nothing else: the summary, then each clause, failures with their timelines."""
    root = ET.Element("html", lang="en")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "title").text = f"streamgauge: {report.subject}"
    ET.SubElement(head, "style").text = _STYLE
    body = ET.SubElement(root, "body")
    ET.SubElement(body, "h1").text = f"{report.subject}: {'conforms' if report.exit == 0 else 'does not conform'}"
    told = ", ".join(f"{report.counts[outcome]} {outcome.value}" for outcome in Outcome if report.counts[outcome])
    ET.SubElement(body, "p").text = f"{told}; seed {report.seed}, {report.examples} examples per clause"
    table = ET.SubElement(body, "table")
    for verdict in report.verdicts:
        row = ET.SubElement(table, "tr")
        for text in (verdict.id, verdict.clause.title, verdict.clause.level):
            ET.SubElement(row, "td").text = text
        ET.SubElement(row, "td", {"class": verdict.outcome.value}).text = verdict.outcome.value
        ET.SubElement(row, "td").text = f"{verdict.exercised}/{verdict.examples}" if verdict.examples else ""
    for verdict in report.having(Outcome.FAIL):
        assert verdict.violation is not None
        ET.SubElement(body, "h2").text = f"{verdict.id}: {verdict.clause.title}"
        ET.SubElement(body, "p").text = verdict.clause.law
        timeline = (
            f"{verdict.violation.timeline}\n\npromised: {verdict.violation.promised}\nseen: {verdict.violation.seen}"
        )
        ET.SubElement(body, "pre").text = _printable(timeline)
    return "<!DOCTYPE html>\n" + ET.tostring(root, encoding="unicode", method="html") + "\n"


def write_scripts(report: Report, folder: Path) -> int:
    """Write the reproducer of every failure as `<clause>[-<part>].py`; gives how many."""
    folder.mkdir(parents=True, exist_ok=True)
    return sum(write_script(verdict, folder) for verdict in report.having(Outcome.FAIL))


def write_script(verdict: Verdict, folder: Path) -> bool:
    """Write the reproducer of a failure; tells whether it has one."""
    if verdict.violation is None or not verdict.violation.script:
        return False
    part = re.sub(r"[^\w.-]", "_", verdict.on)  # a name that the user gives may hold what no file name does
    name = f"{verdict.clause.id}-{part}.py" if part else f"{verdict.clause.id}.py"
    folder.mkdir(parents=True, exist_ok=True)
    how = f"# where the subject can be imported: PYTHONPATH=. python {shlex.quote(str(folder / name))}\n"
    (folder / name).write_text(how + verdict.violation.script, encoding="utf-8", errors="backslashreplace")
    return True
