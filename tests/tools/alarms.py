"""`python -m tests.tools.alarms`: look for false alarms: the reference, judged with many seeds and many examples.

Strategy: every pair of a seed and an item of the plan is one task; the pairs are taken in a shuffled order, so that a
campaign that is stopped early has looked at everything alike, and says how far it came. A verdict that is not green is
printed with the command that shows it again.
"""

import argparse
import random
import sys
from itertools import product, repeat
from multiprocessing import get_context
from time import monotonic

from streamgauge.guard import bound_memory
from streamgauge.plan import Plan, make_plan
from streamgauge.quiet import no_folder, quiet_twisted
from streamgauge.run import DEFAULT_EXAMPLES, Options, run_item
from streamgauge.target import load
from streamgauge.verdict import NOT_GREEN

Pair = tuple[int, int]
_plan: Plan | None = None


def _begin(target: str, clauses: list[str]) -> None:
    global _plan  # noqa: PLW0603 - what a process of a pool knows outlives its tasks
    quiet_twisted()
    bound_memory()
    _plan = make_plan(load(target), clauses)


def _judge(task: tuple[Pair, int]) -> str:
    (seed, number), examples = task
    assert _plan is not None
    with no_folder():
        verdict = run_item(_plan.items[number], _plan.subject, Options(examples, seed, shrink=False))
    if verdict.outcome not in NOT_GREEN:
        return ""
    again = f"streamgauge run {_plan.subject.name} --clause {verdict.clause.id} --seed {seed} --examples {examples}"
    return f"{verdict.id} {verdict.outcome.value}: {verdict.violation or verdict.reason}; {again}"


def main() -> int:
    """Run the campaign; 1 if there was an alarm."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.alarms")
    parser.add_argument("clause", nargs="*", help="only these clauses or stems")
    parser.add_argument("--target", default="web2stream", help="what is judged")
    parser.add_argument("--seeds", type=int, default=200, metavar="N", help="seeds, from 1")
    parser.add_argument("--examples", type=int, default=10 * DEFAULT_EXAMPLES, metavar="N", help="examples per clause")
    parser.add_argument("--minutes", type=float, default=0.0, metavar="N", help="stop after this time; 0 goes on")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes")
    options = parser.parse_args()
    items = len(make_plan(load(options.target), options.clause).items)
    pairs = list(product(range(1, options.seeds + 1), range(items)))
    random.Random(0).shuffle(pairs)
    limit = monotonic() + 60 * options.minutes if options.minutes else float("inf")
    alarms = done = 0
    with get_context("spawn").Pool(options.jobs, _begin, (options.target, options.clause)) as pool:
        for told in pool.imap_unordered(_judge, zip(pairs, repeat(options.examples))):
            done += 1
            alarms += bool(told)
            if told:
                print(told, flush=True)
            if monotonic() > limit:
                break
    print(
        f"{done} of {len(pairs)} runs of a clause ({items} items, {options.seeds} seeds), "
        f"{options.examples} examples each: {alarms} alarms"
    )
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main())
