"""Judging in several processes: the same verdicts, sooner.

Strategy: each process loads the target for itself and judges the items whose numbers it is given, so that nothing of a
subject, an open reactor least of all, is shared. Verdicts come back in the order of the plan; the number of processes
changes nothing else.
"""

import os
import sys
import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.util import Finalize

from streamgauge.descriptors import allow_more
from streamgauge.guard import bound_memory
from streamgauge.plan import Plan, make_plan
from streamgauge.quiet import no_folder, quiet_twisted, settle_heap, stays
from streamgauge.run import Options, run_item
from streamgauge.target import load
from streamgauge.threads import leave
from streamgauge.verdict import Verdict
from streamgauge.violation import WrongUse

_plan: Plan | None = None
"""The plan of this process."""

_bites: list[str] = []
"""The items of this process that had to be ended."""


def begin(
    target: str,
    wanted: Sequence[str],
    profiles: Sequence[str] = (),
    folder: str | None = None,
    patience: float = 0.0,
) -> None:
    """Make a process ready to judge items of a target's plan; called once in each, before `judge`.

    Args:
        target: what the command line names.
        wanted: clause ids or stems; all if empty.
        profiles: profiles; all if empty.
        folder: where its temporary files go, so that another process can remove them if this one dies.
        patience: seconds of the processor that loading the target may take; 0 for ever.
    """
    global _plan  # noqa: PLW0603 - what a process of a pool knows outlives its tasks
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - sys.path holds strings
    tempfile.tempdir = folder or tempfile.tempdir
    quiet_twisted()
    bound_memory()
    allow_more()
    Finalize(None, leave, args=(0,), exitpriority=0)
    with stays():
        _plan = make_plan(load(target, patience), wanted, profiles)
    settle_heap()


def judge(number: int, options: Options) -> Verdict:
    """Judge the item of this number of the process's plan."""
    assert _plan is not None
    with no_folder(), stays():
        return run_item(_plan.items[number], _plan.subject, replace(options, bites=_bites))


def in_parallel(
    target: str, wanted: Sequence[str], profiles: Sequence[str], numbers: Sequence[int], options: Options, jobs: int
) -> Generator[Verdict, None, None]:
    """Judge items of a target's plan in processes of their own.

    Args:
        target: what the command line names.
        wanted: clause ids or stems; all if empty.
        profiles: profiles; all if empty.
        numbers: the items' places in the plan, from 0.
        options: as for one process.
        jobs: how many processes.

    Yields:
        The verdicts, in the order of the numbers.

    Raises:
        WrongUse: the subject ended a process, or the system has none to give.
    """
    with tempfile.TemporaryDirectory(prefix="streamgauge-") as folder:
        given = (target, wanted, profiles, folder, options.watchdog)
        try:
            pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=begin, initargs=given)
        except OSError as error:
            raise WrongUse(f"no processes can be had ({error}); --jobs 1 needs none") from error
        done = 0
        try:
            for verdict in pool.map(partial(judge, options=options), numbers):
                done += 1
                yield verdict
        except BrokenProcessPool as error:
            raise WrongUse(
                f"a process that judged {target} died after {done} of {len(numbers)} verdicts; "
                "a subject has to leave the process alone: --jobs 1 -v tells how far it comes"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)
