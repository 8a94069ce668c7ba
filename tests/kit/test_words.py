"""What a failure says: somebody who has never seen the kit understands its words."""

import contextlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.protocol import Factory

import web2stream
from streamgauge.checks.consume_raw import raw_told
from streamgauge.checks.generator_parts import WORDS, Plan, plan_told
from streamgauge.checks.history_bridges import passing_told
from streamgauge.plan import make_plan
from streamgauge.report_text import failure
from streamgauge.run import Options, run
from streamgauge.script import Script, Step
from streamgauge.subject import Subject
from streamgauge.target import subject
from streamgauge.timeline import Timeline, show
from streamgauge.verdict import Outcome
from streamgauge.violation import Violation
from tests.broken import port, zoo
from tests.kit.right_wrapping import Passing
from tests.kit.test_reproducers import printed_by


def violation_of(judged: Subject, clause: str, *, shrink: bool = False) -> Violation:
    """Fail a clause, and give how."""
    failed = run(make_plan(judged, [clause]), Options(examples=80, shrink=shrink)).having(Outcome.FAIL)
    assert failed[0].violation is not None
    return failed[0].violation


class Returning(Passing):
    """It gives an error as if it were data."""

    def read(self) -> Any:
        """Give what came, whatever that is."""
        try:
            answer = super().read()
        except Exception as error:
            return error
        return answer.addErrback(lambda failure: failure.value) if hasattr(answer, "addErrback") else answer


def test_an_error_that_is_given_differs_from_one_that_is_raised() -> None:
    """Promised and seen are two texts, and the timeline has that of what was seen."""
    violation = violation_of(subject(Returning, wraps=True), "stream_06")
    assert "fails with SourceError('the source fails here')" == violation.promised
    assert "gives the object SourceError('the source fails here')" == violation.seen
    assert "the object SourceError('the source fails here')" in violation.timeline.splitlines()[-1]


class Plain:
    """A stream that needs no source to give an error as if it were data."""

    def __init__(self, data: bytes) -> None:
        self._answers: list[object] = [data, ValueError("given")]

    def read(self) -> object:
        """Give the next."""
        return self._answers.pop(0) if self._answers else None

    def close(self) -> None:
        """Give no more."""
        self._answers.clear()


def test_a_script_tells_them_apart_too() -> None:
    """What a script prints of an error that is given is not its bare message."""
    script = violation_of(subject(Plain), "stream_02").script
    printed = printed_by(script.replace("from tests.kit.test_words import Plain\n", ""), {"Plain": Plain}, None)
    assert "s.read()  -> the object ValueError('given')\n" in printed


class Mute:
    """Hides from a protocol that it raised: it is told of a clean end."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)

    def dataReceived(self, data: bytes) -> None:
        """Swallow what is raised."""
        with contextlib.suppress(Exception):
            self._made.dataReceived(data)


def connect_mutely(stream: Any, factory: Any) -> Any:
    """Connect as connectStream does, but swallow what dataReceived raises."""
    hiding = Factory()
    hiding.buildProtocol = lambda addr: Mute(factory.buildProtocol(addr))  # type: ignore[method-assign]
    return web2stream.connectStream(stream, hiding)


def test_a_call_that_raises_is_said_to() -> None:
    """The timeline says who raises what, and the script raises that very error."""
    judged = port(connectStream=connect_mutely)
    violation = violation_of(judged, "consume_86", shrink=True)
    assert "Failure of PeerError('the protocol fails here')" in violation.promised
    assert "dataReceived(b'a') is called, and raises PeerError('the protocol fails here')" in violation.timeline
    assert judged.port is not None
    printed = printed_by(violation.script, {"__name__": "reproducer"}, judged.port.module)
    assert "(protocol.dataReceived(...): raise PeerError('the protocol fails here'))" in printed
    assert "class PeerError(" in violation.script
    assert "RuntimeError" not in violation.script.partition("def step(")[2]


@pytest.mark.parametrize(("shrink", "head"), [(True, "timeline (smallest found):"), (False, "timeline (first found):")])
def test_only_a_shrunk_counterexample_is_called_the_smallest(shrink: bool, head: str) -> None:
    """The heading of the timeline says how it was found."""
    report = run(make_plan(subject(Plain), ["stream_02"]), Options(examples=20, shrink=shrink))
    assert head in failure(report.having(Outcome.FAIL)[0], "again")


@pytest.mark.parametrize(("count", "told"), [(25, "... 1 move ..."), (26, "... 2 moves ...")])
def test_what_a_timeline_leaves_out_is_counted(count: int, told: str) -> None:
    """One move is no moves."""
    timeline = Timeline()
    for number in range(count):
        timeline.call(f"move{number}")
    assert told in timeline.render()


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        (3, "source gives [b'ab'], length 5: 3 more than it gives"),
        (-1, "source gives [b'ab'], length 1: 1 fewer than it gives"),
        (0, "source gives [b'ab']"),
    ],
)
def test_a_source_that_tells_a_wrong_length_is_said_to(lie: int, told: str) -> None:
    """The length it tells, and how that is wrong."""
    assert told == Script((Step(b"ab"),), lie=lie).told("source")


def broken_timeline(clause: str, name: str) -> str:
    """Fail a broken stream's clause, and give the timeline."""
    return violation_of(next(one for one in zoo() if (one.clause, one.name) == (clause, name)).build(), clause).timeline


