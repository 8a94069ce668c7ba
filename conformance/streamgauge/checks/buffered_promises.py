"""Checks of the clauses in specs/buffered.md about sources that break their promise of a length."""

from hypothesis import strategies as st

from streamgauge.answers import Answer, Data, Failed
from streamgauge.bench import Bench
from streamgauge.check import check
from streamgauge.checks.buffered_parts import STREAM, ask, buffered, texts
from streamgauge.reader import Reader
from streamgauge.script import Script, Step, whens
from streamgauge.timeline import show


def calls_to_the_end(t: Bench, s: Reader, data: bytes) -> tuple[str, tuple[int, ...], list[Answer]]:
    """Draw a method and its arguments, and call it until all this data must have come; give these, and the answers."""
    method = t.draw(st.sampled_from(["readline", "readExactly"]))
    args = t.draw(st.sampled_from([(), (3,)])) if method == "readExactly" else ()
    return method, args, [t.settle(ask(t, s, method, *args)) for _ in range(len(data) + 2)]


def none_is_cut_short(t: Bench, answers: list[Answer], args: tuple[int, ...], whole: bytes) -> None:
    """Ask that no `readExactly` gives less than it was asked for before these bytes came, or one failed."""
    gave = b""
    for answer in answers:
        if not isinstance(answer, Data):
            break
        gave += answer.content
        short = not args or len(answer.content) < args[0]
        t.true(
            gave == whole or not short, f"readExactly gives {answer} as at the end, after {show(gave)} in all",
            f"{show(whole)} in all, or an error",
        )  # fmt: skip


@check("buffered_44", names=STREAM, on=STREAM, examples=0.5)
def source_ends_early(t: Bench) -> None:
    """Read on to the end of a source that told more bytes than it has."""
    script, missing = t.draw(texts()), t.draw(st.integers(1, 5))
    _, s = buffered(t, Script(script.steps, script.end, known=True, lie=missing))
    method, args, answers = calls_to_the_end(t, s, script.data)
    failed = any(isinstance(answer, Failed) for answer in answers)
    t.true(
        failed, f"{method} gives {answers[-1]} at the end, without an error", "an error of the source that ended early"
    )
    if method == "readExactly":
        none_is_cut_short(t, answers, args, script.data + bytes(missing))


@check("buffered_67", names=STREAM, on=STREAM, examples=0.5)
def source_runs_over(t: Bench) -> None:
    """Read on to the end of a source that told fewer bytes than it has."""
    given = t.draw(texts(least=1))
    script = Script((*given.steps, Step(b"mno\r\npq", t.draw(whens()))), given.end)
    extra = t.draw(st.integers(1, len(script.data)))
    told = len(script.data) - extra
    _, s = buffered(t, Script(script.steps, script.end, known=True, lie=-extra))
    method, args, answers = calls_to_the_end(t, s, script.data)
    if any(isinstance(answer, Failed) for answer in answers):
        t.exercised = True
    else:
        gave = b"".join(getattr(answer, "content", b"") for answer in answers)
        t.equal(gave, script.data[:told], f"of a source of {told} bytes that runs over {method} gives")
    if method == "readExactly":
        none_is_cut_short(t, answers, args, script.data[:told])
