"""What the pytest plugin prints at the end: claimed, exercised and passed clauses of each subject.

Strategy: it reads the reports alone, since with pytest-xdist the items ran in other processes.
"""

from collections import defaultdict
from collections.abc import Iterable

import pytest

PROPERTY = "streamgauge"
"""Key of the user property under which an item tells subject, suite, clause, and examples that reached the law."""


def lines(terminal: pytest.TerminalReporter) -> list[str]:
    """Sum the run up, a line for each subject; if several suites have subjects of one name, for each suite."""
    suites: dict[tuple[str, str], list[tuple[str, bool, bool]]] = defaultdict(list)
    for reports in terminal.stats.values():
        for report in reports:
            if getattr(report, "when", "") != "call":
                continue
            for key, value in report.user_properties:
                if key == PROPERTY and not value["withdrawn"]:
                    row = (value["clause"], value["exercised"] > 0, report.passed)
                    suites[value["subject"], value["suite"]].append(row)
    names = [subject for subject, _ in suites]
    return [
        f"{subject if names.count(subject) == 1 else f'{subject} ({suite})'}: {_counted(rows)}"
        for (subject, suite), rows in sorted(suites.items())
    ]


def _counted(rows: Iterable[tuple[str, bool, bool]]) -> str:
    """Count clauses: one that several makers are judged by passes if it passes for each."""
    claimed = {clause for clause, _, _ in rows}
    exercised = {clause for clause, reached, _ in rows if reached}
    passed = exercised - {clause for clause, _, passed in rows if not passed}
    return f"claimed {len(claimed)}, exercised {len(exercised)}, passed {len(passed)}"
