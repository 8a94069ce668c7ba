"""Every broken stream is rejected by the check of the clause it breaks."""

import pytest

from streamgauge.check import checks
from streamgauge.clauses import catalogue
from streamgauge.plan import make_plan
from streamgauge.report_text import failure
from streamgauge.run import Options, run
from streamgauge.verdict import Outcome
from tests.broken import Broken, zoo


@pytest.mark.parametrize("broken", zoo(), ids=lambda broken: f"{broken.clause}-{broken.name}")
def test_its_own_check_rejects_it(broken: Broken) -> None:
    """The check of the broken clause fails, and its report names the clause and the law."""
    report = run(make_plan(broken.build(), [broken.clause]), Options(examples=80, shrink=False))
    failed = report.having(Outcome.FAIL)
    assert failed, [f"{verdict.id} {verdict.outcome.value} {verdict.reason}" for verdict in report.verdicts]
    violation = failed[0].violation
    assert violation is not None
    assert violation.clause == broken.clause or broken.clause.startswith("history_")  # that one names another
    text = failure(failed[0], "streamgauge run broken")
    assert broken.clause in text
    assert violation.promised in text


def test_every_must_clause_has_a_broken_stream() -> None:
    """A MUST clause that no broken stream breaks is a clause whose check nobody has seen fail."""
    shown = {broken.clause for broken in zoo()}
    assert [] == [c.id for c in catalogue().values() if c.level == "MUST" and not c.untestable and c.id not in shown]


def test_every_clause_has_a_check_or_a_reason() -> None:
    """A clause without a check says why none can exist; a check has a clause."""
    known = catalogue()
    assert [] == [c.id for c in known.values() if bool(c.untestable) == (c.id in checks())]
    assert set() == checks().keys() - known.keys()
