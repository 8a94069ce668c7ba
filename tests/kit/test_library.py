"""The kit as a library: what `check_stream` is asked for it does."""

from typing import Any

import pytest

import streamgauge


class Right:
    """A right stream; the class keeps the contents that streams were made of."""

    made: list[bytes] = []  # noqa: RUF012 - the test empties it

    def __init__(self, data: bytes) -> None:
        self.made.append(data)
        self.data: bytes | None = data or None

    def read(self) -> bytes | None:
        """Give all there is."""
        data, self.data = self.data, None
        return data

    def close(self) -> None:
        """Let go of it."""
        self.data = None


class Lasting(Right):
    """A stream that close does not end."""

    def close(self) -> None:
        """Close nothing."""


def test_the_seed_says_what_is_drawn() -> None:
    """Runs of one seed give the maker the same contents, and those of another seed give it others."""

    def made(seed: int) -> list[bytes]:
        Right.made.clear()
        report = streamgauge.check_stream(Right, clauses=["stream_02"], examples=20, seed=seed)
        assert seed == report.seed
        return Right.made.copy()

    assert made(3) == made(3) != made(4)


def test_a_failure_names_its_seed() -> None:
    with pytest.raises(streamgauge.ConformanceError) as raised:
        streamgauge.check_stream(Lasting, clauses=["stream_04"], examples=10, seed=3)
    assert "check_stream(..., clauses=['stream_04'], seed=3, examples=10)" in str(raised.value)
    assert [3] == [verdict.seed for verdict in raised.value.report.having(streamgauge.Outcome.FAIL)]


def test_profiles_narrow_what_is_judged() -> None:
    """As do clauses; both together leave what is in both."""
    report = streamgauge.check_stream(Right, clauses=["stream"], profiles=["robust", "cost"], examples=3)
    assert {"robust", "cost"} == {verdict.clause.profile for verdict in report.verdicts}
    assert {"stream"} == {verdict.clause.stem for verdict in report.verdicts}


def test_a_profile_that_is_none_is_wrong_use() -> None:
    with pytest.raises(streamgauge.WrongUse, match="no profile is called 'fast'"):
        streamgauge.check_stream(Right, profiles=["fast"])


def test_one_word_is_a_word() -> None:
    """A string is one clause, one profile or one ability, not its letters."""
    report = streamgauge.check_stream(Right, clauses="stream_04", profiles="core", can="waits", examples=5)
    assert ["stream_04"] == [verdict.clause.id for verdict in report.verdicts]


@pytest.mark.parametrize("wrong", [{"examples": 0}, {"examples": "3"}, {"seed": None}])
def test_a_number_that_is_none_is_wrong_use(wrong: dict[str, Any]) -> None:
    """One line says which, and what was expected."""
    (name,) = wrong
    with pytest.raises(streamgauge.WrongUse, match=f"^{name}=.*; expected a whole number"):
        streamgauge.check_stream(Right, clauses=["stream_04"], **wrong)


def test_a_name_that_is_no_text_is_wrong_use() -> None:
    """Told in a line, not by whatever fails on it first."""
    with pytest.raises(streamgauge.WrongUse, match="name=5; expected a text, by which reports call the maker"):
        streamgauge.check_stream(lambda data: data, name=5)
