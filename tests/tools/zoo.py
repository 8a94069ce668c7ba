"""`python -m tests.tools.zoo [STEM ...]`: judge the zoo and write the kill matrix, docs/zoo/STEM.md and docs/zoo.md.

Strategy: each broken stream is judged as a user would judge it, by all clauses that apply, in a process of its own; a
stem's page holds what came out, the index only adds the pages up. A broken stream counts as precisely named if its own
clause is the only one that fails. `--new` keeps what a page says and judges only broken streams that it lacks.
"""

import argparse
import re
import sys
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from streamgauge.clauses import STEMS
from streamgauge.guard import bound_memory
from streamgauge.plan import make_plan
from streamgauge.quiet import quiet_twisted
from streamgauge.run import Options, run
from streamgauge.verdict import Outcome
from tests.broken import Broken, zoo

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = 15
HISTORY_EXAMPLES = 60
"""Examples for the faults that only a history shows, of which each example makes another one."""

LINE = re.compile(r"\| (\w+_\d+) \| (.+?) \| (.+) \| ([^|]*) \| ([^|]*) \|")
COUNTS = re.compile(r"^(\d+) broken streams, (\d+) rejected by their own clause, (\d+) by it alone", re.MULTILINE)


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
        """Its own clause rejects it; a history names the clause that the fault breaks, and is blocked by it."""
        return self.clause in self.failed or (self.is_history and self.clause in self.blocked)

    @property
    def alone(self) -> bool:
        """No other clause calls it a fault of its own."""
        return self.failed == (self.clause,) or (self.is_history and self.killed and len(self.failed) == 1)

    @property
    def is_history(self) -> bool:
        """Its fault shows in a history only."""
        return self.clause.startswith("history_")

    @property
    def told(self) -> str:
        """Write what came out in a line, for the terminal."""
        verdict = "alone" if self.alone else "killed" if self.killed else "SURVIVES"
        return f"{verdict:<8} {self.clause} {self.name}: fails {', '.join(self.failed) or 'nothing'}"


def _examples(stem: str) -> int:
    return HISTORY_EXAMPLES if stem == "history" else EXAMPLES


def judge(index: int) -> Row:
    """Judge one broken stream against everything that applies to it."""
    quiet_twisted()
    bound_memory()
    broken = zoo()[index]
    examples = _examples(broken.clause.rpartition("_")[0])
    report = run(make_plan(broken.build()), Options(examples, watchdog=2.0, shrink=False, guard=4.0))
    failed = tuple(dict.fromkeys(verdict.clause.id for verdict in report.having(Outcome.FAIL)))
    failed += tuple(f"{verdict.clause.id} with an error of the kit" for verdict in report.having(Outcome.ERROR))
    blocked = tuple(dict.fromkeys(verdict.clause.id for verdict in report.having(Outcome.BLOCKED)))
    return Row(broken.clause, broken.name, broken.fault, failed, tuple(b for b in blocked if b not in failed))


