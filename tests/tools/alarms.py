"""`python -m tests.tools.alarms`: look for false alarms: the reference, judged with many seeds and many examples.

Strategy: every pair of a seed and an item of the plan is one task; the pairs are taken in a shuffled order, so that a
campaign that is stopped early, by its time or by an interrupt, has looked at everything alike, and says how far it
came. With a log of what was judged it goes on from there the next time: the whole is days of computing. A verdict that
is not green is printed with the command that shows it again.
"""

import argparse
import os
import random
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import IO, NamedTuple

from streamgauge.jobs import begin, judge
from streamgauge.plan import make_plan
from streamgauge.run import DEFAULT_EXAMPLES, Options
from streamgauge.target import load
from streamgauge.verdict import NOT_GREEN


class Task(NamedTuple):
    """A pair of a seed and an item of the plan, to be judged with so many examples."""

    seed: int
    number: int
    item: str
    examples: int

    def __str__(self) -> str:
        return f"{self.item} {self.seed} {self.examples}"


def _alarm(target: str, task: Task) -> tuple[Task, str]:
    """Judge an item of the target with a seed; tell what is not green, and how to see it again."""
    verdict = judge(task.number, Options(task.examples, task.seed, shrink=False))
    if verdict.outcome not in NOT_GREEN:
        return task, ""
    again = f"streamgauge run {target} --clause {verdict.clause.id} --seed {task.seed} --examples {task.examples}"
    return task, f"{verdict.id} {verdict.outcome.value}: {verdict.violation or verdict.reason}; {again}"


def _begin(target: str, wanted: Sequence[str]) -> None:
    """Make a process ready; an interrupt is for the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin(target, wanted)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.alarms")
    parser.add_argument("clause", nargs="*", help="only these clauses or stems")
    parser.add_argument("--target", default="web2stream", help="what is judged")
    parser.add_argument("--seeds", type=int, default=200, metavar="N", help="seeds, from 1")
    parser.add_argument("--examples", type=int, default=10 * DEFAULT_EXAMPLES, metavar="N", help="examples per clause")
    parser.add_argument("--minutes", type=float, default=0.0, metavar="N", help="stop after this time; 0 goes on")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes")
    parser.add_argument("--log", type=Path, metavar="FILE", help="what was judged without alarm; not judged again")
    return parser.parse_args()


def _open_log(path: Path | None) -> tuple[set[str], IO[str]]:
    """Read what was judged before, and open the log for more; without one, for nothing."""
    done = set(path.read_text().splitlines()) if path is not None and path.exists() else set()
    return done, (path or Path(os.devnull)).open("a", encoding="utf-8")


def _judge(options: argparse.Namespace, tasks: list[Task], log: IO[str]) -> tuple[int, int]:
    """Judge until all is done, the time is over or an interrupt comes; count what was judged, and alarms."""
    limit = monotonic() + 60 * options.minutes if options.minutes else float("inf")
    alarms = done = 0
    with (
        suppress(KeyboardInterrupt),
        get_context("spawn").Pool(options.jobs, _begin, (options.target, options.clause)) as pool,
    ):
        for task, told in pool.imap_unordered(partial(_alarm, options.target), tasks):
            done += 1
            alarms += bool(told)
            if told:
                print(told, flush=True)
            else:
                print(task, file=log, flush=True)
            if monotonic() > limit:
                break
    return done, alarms


def main() -> int:
    """Run the campaign; 1 if there was an alarm."""
    options = _options()
    items = make_plan(load(options.target), options.clause).items
    tasks = [
        Task(seed, number, item.id, options.examples)
        for seed, (number, item) in product(range(1, options.seeds + 1), enumerate(items))
    ]
    random.Random(0).shuffle(tasks)
    before, log = _open_log(options.log)
    with log:
        left = [task for task in tasks if str(task) not in before]
        done, alarms = _judge(options, left, log)
    print(
        f"{done + len(tasks) - len(left)} of {len(tasks)} runs of a clause ({len(items)} items, {options.seeds} seeds, "
        f"{options.examples} examples each), {done} of them now: {alarms} alarms"
    )
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main())
