"""The command: `streamgauge run`, `streamgauge clauses`, `streamgauge explain`.

Strategy: thin. It turns arguments into a plan and a report into text and an exit code; bad input becomes one line.
"""

import argparse
import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from streamgauge.threads import leave
from streamgauge.verdict import Exit
from streamgauge.violation import WrongUse


class _Parser(argparse.ArgumentParser):
    """Tells what is wrong with the arguments in one line; all of them stand in the help."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="streamgauge",
        allow_abbrev=False,
        description="Judge implementations of Twisted's stream abstraction against its clauses.",
    )
    parser.add_argument("--debug", action="store_true", help="show tracebacks of wrong use and kit errors")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="judge a module, or a maker named package.module:maker", allow_abbrev=False)
    run.add_argument("target", help="package.module (offers the historical names) or package.module:maker")
    run.add_argument(
        "--clause", action="append", default=[], metavar="ID", help="only this clause or stem (repeatable)"
    )
    run.add_argument("--profile", action="append", default=[], metavar="NAME", help="core, compat, robust or cost")
    run.add_argument("--examples", type=_count, default=None, metavar="N", help="examples per clause (default 40)")
    run.add_argument("--seed", type=int, default=0, metavar="N", help="repeat the run of this seed (default 0)")
    run.add_argument(
        "--watchdog", type=_seconds, default=20.0, metavar="SECONDS", help="longest wait that never gets quiet"
    )
    run.add_argument("--jobs", type=_count, default=1, metavar="N", help="judge in N processes (default 1)")
    run.add_argument("--first", action="store_true", help="stop at the first failure")
    run.add_argument("--no-shrink", action="store_true", help="show the first counterexample found, not the smallest")
    run.add_argument("--verbose", "-v", action="store_true", help="a line for every clause")
    run.add_argument(
        "--expectations", type=Path, metavar="FILE", help="known failures (default: streamgauge.toml here)"
    )
    run.add_argument("--update-expectations", action="store_true", help="write what failed into that file")
    run.add_argument("--json", type=Path, metavar="FILE", help="write everything as JSON")
    run.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML")
    run.add_argument("--html", type=Path, metavar="FILE", help="write a page")
    run.add_argument("--scripts", type=Path, metavar="FOLDER", help="write a kit-free script for every failure")
    run.add_argument("--cover", action="append", default=[], metavar="PKG", help="tell which clauses reach its lines")
    run.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    listing = commands.add_parser("clauses", help="list the clauses", allow_abbrev=False)
    listing.add_argument("stem", nargs="*", help="only these stems or ids")
    listing.add_argument("--profile", action="append", default=[], metavar="NAME")
    explain = commands.add_parser("explain", help="say everything about a clause", allow_abbrev=False)
    explain.add_argument("id", nargs="+", help="clause ids or stems")
    return parser


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number, 1 or more, not {text!r}")
    return number


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.1 <= number <= 86_400:
        raise argparse.ArgumentTypeError(f"expected seconds, 0.1 to 86400, not {text!r}")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: the command line; that of the process by default.

    Returns:
        0 conforms, 1 does not, 2 wrong usage, 3 kit error, 130 interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.command == "run":
            return _run(options)
        return _list(options)
    except WrongUse as error:
        _complain(str(error), whole=options.debug)
        return Exit.WRONG_USE
    except KeyboardInterrupt:
        _complain("interrupted; nothing was judged to its end")
        return Exit.INTERRUPTED
    except (Exception, SystemExit, GeneratorExit) as error:
        code, told = _unforeseen(error)
        _complain(told, whole=options.debug)
        return code


def _complain(told: str, *, whole: bool = False) -> None:
    """Print one line, or the whole traceback instead; where that cannot be printed, the exit code has to do."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(traceback.format_exc() if whole else f"streamgauge: {told}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):  # what is left of it cannot be written at the end either
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _unforeseen(error: BaseException) -> tuple[Exit, str]:
    """Say whose fault an error is that nobody has foreseen."""
    if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
        return Exit.WRONG_USE, "no descriptor is left, the subject keeps them all open; mend that first"
    return Exit.KIT_ERROR, f"the kit itself failed: {type(error).__name__}: {error} (see --debug)"


def process() -> int:
    """Run the command of this process, which a subject's threads shall not keep from its end."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a report may hold what the terminal cannot show
    code = main()
    leave(code)
    return code


def _list(options: argparse.Namespace) -> int:
    from streamgauge.output import tell
    from streamgauge.plan import select
    from streamgauge.report_text import explanation

    if options.command == "explain":
        tell(["\n\n".join(map(explanation, select(options.id)))], sys.stdout)
    else:
        found = select(options.stem, options.profile)
        tell((f"{one.id:<15} {one.level:<7} {one.profile:<7} {one.title}" for one in found), sys.stdout)
    return Exit.CONFORMS


def _run(options: argparse.Namespace) -> int:
    try:
        sys.path.insert(0, os.getcwd())  # noqa: PTH109 - sys.path holds strings
    except FileNotFoundError as error:
        raise WrongUse("the working directory is gone; expected one that exists") from error
    from streamgauge import report_files as files
    from streamgauge.command import Command
    from streamgauge.descriptors import allow_more
    from streamgauge.guard import bound_memory
    from streamgauge.interrupt import stoppable
    from streamgauge.output import check_places, own_output, tell, write_files
    from streamgauge.quiet import no_folder, quiet_twisted, settle_heap, stays

    writers = ((options.json, files.as_json), (options.junit, files.as_junit), (options.html, files.as_html))
    wanted = [(path, write) for path, write in writers if path is not None]
    check_places(wanted, options.scripts)
    out = own_output()
    quiet_twisted()
    bound_memory()
    allow_more()
    with stoppable(), no_folder(), stays():
        command = Command(options)
        settle_heap()
        report = command.judge()
    told, lost = write_files(report, wanted, options.scripts)
    tell([*command.lines(report), *told], out)
    if lost:
        raise WrongUse("; ".join(lost))
    return report.exit
