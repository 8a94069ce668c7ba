"""The command: `streamgauge run`, `streamgauge clauses`, `streamgauge explain`.

Strategy: thin. It turns arguments into a plan and a report into text and an exit code; bad input becomes one line.
"""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from streamgauge.threads import leave
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
        if options.debug:
            traceback.print_exc()
        else:
            print(f"streamgauge: {error}", file=sys.stderr)
        return Exit.WRONG_USE
    except KeyboardInterrupt:
        print("streamgauge: interrupted; nothing was judged to its end", file=sys.stderr)
        return Exit.INTERRUPTED
    except (Exception, SystemExit, GeneratorExit) as error:
        if options.debug:
            traceback.print_exc()
        else:
            told = f"the kit itself failed: {type(error).__name__}: {error} (see --debug)"
            print(f"streamgauge: {told}", file=sys.stderr)
        return Exit.KIT_ERROR


def process() -> int:
    """Run the command of this process, which a subject's threads shall not keep from its end."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a report may hold what the terminal cannot show
    code = main()
    leave(code)
    return code


def _list(options: argparse.Namespace) -> int:
    from streamgauge.plan import select
    from streamgauge.report_text import explanation

    if options.command == "explain":
        _tell(["\n\n".join(map(explanation, select(options.id)))], sys.stdout)
    else:
        found = select(options.stem, options.profile)
        _tell((f"{one.id:<15} {one.level:<7} {one.profile:<7} {one.title}" for one in found), sys.stdout)
    return Exit.CONFORMS


def _run(options: argparse.Namespace) -> int:
    from streamgauge import report_files as files
    from streamgauge.command import Command
    from streamgauge.descriptors import allow_more
    from streamgauge.guard import bound_memory
    from streamgauge.interrupt import stoppable
    from streamgauge.quiet import no_folder, quiet_twisted, settle_heap, stays

    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - sys.path holds strings
    writers = ((options.json, files.as_json), (options.junit, files.as_junit), (options.html, files.as_html))
    wanted = [(path, write) for path, write in writers if path is not None]
    for path, _ in wanted:
        if not path.parent.is_dir():
            raise WrongUse(_unwritable(path, "there is no such folder"))
    out = sys.stdout  # a subject may put another one in its place
    quiet_twisted()
    bound_memory()
    allow_more()
    with stoppable(), no_folder(), stays():
        command = Command(options)
        settle_heap()
        report = command.judge()
    told, lost = [], []
    for path, write in wanted:
        try:
            path.write_text(write(report), encoding="utf-8")
        except OSError as error:
            lost.append(_unwritable(path, str(error.strerror)))
    if options.scripts is not None:
        try:
            told.append(f"{files.write_scripts(report, options.scripts)} scripts in {options.scripts}")
        except OSError as error:
            lost.append(f"cannot write scripts into {options.scripts}: {error.strerror}; expected a folder")
    _tell([*command.lines(report), *told], out)
    if lost:
        raise WrongUse("; ".join(lost))
    return report.exit


def _unwritable(path: Path, why: str) -> str:
    return f"cannot write {path}: {why}; expected a file name in a folder that exists"


def _tell(lines: Iterable[str], out: TextIO) -> None:
    """Print; who reads no more, as `head`, has seen enough, and the verdict stands."""
    try:
        for text in lines:
            print(text, file=out)
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except (OSError, ValueError) as error:
        raise WrongUse(f"cannot print ({error}); expected a standard output that is open") from error
