"""The command: `streamgauge run`, `streamgauge clauses`, `streamgauge explain`.

Strategy: thin. It turns arguments into a plan and a report into text and an exit code; bad input becomes one line.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from streamgauge.verdict import Exit
from streamgauge.violation import WrongUse


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="streamgauge",
        description="Judge implementations of Twisted's stream abstraction against its clauses.",
    )
    parser.add_argument("--debug", action="store_true", help="show tracebacks of wrong use and kit errors")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="judge a module, or a maker named package.module:maker")
    run.add_argument("target", help="package.module (offers the historical names) or package.module:maker")
    run.add_argument(
        "--clause", action="append", default=[], metavar="ID", help="only this clause or stem (repeatable)"
    )
    run.add_argument("--profile", action="append", default=[], metavar="NAME", help="core, compat, robust or cost")
    run.add_argument("--examples", type=_count, default=None, metavar="N", help="examples per clause (default 40)")
    run.add_argument("--seed", type=int, default=0, metavar="N", help="repeat the run of this seed (default 0)")
    run.add_argument(
        "--watchdog", type=float, default=20.0, metavar="SECONDS", help="longest wait that never gets quiet"
    )
    run.add_argument("--verbose", "-v", action="store_true", help="a line for every clause")
    run.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    listing = commands.add_parser("clauses", help="list the clauses")
    listing.add_argument("stem", nargs="*", help="only these stems or ids")
    listing.add_argument("--profile", action="append", default=[], metavar="NAME")
    explain = commands.add_parser("explain", help="say everything about a clause")
    explain.add_argument("id", nargs="+", help="clause ids or stems")
    return parser


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a number of examples, 1 or more, not {text!r}")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: the command line; that of the process by default.

    Returns:
        0 conforms, 1 does not, 2 wrong usage, 3 kit error.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.command == "run":
            return _run(options)
        return _list(options)
    except WrongUse as error:
        if options.debug:
            raise
        print(f"streamgauge: {error}", file=sys.stderr)
        return Exit.WRONG_USE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.KIT_ERROR
    except Exception as error:
        if options.debug:
            raise
        print(
            f"streamgauge: the kit itself failed: {type(error).__name__}: {error} (see --debug)",
            file=sys.stderr,
        )
        return Exit.KIT_ERROR


def _list(options: argparse.Namespace) -> int:
    from streamgauge.plan import select
    from streamgauge.report_text import explanation

    if options.command == "explain":
        print("\n\n".join(map(explanation, select(options.id))))
        return Exit.CONFORMS
    for clause in select(options.stem, options.profile):
        print(f"{clause.id:<15} {clause.level:<7} {clause.profile:<7} {clause.title}")
    return Exit.CONFORMS


def _run(options: argparse.Namespace) -> int:
    from streamgauge.plan import make_plan
    from streamgauge.quiet import quiet_twisted
    from streamgauge.report_text import failure, line, summary
    from streamgauge.run import DEFAULT_EXAMPLES, Options, run
    from streamgauge.target import load
    from streamgauge.verdict import NOT_GREEN, NOT_RUN, Outcome

    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - sys.path holds strings
    quiet_twisted()
    examples = options.examples or DEFAULT_EXAMPLES
    plan = make_plan(load(options.target), options.clause, options.profile)
    report = run(plan, Options(examples, options.seed, options.watchdog))
    for verdict in report.verdicts:
        if options.verbose or verdict.outcome in NOT_GREEN:
            print(line(verdict))
        elif verdict.outcome in NOT_RUN and plan.subject.port is None and not options.verbose:
            continue
    for verdict in report.having(Outcome.FAIL):
        again = f"streamgauge run {options.target} --clause {verdict.clause.id} --seed {options.seed}"
        again += f" --examples {examples}" if options.examples else ""
        print("\n" + failure(verdict, again))
    print("\n" + summary(report))
    return report.exit
