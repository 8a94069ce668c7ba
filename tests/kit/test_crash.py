"""Crashes: an error that a subject's code did not mean is known by its place, and is one fault wherever it is met."""

from typing import Any

import pytest
from twisted.internet.defer import Deferred, fail

import web2stream
from streamgauge.answers import Failed, answer_of
from streamgauge.content import brief
from streamgauge.crash import crash_of, place_of
from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.verdict import Outcome
from tests.broken import port


def missing() -> Any:
    return object().nothing  # type: ignore[attr-defined]


def index() -> Any:
    return list[int]()[0]


def meant() -> Any:
    raise TypeError("a stream of bytes is wanted")


def refused() -> Any:
    raise ValueError


def raised(function: Any) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its type is what the test asks for afterwards
        function()
    return caught.value


def unfounded() -> Any:
    assert not index.__name__


@pytest.mark.parametrize("function", [missing, index, unfounded])
def test_what_python_raises_is_known_by_its_line(function: Any) -> None:
    error = raised(function)
    line = function.__code__.co_firstlineno + 1
    assert f"{type(error).__name__} in line {line} of {__file__}" == crash_of(error)


class Halfmade:
    def read(self) -> Any:
        return self.kept  # type: ignore[attr-defined]

    def close(self) -> Any:
        self.kept.clear()  # type: ignore[attr-defined]


def test_a_missing_attribute_is_one_fault_wherever_it_is_missed() -> None:
    """What a constructor forgot is met by every method."""
    own = Halfmade()
    assert ["AttributeError: a Halfmade has no kept"] * 2 == [crash_of(raised(own.read)), crash_of(raised(own.close))]


@pytest.mark.parametrize("function", [meant, refused])
def test_what_a_subject_raises_is_an_answer(function: Any) -> None:
    error = raised(function)
    assert "" == crash_of(error)
    assert f"{type(error).__name__} in line {function.__code__.co_firstlineno + 1} of {__file__}" == place_of(error)


def test_an_error_of_the_kit_is_no_crash() -> None:
    """It comes up in the kit's own file, whoever called it."""
    assert "" == crash_of(raised(lambda: brief(None)))  # type: ignore[arg-type]
    assert "" == crash_of(AttributeError("never raised"))
    assert "" == place_of(raised(lambda: brief(None)))  # type: ignore[arg-type]
    assert "" == place_of(ValueError("never raised"))


def test_a_deferred_that_cleaned_its_failure_keeps_the_place() -> None:
    """Twisted takes the traceback from an error that nobody has asked for yet."""
    error = raised(missing)
    place = crash_of(error)
    deferred: Deferred[None] = fail(error)
    answers: list[Any] = []
    deferred.addErrback(lambda failure: answers.append(answer_of(failure)))
    assert [Failed(error)] == answers
    assert [place] == [answer.crash for answer in answers]


class Reluctant(web2stream.ProcessStreamer):
    """Its run refuses every run, and what it writes to is as right as ever."""

    def run(self) -> Any:
        raise RuntimeError("it runs only once")


def test_one_refusal_is_one_fault() -> None:
    """Raised on purpose, but asked for by no clause: that of `run` stands for what it lets nobody see."""
    plan = make_plan(port(ProcessStreamer=Reluctant), ["process_02", "process_03", "process_07"])
    report = run(plan, Options(examples=4, shrink=False))
    assert ["process_07"] == [verdict.id for verdict in report.having(Outcome.FAIL)]
    assert ["process_02", "process_03"] == sorted(verdict.id for verdict in report.having(Outcome.BLOCKED))


class Strict(web2stream.MemoryStream):
    """It refuses an impossible point, and forgets what it holds."""

    def split(self, point: Any) -> Any:
        try:
            return super().split(point)
        except ValueError:
            self.length = 0
            raise


def test_an_error_that_was_asked_for_names_no_fault() -> None:
    """The refusal is right; what is wrong was seen afterwards, and has nothing to do with its line."""
    plan = make_plan(port(MemoryStream=Strict), ["bytestream_10"])
    failed = run(plan, Options(examples=20, shrink=False)).having(Outcome.FAIL)
    assert "bytestream_10[MemoryStream]" in [verdict.id for verdict in failed]
    assert {""} == {verdict.violation.crash for verdict in failed if verdict.violation is not None}


class Forgetful(web2stream.CompoundStream):
    """It lacks an attribute that every read wants."""

    def _next(self) -> None:
        self.missing.append(1)  # type: ignore[attr-defined]

    def read(self, sendfile: bool = False) -> Any:
        self._next()
        return super().read(sendfile)


def at_once(function: Any) -> Any:
    """Convert a generator function that is run to its end when its stream is made."""

    def convert(stream: Any) -> Any:
        items = list(function(stream))
        return web2stream.generatorToStream(lambda _: iter(items))(stream)

    return convert


def test_a_checks_own_interrupt_does_not_stop_the_command() -> None:
    """It comes out of another call than it should: that fails the clause, and what follows is judged too."""
    plan = make_plan(port(generatorToStream=at_once), ["generator_30", "generator_31"])
    report = run(plan, Options(examples=20, shrink=False))
    assert not report.stopped
    assert ["generator_30"] == [verdict.id for verdict in report.verdicts if verdict.outcome is Outcome.FAIL][:1]
    assert 2 == len(report.verdicts)


def test_one_crash_is_one_fault() -> None:
    """Dozens of clauses read a CompoundStream; the report names the first, and the others are blocked by it."""
    plan = make_plan(port(CompoundStream=Forgetful), ["stream", "bytestream", "compound"])
    report = run(plan, Options(examples=4, shrink=False))
    failed = report.having(Outcome.FAIL)
    assert ["stream_02[CompoundStream]"] == [verdict.id for verdict in failed]
    assert failed[0].violation is not None
    assert "AttributeError" in failed[0].violation.crash
    assert 40 < len(report.having(Outcome.BLOCKED))