def page(stem: str, rows: list[Row]) -> str:
    """Write the page of a stem."""
    killed, alone = sum(row.killed for row in rows), sum(row.alone for row in rows)
    lines = [
        f"# The zoo of {stem}",
        "",
        f"Written by `python -m tests.tools.zoo {stem}`; do not edit. Each broken stream was judged by every clause",
        f"that applies to it, {_examples(stem)} examples each, seed 0.",
        "",
        f"{len(rows)} broken streams, {killed} rejected by their own clause, {alone} by it alone",
        "",
        "| clause | broken stream | fault | fails | blocked by it |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        failed = ", ".join(f"**{c}**" if c == row.clause else c for c in row.failed) or "nothing"
        lines.append(f"| {row.clause} | {row.name} | {_cell(row.fault)} | {failed} | {', '.join(row.blocked)} |")
    return "\n".join(lines) + "\n"


def _cell(fault: str) -> str:
    """Write a fault as a cell of a page."""
    return " ".join(fault.split()).replace("|", "\\|")


def known(stem: str) -> dict[tuple[str, str, str], Row]:
    """Read the rows of a stem's page, by clause, name and fault."""
    path = DOCS / "zoo" / f"{stem}.md"
    rows = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if found := LINE.fullmatch(line):
            clause, name, fault, failed, blocked = found.groups()
            told = tuple(failed.replace("*", "").split(", ")) if failed != "nothing" else ()
            rows[clause, name, fault] = Row(clause, name, fault, told, tuple(blocked.split(", ")) if blocked else ())
    return rows


def index(counts: dict[str, tuple[int, int, int]]) -> str:
    """Add the pages up; `counts` holds for each stem how many are judged, rejected, and rejected by one clause."""
    total, killed, alone = (sum(column) for column in zip(*counts.values(), strict=True))
    lines = [
        "# The zoo: broken streams and the clauses that reject them",
        "",
        "Written by `python -m tests.tools.zoo`; do not edit. Every broken stream of these stems was judged by every",
        "clause that applies to it; the pages say which failed, and which are blocked by those.",
        "",
        *_left_out(counts),
        f"- broken streams: {total}",
        f"- rejected by their own clause: {killed} ({100 * killed / total:.1f} %)",
        f"- rejected by their own clause alone: {alone} ({100 * alone / total:.1f} %)",
        "",
        "| stem | broken streams | rejected by their own clause | by it alone |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| [{stem}](zoo/{stem}.md) | {' | '.join(map(str, row))} |" for stem, row in counts.items()]
    return "\n".join(lines) + "\n"


def _left_out(counts: Container[str]) -> list[str]:
    missing = [stem for stem in STEMS if stem not in counts]
    return [f"Not judged like that yet, only by their own clauses: {', '.join(missing)}.", ""] if missing else []


def written() -> dict[str, tuple[int, int, int]]:
    """Read the counts of the pages that are there."""
    found: dict[str, tuple[int, int, int]] = {}
    for stem in STEMS:
        path = DOCS / "zoo" / f"{stem}.md"
        if path.exists() and (counts := COUNTS.search(path.read_text(encoding="utf-8"))):
            found[stem] = (int(counts[1]), int(counts[2]), int(counts[3]))
    return found


def judge_all(chosen: Sequence[int], workers: int, kept: Mapping[tuple[str, str, str], Row]) -> list[Row]:
    """Judge these broken streams, but for those in `kept`, and tell of each when its turn comes."""
    there = {number: row for number in chosen if (row := kept.get(key(zoo()[number])))}
    rest = [number for number in chosen if number not in there]
    with get_context("spawn").Pool(workers, maxtasksperchild=20) as pool:
        for number, row in zip(rest, pool.imap(judge, rest), strict=True):
            print(row.told, flush=True)
            there[number] = row
    return [there[number] for number in chosen]


def key(broken: Broken) -> tuple[str, str, str]:
    """Give what a row of a page is known by: clause, name and fault."""
    return broken.clause, broken.name, _cell(broken.fault)


def main() -> int:
    """Judge the zoo and write the pages; 1 if a broken stream survives its own clause."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.zoo")
    parser.add_argument("stem", nargs="*", help="only these stems")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes")
    parser.add_argument("--like", default="", metavar="TEXT", help="only names with this text; writes no page")
    parser.add_argument("--new", action="store_true", help="only broken streams that the pages lack")
    options = parser.parse_args()
    if unknown := sorted(set(options.stem) - set(STEMS)):
        parser.error(f"no stem is called {unknown[0]!r}; the stems are {', '.join(STEMS)}")
    alive = 0
    for stem in options.stem or STEMS:
        chosen = [n for n, b in enumerate(zoo()) if b.clause.startswith(f"{stem}_") and options.like in b.name]
        rows = judge_all(chosen, options.workers, known(stem) if options.new else {})
        killed, alone = sum(row.killed for row in rows), sum(row.alone for row in rows)
        alive += len(rows) - killed
        if rows and not options.like:
            (DOCS / "zoo").mkdir(exist_ok=True)
            (DOCS / "zoo" / f"{stem}.md").write_text(page(stem, rows), encoding="utf-8")
            (DOCS / "zoo.md").write_text(index(written()), encoding="utf-8")
        print(f"{stem}: {len(rows)} broken, {killed} killed, {alone} alone")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
