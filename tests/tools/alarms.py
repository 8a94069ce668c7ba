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

from streamgauge.jobs import begin, judge
from streamgauge.plan import make_plan
from streamgauge.run import DEFAULT_EXAMPLES, Options
from streamgauge.target import load
from streamgauge.verdict import NOT_GREEN

Pair = tuple[int, int]


def _alarm(task: tuple[str, Pair, int]) -> str:
    """Judge an item with a seed; tell what is not green, and how to see it again."""
    target, (seed, number), examples = task
    verdict = judge(number, Options(examples, seed, shrink=False))
    if verdict.outcome not in NOT_GREEN:
        return ""
    again = f"streamgauge run {target} --clause {verdict.clause.id} --seed {seed} --examples {examples}"
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
    with get_context("spawn").Pool(options.jobs, begin, (options.target, options.clause)) as pool:
        for told in pool.imap_unordered(_alarm, zip(repeat(options.target), pairs, repeat(options.examples))):
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
