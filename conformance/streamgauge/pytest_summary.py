"""What the pytest plugin prints at the end: claimed, exercised and passed clauses of each subject.

Strategy: it reads the reports alone, since with pytest-xdist the items ran in other processes.
"""

from collections import defaultdict

import pytest

PROPERTY = "streamgauge"
"""Key of the user property under which an item tells subject, clause, and examples that reached the law."""


def lines(terminal: pytest.TerminalReporter) -> list[str]:
    """Sum the run up, a line for each subject."""
    rows: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for reports in terminal.stats.values():
        for report in reports:
            if getattr(report, "when", "") != "call":
                continue
            for key, value in report.user_properties:
                if key == PROPERTY and not value["withdrawn"]:
                    rows[value["subject"]].append((value["exercised"] > 0, report.passed))
    return [
        f"{subject}: claimed {len(row)}, exercised {sum(e for e, _ in row)}, passed {sum(p for _, p in row)}"
        for subject, row in sorted(rows.items())
    ]
