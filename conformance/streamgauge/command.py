"""What `streamgauge run` does between its arguments and its output.

Strategy: one small object holds the plan, the expectations and the seed; judging gives a report, the report its
lines.
"""

import argparse
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from streamgauge.clauses import catalogue
from streamgauge.expectations import apply, examples_of
from streamgauge.expectations_read import find_file, load_expectations
from streamgauge.expectations_write import check_update, update
from streamgauge.plan import Plan, make_plan
from streamgauge.quiet import same_folder
from streamgauge.report_text import failure, failures_last, line, summary
from streamgauge.run import DEFAULT_EXAMPLES, Options, in_turn, run
from streamgauge.target import load
from streamgauge.verdict import NOT_GREEN, Outcome, Report, Verdict
from streamgauge.violation import WrongUse


class Command:
    """One run of the command.

    Args:
        options: the parsed arguments of `run`.

    Raises:
        WrongUse: the target, a clause, a profile or the expectations file is unusable.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        if options.cover and options.jobs > 1:
            raise WrongUse("--cover measures in one process; expected no --jobs with it")
        self._given = options
        self._file: Path | None = options.expectations or find_file(Path.cwd())
        with same_folder():
            subject = load(options.target, options.watchdog)
            self._plan = make_plan(subject, options.clause, options.profile)
            self._whole = make_plan(subject, profiles=options.profile) if options.clause else None
        self._updated: Path | None = None
        if options.update_expectations:
            self._file = self._updated = self._file or Path("streamgauge.toml")
            check_update(self._updated)
        mending = self._updated is not None
        self._expected = load_expectations(self._file, options.target, mending=mending) if self._file else []
        self._examples: int = options.examples or DEFAULT_EXAMPLES
        self._after: list[str] = []

    def judge(self) -> Report:
        """Run the plan and judge it by the expectations."""
        stored = examples_of(self._expected)
        watchdog = self._given.watchdog
        shrink = not self._given.no_shrink
        settings = Options(self._examples, self._given.seed, watchdog, stored, shrink, guard=watchdog / 2)
        report = self._run(settings)
        if self._updated is not None and not report.stopped:
            report = self._update(self._updated, report)
        partial = bool(self._given.clause or self._given.profile or self._given.first or report.stopped)
        judged = {verdict.id for verdict in report.verdicts} | {verdict.clause.id for verdict in report.verdicts}
        known = catalogue()
        asked = [
            entry
            for entry in self._expected
            if not partial or entry.clause in judged or entry.clause.partition("[")[0] not in known
        ]
        return apply(report, asked, date.today())

    def _update(self, path: Path, report: Report) -> Report:
        target = self._given.target
        try:
            count = update(path, report, target)
            self._expected = load_expectations(path, target, mending=True)
        except WrongUse as error:  # met after judging, it must not keep the report back
            return replace(report, notes=(*report.notes, f"expectations not updated: {error}"))
        self._after.append(f"{path}: {count} expectation{'' if count == 1 else 's'} about {target}")
        return report

    def _run(self, settings: Options) -> Report:
        given = self._given
        if given.cover:
            from streamgauge.cover import Cover

            with Cover(given.cover) as cover, same_folder():
                report = run(self._plan, settings, in_turn(self._plan, settings, cover.begin), first=given.first)
            self._after += cover.lines()
            return report
        jobs = min(given.jobs, len(self._plan.items))
        if jobs < 2:
            with same_folder():
                return run(self._plan, settings, first=given.first, whole=self._whole)
        from streamgauge.jobs import in_parallel

        def besides(plan: Plan) -> Generator[Verdict, None, None]:
            assert self._whole is not None
            numbers = [self._whole.items.index(item) for item in plan.items]
            return in_parallel(given.target, (), given.profile, numbers, settings, min(jobs, len(numbers)))

        numbers = range(len(self._plan.items))
        with closing(in_parallel(given.target, given.clause, given.profile, numbers, settings, jobs)) as verdicts:
            return run(self._plan, settings, verdicts, first=given.first, whole=self._whole, judge=besides)

    def lines(self, report: Report) -> Iterator[str]:
        """Write the report for a terminal."""
        for verdict in failures_last(report.verdicts):
            if self._given.verbose or verdict.outcome in NOT_GREEN or verdict.outcome is Outcome.XFAIL:
                yield line(verdict)
        for verdict in report.having(Outcome.FAIL):
            yield "\n" + failure(verdict, self._again(verdict))
        yield from self._after
        yield "\n" + summary(report)

    def _again(self, verdict: Verdict) -> str:
        again = f"streamgauge run {self._given.target} --clause {verdict.clause.id} --seed {self._given.seed}"
        return again + (f" --examples {self._given.examples}" if self._given.examples else "")