def test_what_a_raw_file_takes_is_said_in_words() -> None:
    """Its arguments mean something to the kit alone."""
    timeline = broken_timeline("consume_48", "BlockedIsWritten")
    assert "# out = RawFile([None, " in timeline
    assert "]): a raw file whose writes take nothing (they give None: it would block)" in timeline


@pytest.mark.parametrize(
    ("takes", "blocks", "told"),
    [
        ([], 3, "nothing (they give None: it would block) 3 times, then all"),
        ([0, 1, 1, 2], 0, "nothing (they give 0), then at most 1 byte 2 times, then at most 2 bytes, then all"),
    ],
)
def test_writes_that_take_a_part_are_told_in_order(takes: list[int | None], blocks: int, told: str) -> None:
    """What comes several times is counted."""
    assert f"a raw file whose writes take {told}" == raw_told(takes, blocks)


def test_what_a_generator_does_is_said_in_words() -> None:
    """Each move of the plan."""
    told = "a generator function that waits for its input, then yields b'a', then raises ArithmeticError"
    assert told == plan_told("wait", (b"a",), "fail")
    assert "a generator function that returns at once" == plan_told()
    assert "a generator function that waits for a piece and yields it, then raises ArithmeticError" == passing_told(
        "pass", "fail"
    )


def test_every_move_of_a_generator_has_words() -> None:
    """None is left that only the kit knows."""
    known = re.findall(r'"(\w+)"', inspect.getdoc(Plan) or "")
    assert known
    assert set(known) == set(WORDS)


@pytest.mark.parametrize(
    ("clause", "told"),
    [
        ("generator_09", "): a generator function that keeps the further arguments"),
        ("history_07", "): a generator function that "),
    ],
)
def test_a_helper_is_said_in_words(clause: str, told: str) -> None:
    """What stands in the timeline only by its name."""
    name = next(one.name for one in zoo() if one.clause == clause)
    assert told in broken_timeline(clause, name)


def test_a_full_stack_reads_the_same_wherever_it_is_met() -> None:
    """Python adds what was done when the stack was full, which depends on how deep it was before."""
    errors = [RecursionError(f"maximum recursion depth exceeded{more}") for more in ("", " in comparison", " while it")]
    assert {"RecursionError('maximum recursion depth exceeded')"} == set(map(show, errors))


def test_a_temporary_file_reads_the_same_in_each_run(tmp_path: Path) -> None:
    """The folder in which the kit made it is left out."""
    folder = tmp_path / "streamgauge-x1_y2z3"
    folder.mkdir()
    with (folder / "content").open("wb") as f:
        assert "<_io.BufferedWriter name='content'>" == show(f)


def test_an_event_that_is_too_long_is_cut() -> None:
    """Its begin and its end are told."""
    timeline = Timeline()
    timeline.note(f"source gives [{'piece, ' * 500}end]")
    (line,) = timeline.render().splitlines()
    assert line.startswith("  # source gives [piece, piece, ")
    assert " ... " in line
    assert line.endswith("piece, end]")
    assert 420 > len(line)
