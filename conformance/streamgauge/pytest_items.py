"""The items of the pytest plugin: one ordinary Hypothesis test for each clause.

Strategy: an item is a `pytest.Function` around a Hypothesis test with the user's settings, so that seeds, databases,
profiles and statistics work as they do for any other test. Only what a failure looks like is the kit's.
"""

import os
import re
import types
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis.errors import Flaky

from streamgauge.api import Suite
from streamgauge.example import Tally
from streamgauge.plan import Item, Plan
from streamgauge.prerequisites import prerequisites
from streamgauge.pytest_summary import PROPERTY
from streamgauge.report_files import write_script
from streamgauge.report_text import failure
from streamgauge.run import Options, hypothesis_test, run_item, settings_for, unreached
from streamgauge.verdict import Outcome, Verdict
from streamgauge.violation import Violation, WrongUse

_CAUSES: dict[tuple[int, str, str], bool] = {}
"""Whether an item failed, by plan, clause and part: prerequisites are run once, and only when something failed."""


class ClauseItem(pytest.Function):
    """One clause of one subject."""

    @classmethod
    def of(cls, parent: Any, name: str, whole: Plan, item: Item) -> "ClauseItem":
        """Make the item `name[clause]`, or `name[clause-maker]` where a subject has several makers.

        Failures are blamed by the whole plan, of which the items that are collected may be a part.
        """
        part = f"-{item.on}" if item.on and len(whole.subject.makers) > 1 else ""
        tally = Tally()
        test = settings_for(item, hypothesis.settings().max_examples)(
            hypothesis_test(item, whole.subject, Options(), tally)
        )
        made = cls.from_parent(parent, name=f"{name}[{item.clause.id}{part}]", callobj=test)
        made.whole, made.judged, made.tally = whole, item, tally
        if hasattr(made, "_id"):  # pytest 9.2 and later: as it reads ids from its cache, the brackets apart
            made._id = type(made._id).parse(made.nodeid)  # noqa: SLF001 - it makes them itself for its own parameters only
        return made

    whole: Plan
    judged: Item
    tally: Tally
    running = False

    def runtest(self) -> None:
        """Run the check; a clause that was not reached does not pass."""
        self.running = True
        try:
            super().runtest()
        except Flaky:
            if self.tally.last is not None or not self.tally.exercised:
                raise  # else when an answer comes differs from time to time, and that is nobody's business
        finally:
            self.running = False
            outcome, reason = (Outcome.PASS, "") if self.tally.exercised else unreached(self.judged, self.tally)
            told = {
                "subject": self.whole.subject.name,
                "suite": self.nodeid.partition("[")[0],
                "clause": self.judged.clause.id,
                "exercised": self.tally.exercised,
                "withdrawn": outcome is Outcome.NOT_CLAIMED,
            }
            self.user_properties.append((PROPERTY, told))
        if outcome is Outcome.NOT_CLAIMED:
            pytest.skip(f"not claimed: {reason}")
        if outcome is Outcome.NOT_EXERCISED:
            pytest.fail(f"not exercised: {reason}", pytrace=False)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002 - pytest's
        """Write a violation as the kit does; anything else as pytest does."""
        violation = excinfo.value
        if self.running or not isinstance(violation, Violation):  # Hypothesis asks for each failing example
            return super().repr_failure(excinfo)
        if cause := self._cause():
            return f"{self.judged.clause.id}: blocked by {cause}, which fails too and on which it builds"
        violation.smallest = not self.judged.check.heavy and hypothesis.Phase.shrink in hypothesis.settings().phases
        verdict = Verdict(self.judged.clause, self.judged.on, Outcome.FAIL, violation=violation)
        file, colons, rest = self.nodeid.partition("::")
        here = os.path.relpath(self.config.rootpath / file, self.config.invocation_params.dir)
        alone = repr(here + colons + rest)
        if isinstance(self.parent, TargetModule):
            clause = self.judged.clause.id  # -k leaves out the tests that lie here
            alone = f"--streamgauge {self.parent.name} --streamgauge-clause {clause} -k {self.name!r}"
        return failure(verdict, f"pytest {alone}") + self._write_script(verdict)

    def _write_script(self, verdict: Verdict) -> str:
        """Write the script if it is wanted, into a folder of the suite; tell if that cannot be done."""
        folder = self.config.getoption("--streamgauge-scripts")
        if not folder:
            return ""
        suite = re.sub(r"[^\w.-]+", "_", self.nodeid.partition("[")[0])
        try:
            write_script(verdict, Path(self.config.invocation_params.dir, folder, suite))
        except OSError as error:  # raised here it would end the whole session
            return f"\n  no script: cannot write into {folder}: {error.strerror}; expected a folder"
        return ""

    def _cause(self) -> str:
        """Find a prerequisite that fails on the same part of the subject, or what the kind of stream itself lacks."""
        return next((one.clause.id for one in prerequisites(self.whole, self.judged) if self._fails(one)), "")

    def _fails(self, other: Item) -> bool:
        key = (id(self.whole), other.clause.id, other.on)
        if key not in _CAUSES:
            _CAUSES[key] = run_item(other, self.whole.subject, Options()).outcome is Outcome.FAIL
        return _CAUSES[key]

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the test stands: the file of the suite; pytest wants a line where a mark skips it."""
        return self.path, 0, self.name


def suite_items(collector: Any, name: str, suite: Suite) -> list[pytest.Item]:
    """Make the items of a suite found in a test module."""
    try:
        plan, whole = suite.plans()
    except WrongUse as error:
        raise collector.CollectError(f"{name}: {error}") from error
    items: list[pytest.Item] = [ClauseItem.of(collector, name, whole, item) for item in plan.items]
    for item in items:
        for mark in suite.pytestmark:
            item.add_marker(getattr(pytest.mark, mark.name)(*mark.args, **mark.kwargs))
    return items


class TargetModule(pytest.Module):
    """Stands for a subject that no test file names."""

    def _getobj(self) -> types.ModuleType:
        return types.ModuleType(self.name)


def planned(config: pytest.Config, target: str) -> tuple[Plan, Plan]:
    """Make the plan of a target named on the command line, and the whole one.

    Raises:
        UsageError: the target cannot be judged.
    """
    suite = Suite(
        target,
        clauses=config.getoption("--streamgauge-clause"),
        profiles=config.getoption("--streamgauge-profile"),
    )
    try:
        return suite.plans()
    except WrongUse as error:
        raise pytest.UsageError(f"--streamgauge {target}: {error}") from error


def target_items(session: pytest.Session, target: str) -> list[pytest.Item]:
    """Make the items of a target named on the command line.

    Raises:
        UsageError: the target cannot be judged.
    """
    plan, whole = planned(session.config, target)
    module = TargetModule.from_parent(session, name=target, path=session.path / "streamgauge", nodeid=target)
    return [ClauseItem.of(module, target.rpartition(":")[2], whole, item) for item in plan.items]
