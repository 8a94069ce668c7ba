"""What cannot be judged is one clear line: what was wrong, what was expected, what to do."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from zope.interface import implementer

import streamgauge as kit
from tests.kit.command import streamgauge
from web2stream import IStream, MemoryStream


class Makers:
    """A class with a maker in it."""

    @staticmethod
    def make(data: bytes) -> MemoryStream:
        """Make a stream."""
        return MemoryStream(data)


def filler(data: bytes) -> MemoryStream:
    """Make a stream; scripts have another thing of this name."""
    return MemoryStream(data)


BAD = """
import streamgauge.target
from twisted.internet.defer import succeed

number = 7


class Silent:
    def read(self):
        return None


def raises(data):
    raise LookupError("no such pool\\nof streams")


def exits(data):
    raise SystemExit(0)


def skips(data):
    import pytest

    pytest.skip("no pool here")


class Mute(Exception):
    def __str__(self):
        raise ZeroDivisionError


def raises_mute(data):
    raise Mute


class Lines:
    def __repr__(self):
        return "one\\ntwo"


def gives_lines(data):
    return Lines()


class Unseen:
    def __repr__(self):
        raise ZeroDivisionError


def gives_unseen(data):
    return Unseen()


class Needing:
    def __init__(self, pool, size):
        self.pool = pool

    def read(self):
        return None


def gives_int(data):
    return 7


def gives_none(data):
    Silent()


def gives_deferred(data):
    return succeed(Silent())


async def gives_coroutine(data):
    return Silent()


def gives_generator(data):
    yield data


def gives_class(data):
    return Silent


def two(data, size):
    return Silent()


def keyword(data, *, size):
    return Silent()


def nothing():
    return Silent()


mute = streamgauge.target.subject(lambda data: Silent(), name="mute", cannot=["read", "close", "waits"])
"""

LINES = [
    ("bad:raises", "raises LookupError", "expected a stream"),
    ("bad:exits", "raises SystemExit", "expected a stream"),
    ("bad:skips", "raises Skipped", "expected a stream"),
    ("bad:raises_mute", "raises Mute", "expected a stream"),
    ("bad:gives_lines", "returned one two", "read() and close()"),
    ("bad:gives_unseen", "Unseen whose repr raises", "read() and close()"),
    ("bad:Needing", "missing a required argument: 'size'", "function of one argument"),
    ("bad:Silent.read", "returned None", "read() and close()"),
    ("bad:gives_int", "returned 7", "read() and close()"),
    ("bad:gives_none", "returned None", "read() and close()"),
    ("bad:gives_deferred", "a Deferred", "at once"),
    ("bad:gives_coroutine", "a coroutine", "no async function"),
    ("bad:gives_generator", "a generator", "read() and close()"),
    ("bad:gives_class", "a class", "an instance"),
    ("bad:two", "missing a required argument: 'size'", "function of one argument"),
    ("bad:keyword", "missing a required", "function of one argument"),
    ("bad:nothing", "too many positional arguments", "function of one argument"),
    ("bad:number", "cannot be called", "make(data) -> stream"),
    ("bad:gives_in", "has no 'gives_in'", "did you mean 'gives_int'?"),
    ("bad:zzz", "has no 'zzz'", "package.module:maker"),
    ("bad:mute", "no ability", "read()"),
    ("bad", "none of the historical names", "bad:maker"),
    ("bad:", "names nothing", "package.module:maker"),
    ("", "names nothing", "package.module:maker"),
    (":make", "names nothing", "package.module:maker"),
    ("bad.py:make", "no module named 'bad.py'", "without .py"),
    ("absent:make", "no module named 'absent'", "PYTHONPATH"),
    ("absent.part:make", "no module named 'absent'", "PYTHONPATH"),
    ("absent", "no module named 'absent'", "PYTHONPATH"),
    ("lacking:make", "No module named 'absent_itself'", "import cleanly"),
    ("raising:make", "ZeroDivisionError", "import cleanly"),
    ("skipping:make", "Skipped", "import cleanly"),
    ("skipping", "Skipped", "import cleanly"),
    ("lazy", "raises LookupError", "AttributeError if the module lacks it"),
    ("lazy:make", "raises LookupError", "package.module:maker"),
    ("exiting:make", "SystemExit", "import cleanly"),
    ("broken:make", "SyntaxError", "import cleanly"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of modules that cannot be judged."""
    folder = tmp_path_factory.mktemp("targets")
    for name, text in {
        "bad": BAD,
        "lacking": "import absent_itself\n",
        "raising": "1 / 0\n",
        "skipping": "import pytest\npytest.skip('not here', allow_module_level=True)\n",
        "lazy": "def __getattr__(name):\n    raise LookupError(f'{name} is not built')\n",
        "exiting": "raise SystemExit(0)\n",
        "broken": "def make(data:\n",
    }.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("target", "wrong", "remedy"), LINES, ids=[target or "empty" for target, _, _ in LINES])
