"""The report for a terminal: one line for a green clause, everything a person needs for a failure."""

from collections.abc import Iterable

from streamgauge.clauses import Clause
from streamgauge.verdict import Exit, Outcome, Report, Verdict

_SYMBOLS = {
    Outcome.PASS: "pass", Outcome.FAIL: "FAIL", Outcome.XFAIL: "xfail", Outcome.XPASS: "XPASS",
    Outcome.BLOCKED: "blocked", Outcome.NOT_EXERCISED: "NOT EXERCISED", Outcome.NOT_CLAIMED: "not claimed",
    Outcome.UNTESTABLE: "untestable", Outcome.ERROR: "KIT ERROR",
}  # fmt: skip


_SAID = {
    Exit.CONFORMS: "conforms", Exit.DOES_NOT: "does not conform", Exit.INTERRUPTED: "was not judged to the end",
}  # fmt: skip


def line(verdict: Verdict) -> str:
    """Write a verdict in one line."""
    tail = f"{verdict.exercised}/{verdict.examples}" if verdict.examples else ""
    reason = f"  {' '.join(verdict.reason.split())}" if verdict.reason else ""
    if verdict.outcome is Outcome.BLOCKED and (violation := verdict.violation):
        reason += f": seen {_cut(violation.seen)}; promised {_cut(violation.promised)}"
    return f"{_SYMBOLS[verdict.outcome]:<13} {verdict.id:<38} {tail:>9}  {verdict.clause.title}{reason}"


def failures_last(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Put what fails, or is a fault of the kit, behind all else: among what it blocks nobody finds it."""
    return sorted(verdicts, key=lambda verdict: verdict.outcome in {Outcome.FAIL, Outcome.ERROR})


def _cut(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def failure(verdict: Verdict, reproduce: str) -> str:
    """Write a failed verdict so that a person can act on it.

    Args:
        verdict: failed or blocked, with its violation.
        reproduce: the command line that shows it again.
    """
    clause, violation = verdict.clause, verdict.violation
    assert violation is not None
    parts = [
        f"{verdict.id}: {clause.title}",
        f"  {clause.level}, {clause.profile}, {clause.provenance}",
        _wrap("law", clause.law),
        _wrap("why", clause.why),
    ]
    if violation.clause != clause.id:
        parts.append(f"  breaks:    {violation.clause}, seen in this history")
    if verdict.reason:
        parts.append(f"  note:      {verdict.reason}")
    parts += [
        "",
        f"  timeline ({'smallest' if violation.smallest else 'first'} found):",
        _indent(violation.timeline, 4),
        "",
    ]
    parts += [
        f"  promised:  {violation.promised}",
        f"  seen:      {violation.seen}",
        f"  reproduce: {reproduce}",
    ]
    return "\n".join(parts)


def _wrap(label: str, text: str) -> str:
    import textwrap

    start = f"  {label + ':':<10} "
    return textwrap.fill(text, 100, initial_indent=start, subsequent_indent=" " * len(start))


def _indent(text: str, by: int) -> str:
    return "\n".join(" " * by + row for row in text.splitlines())


def summary(report: Report) -> str:
    """Write the counts and the verdict of a whole run."""
    counts = report.counts
    judged = [v for v in report.verdicts if v.examples and v.outcome is not Outcome.NOT_CLAIMED]
    claimed = {verdict.clause.id for verdict in judged}
    exercised = {verdict.clause.id for verdict in judged if verdict.exercised}
    passed = exercised - {verdict.clause.id for verdict in judged if verdict.outcome is not Outcome.PASS}
    lines = [f"claimed {len(claimed)}, exercised {len(exercised)}, passed {len(passed)} clauses"]
    if report.missing:
        lines.append(f"not offered: {', '.join(report.missing)}")
    lines += report.notes
    told = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome])
    verdict = _SAID.get(report.exit, "could not be judged")
    lines.append(f"{report.subject} {verdict}: {told or 'nothing to judge'} (seed {report.seed})")
    return "\n".join(lines)


def explanation(clause: Clause) -> str:
    """Write everything the catalogue knows of a clause."""
    parts = [f"{clause.id}: {clause.title}", f"  {clause.level}, {clause.profile}, {clause.provenance}"]
    labels = ("law", "why", "history", "untestable")
    parts += [_wrap(label, text) for label in labels if (text := getattr(clause, label))]
    if clause.needs:
        parts.append(_wrap("needs", ", ".join(clause.needs)))
    if clause.twin:
        parts.append(_wrap("twin", clause.twin))
    return "\n".join(parts)
