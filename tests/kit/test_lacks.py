"""What is optional and lacking is not claimed; what nothing lacks and no example reaches is no pass."""

import re
from dataclasses import replace
from typing import Any

import pytest

from streamgauge.plan import make_plan
from streamgauge.run import Options, run
from streamgauge.subject import Subject
from streamgauge.verdict import Exit, Outcome, Report
from tests.broken import port
from tests.broken.buffered_parts import queueing
from tests.broken.generator_parts import conversion
from tests.broken.generator_wrong import Passing
from tests.kit.right_connect import connect_stream
from tests.kit.right_consume import read_and_discard, read_into_file, read_stream
from tests.kit.right_file import Copying
from tests.kit.right_generator import converted
from tests.kit.right_process import ProcessStreamer
from web2stream._bytequeue import ByteQueue


def _reads(stream: Any, gotDataCallback: Any) -> Any:
    return read_stream(stream, gotDataCallback)


def _discards(stream: Any) -> Any:
    return read_and_discard(stream)


def _writes(stream: Any, outFile: Any) -> Any:
    return read_into_file(stream, outFile)


def _connects(inputStream: Any, factory: Any) -> Any:
    return connect_stream(inputStream, factory)


class _Runs(ProcessStreamer):
    def __init__(self, inputStream: Any, program: Any, args: Any, env: Any = None) -> None:
        super().__init__(inputStream, program, args, env)


class _Matching(ByteQueue):
    """Finds by a regular expression."""

    def find(self, needle: bytes, begin: int, end: int | None) -> int:
        match = re.compile(re.escape(needle)).search(bytes(self), begin, len(self) if end is None else end)
        return match.start() if match else -1


PLAIN: dict[str, Any] = {
    "readStream": _reads, "readAndDiscard": _discards, "readIntoFile": _writes, "connectStream": _connects,
    "ProcessStreamer": _Runs, "generatorToStream": converted, "FileStream": Copying,
    "BufferedStream": queueing(_Matching),
}  # fmt: skip
"""Right ones, without what is optional."""

LACKS = {
    "consume_96": "readStream takes no `reactor`",
    "consume_100": "readAndDiscard takes no `reactor`",
    "consume_101": "readIntoFile takes no `reactor`",
    "consume_102": "connectStream takes no `reactor`",
    "consume_105": "the transport has no `abortConnection`",
    "consume_106": "`readConnectionLost` is never called",
    "buffered_69": "the search is not to be seen: no method of bytes or bytearray, or no Python source",
    "process_60": "ProcessStreamer takes no `reactor`",
    "generator_32": "the stream has no `length`",
    "generator_33": "the stream has no `split`",
    "sendfile_17": "no read gives a SendfileBuffer that can be turned into bytes",
}


def _run(subject: Subject, *clauses: str) -> Report:
    return run(make_plan(subject, clauses), Options(examples=8))


@pytest.mark.parametrize(("clause", "reason"), LACKS.items(), ids=LACKS)
def test_what_is_optional_and_lacking_is_not_claimed(clause: str, reason: str) -> None:
    report = _run(port(**PLAIN), clause)
    (verdict,) = report.verdicts
    assert (Outcome.NOT_CLAIMED, 0, reason) == (verdict.outcome, verdict.exercised, verdict.reason)
    assert Exit.CONFORMS is report.exit


@pytest.mark.parametrize("clause", LACKS)
def test_what_is_optional_and_there_is_judged(clause: str) -> None:
    (verdict,) = _run(port(plus=" ".join(PLAIN)), clause).verdicts
    assert (Outcome.PASS, "") == (verdict.outcome, verdict.reason)
    assert verdict.exercised


def test_a_reader_that_is_not_interrupted_inside_its_call_claims_nothing_of_it() -> None:
    def in_a_turn(stream: Any, gotDataCallback: Any) -> Any:
        from twisted.internet import reactor, task

        return task.deferLater(reactor, 0, read_stream, stream, gotDataCallback)

    (verdict,) = _run(port(readStream=in_a_turn), "consume_20").verdicts
    assert (Outcome.NOT_CLAIMED, 0) == (verdict.outcome, verdict.exercised)
    assert verdict.reason == "nothing that the kit interrupts is called inside the call"


@pytest.mark.parametrize("clause", ["generator_14", "generator_39"])
def test_a_generator_that_is_closed_when_its_input_fails_catches_nothing(clause: str) -> None:
    (verdict,) = _run(port(generatorToStream=conversion(Passing)), clause).verdicts
    assert (Outcome.NOT_CLAIMED, 0) == (verdict.outcome, verdict.exercised)
    assert verdict.reason == "the error of its input is not raised in the generator, which is closed instead"


@pytest.mark.parametrize("clause", ["consume_47", "consume_48", "consume_49"])
def test_a_reader_that_ignores_what_write_returns_claims_nothing_of_raw_files(clause: str) -> None:
    def plainly(stream: Any, outFile: Any) -> Any:
        return read_stream(stream, outFile.write).addBoth(lambda result: (outFile.close(), result)[1])

    (verdict,) = _run(port(readIntoFile=plainly), clause).verdicts
    assert Outcome.NOT_CLAIMED is verdict.outcome
    assert verdict.reason == "what `write` returns is ignored; a file has to take all of each piece"


def test_what_no_example_reaches_and_nothing_lacks_stays_red() -> None:
    plan = make_plan(port(generatorToStream=converted), ["generator_33"])
    (item,) = plan.items
    nothing = replace(item, check=replace(item.check, body=lambda _: None))
    (verdict,) = run(replace(plan, items=(nothing,)), Options(examples=2)).verdicts
    assert Outcome.NOT_EXERCISED is verdict.outcome