def test_a_target_that_cannot_be_judged(folder: Path, target: str, wrong: str, remedy: str) -> None:
    """One line on standard error says what was wrong and what to do; the exit code is that of wrong use."""
    done = streamgauge(folder, "run", target)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert [done.stderr.strip()] == done.stderr.splitlines()
    assert done.stderr.startswith("streamgauge: ")
    assert wrong in done.stderr
    assert remedy in done.stderr


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--clause", "stream_99"), "`streamgauge clauses` lists them"),
        (("--clause", "no stem"), "`streamgauge clauses` lists them"),
        (("--profile", "strict"), "core, compat, robust, cost"),
    ],
)
def test_a_choice_that_names_nothing(folder: Path, arguments: tuple[str, ...], part: str) -> None:
    """An unknown clause, stem or profile is wrong use."""
    done = streamgauge(folder, "run", "mine:make", *arguments)
    assert done.returncode == 2
    assert [done.stderr.strip()] == done.stderr.splitlines()
    assert part in done.stderr


def test_debug_shows_where_it_comes_from(folder: Path) -> None:
    """With --debug the traceback leads to the line of the maker that raised."""
    done = streamgauge(folder, "run", "bad:raises", "--debug")
    assert "Traceback" in done.stderr
    assert 'raise LookupError("no such pool' in done.stderr
    assert done.returncode == 2


def test_a_reproducer_imports_a_maker_under_the_name_it_was_given() -> None:
    """A maker has a name of its own beside the one for reports, and may stand in a class."""

    def imports(make: Any, name: str = "") -> dict[str, str]:
        return dict(kit.subject(make, name=name).imports)

    assert {"mine": "from web2stream.memory import MemoryStream as mine"} == imports(MemoryStream, "mine")
    assert {"make": f"from {__name__} import Makers; make = Makers.make"} == imports(Makers.make)
    assert {"make_filler": f"from {__name__} import filler as make_filler"} == imports(filler)
    assert {"make": "from web2stream.memory import MemoryStream as make"} == imports(MemoryStream, "no name")


@pytest.mark.parametrize(
    "make", [partial(MemoryStream, start=0), lambda data: MemoryStream(data)], ids=["partial", "lambda"]
)
def test_a_reproducer_of_what_cannot_be_imported_says_what_to_do(make: Any) -> None:
    """What a partial or a lambda was assigned to is not known: the script ends with one line that asks for it."""
    (line,) = kit.subject(make, name="made").imports.values()
    with pytest.raises(
        SystemExit, match=re.escape("write here how made is imported, or give that line as {'made': ...}")
    ):
        exec(line, {})


@implementer(IStream)
class Measured:
    """A stream that is declared to be no more than that, and has a length of its own: of the whole."""

    def __init__(self, data: bytes) -> None:
        self.data, self.length = data, len(data)

    def read(self) -> bytes | None:
        """Give all."""
        data, self.data = self.data, b""
        return data or None

    def close(self) -> None:
        """Drop what is left."""
        self.data = b""


def test_a_length_of_its_own_makes_no_byte_stream() -> None:
    """Of what is declared to be an IStream only, what no interface names is not judged."""
    report = kit.check_stream(Measured, examples=5)
    judged = {verdict.clause.id for verdict in report.verdicts if verdict.exercised}
    assert "stream_02" in judged
    assert not {clause for clause in judged if clause.startswith("bytestream")} - {"bytestream_01"}
