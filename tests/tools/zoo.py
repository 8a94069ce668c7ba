"""`python -m tests.tools.zoo [--every N]`: write the kill matrix, docs/zoo.md.

Strategy: each broken stream is judged as a user would judge it, all clauses, in a process of its own; the page holds
what came out. A broken stream counts as precisely named if its own clause is the only one that fails.
"""

import argparse
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from streamgauge.plan import make_plan
from streamgauge.quiet import quiet_twisted
from streamgauge.run import Options, run
from streamgauge.verdict import Outcome
from tests.broken import zoo

PAGE = Path(__file__).parents[2] / "docs" / "zoo.md"
EXAMPLES = 15


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one broken stream: clauses that failed, and those that are blocked by them."""

    clause: str
    name: str
    fault: str
    failed: tuple[str, ...]
    blocked: tuple[str, ...]

    @property
    def killed(self) -> bool:
        """Its own clause rejects it."""
        return self.clause in self.failed

    @property
    def alone(self) -> bool:
        """No other clause calls it a fault of its own."""
        return self.failed == (self.clause,)


def judge(index: int) -> Row:
    """Judge one broken stream against everything that applies to it."""
    quiet_twisted()
    broken = zoo()[index]
    report = run(make_plan(broken.build()), Options(EXAMPLES, watchdog=2.0, shrink=False))
    failed = tuple(dict.fromkeys(verdict.clause.id for verdict in report.having(Outcome.FAIL, Outcome.ERROR)))
    blocked = tuple(dict.fromkeys(verdict.clause.id for verdict in report.having(Outcome.BLOCKED)))
    return Row(broken.clause, broken.name, broken.fault, failed, tuple(b for b in blocked if b not in failed))


def page(rows: list[Row], every: int) -> str:
    """Write the page; `every` tells which part of the zoo was judged."""
    killed, alone = sum(row.killed for row in rows), sum(row.alone for row in rows)
    stems = Counter(row.clause.rpartition("_")[0] for row in rows)
    lines = [
        "# The zoo: broken streams and the clauses that reject them",
        "",
        f"Written by `python -m tests.tools.zoo --every {every}`; do not edit. Of the {len(zoo())} broken streams of",
        f"`tests/broken`, one in {every} was judged here against every clause that applies to it, {EXAMPLES} examples",
        "each, seed 0. (The test suite judges each of them by its own clause.)",
        "",
        f"- broken streams judged: {len(rows)} ({', '.join(f'{stem} {count}' for stem, count in stems.items())})",
        f"- rejected by their own clause: {killed} ({killed * 100 // len(rows)} %)",
        f"- rejected by their own clause alone: {alone} ({alone * 100 // len(rows)} %)",
        "",
        "| clause | broken stream | fault | fails | blocked by it |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        fault = " ".join(row.fault.split()).replace("|", "\\|")
        failed = ", ".join(f"**{c}**" if c == row.clause else c for c in row.failed) or "nothing"
        lines.append(f"| {row.clause} | {row.name} | {fault} | {failed} | {', '.join(row.blocked)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Judge the zoo and write the page; 1 if a broken stream survives its own clause."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.zoo")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="judge one broken stream in N")
    every = parser.parse_args().every
    with ProcessPoolExecutor(max_workers=2, max_tasks_per_child=10) as pool:
        rows = list(pool.map(judge, range(0, len(zoo()), every)))
    PAGE.write_text(page(rows, every), encoding="utf-8")
    for row in rows:
        if not row.alone:
            print(f"{row.clause} {row.name}: fails {', '.join(row.failed) or 'nothing'}")
    print(f"{len(rows)} broken, {sum(row.killed for row in rows)} killed, {sum(row.alone for row in rows)} alone")
    return 0 if all(row.killed for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
