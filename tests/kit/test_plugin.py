"""The pytest plugin, in real pytest runs of its own."""

import shlex
import unittest

import pytest

import streamgauge
from streamgauge.violation import WrongUse
from web2stream import MemoryStream

SUITE = """
import streamgauge
from mine import make, wrong

test_right = streamgauge.conformance(make, clauses=["bytestream"])
test_wrong = streamgauge.conformance(wrong, clauses=["bytestream_04", "bytestream_05"])


@streamgauge.conformance(clauses=["stream_01"])
def test_decorated(data):
    return make(data)
"""


def test_one_item_for_each_clause(project: pytest.Pytester) -> None:
    """Suites give items with stable ids, which can be selected; wrong ones fail with the law."""
    project.makepyfile(SUITE)
    listed = project.runpytest_subprocess("--collect-only", "-q", "-p", "no:randomly")
    listed.stdout.fnmatch_lines(["*::test_wrong[[]bytestream_04]", "*::test_wrong[[]bytestream_05]"])
    result = project.runpytest_subprocess("-p", "no:randomly", "-k", "wrong or decorated")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["bytestream_05*close sets length to 0", "*promised:*length is 0", "wrong: claimed 2*"])


def test_a_selected_item_runs_alone(project: pytest.Pytester) -> None:
    """An item can be named on the command line by its id."""
    project.makepyfile(test_it=SUITE)
    result = project.runpytest_subprocess("test_it.py::test_wrong[bytestream_05]")
    result.assert_outcomes(failed=1)


def test_a_target_without_a_test_file(project: pytest.Pytester) -> None:
    """--streamgauge judges a maker where there is no test at all."""
    result = project.runpytest_subprocess("--streamgauge", "mine:make", "--streamgauge-clause", "stream_02")
    result.assert_outcomes(passed=1)
    assert 0 == result.ret


def test_targets_in_parallel(project: pytest.Pytester) -> None:
    """Under pytest-xdist the same items run, and the summary is complete."""
    result = project.runpytest_subprocess(
        "--streamgauge", "mine:wrong", "--streamgauge-clause", "bytestream", "-n", "2"
    )
    result.stdout.fnmatch_lines(["wrong: claimed * exercised *"])
    assert 1 == result.ret


def test_wrong_use(project: pytest.Pytester) -> None:
    """A target that cannot be judged is one line, and pytest's exit code for wrong use."""
    result = project.runpytest_subprocess("--streamgauge", "mine:nosuch")
    assert pytest.ExitCode.USAGE_ERROR == result.ret
    result.stderr.fnmatch_lines(["ERROR: --streamgauge mine:nosuch: mine has no 'nosuch'*"])


def test_what_is_optional_and_lacking_is_skipped(project: pytest.Pytester) -> None:
    """A law about something that need not be there, and is not, is not claimed."""
    project.makepyfile(
        plain="import web2stream\n\n\ndef readStream(stream, gotDataCallback):\n"
        "    return web2stream.readStream(stream, gotDataCallback)\n"
    )
    result = project.runpytest_subprocess("--streamgauge", "plain", "--streamgauge-clause", "consume_96", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*not claimed: readStream takes no `reactor`"])


@pytest.mark.parametrize(("asked", "failed"), [("'stream_02', 'bytestream_07'", 2), ("'bytestream_07'", 1)])
def test_a_blocked_clause_says_by_which(project: pytest.Pytester, asked: str, failed: int) -> None:
    """A failure that follows from a broken prerequisite is one line that names it, asked for or not."""
    project.makepyfile(
        f"""
        import streamgauge
        from mine import Stream

        class Lossy(Stream):
            def read(self):
                piece = super().read()
                return piece and piece[:-1] or piece

        test_lossy = streamgauge.conformance(Lossy, clauses=[{asked}])
        """
    )
    result = project.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(failed=failed)
    result.stdout.fnmatch_lines(["bytestream_07: blocked by stream_02*"])


def test_what_blocks_does_not_depend_on_the_order(project: pytest.Pytester) -> None:
    """A prerequisite is judged for itself, also while another item of the same suite was judged before."""
    project.makepyfile(
        test_it="""
        import streamgauge
        from mine import Stream

        class Cuts(Stream):
            def split(self, point):
                if isinstance(point, int) and 1 < point <= self.length:
                    point -= 1
                return super().split(point)

        test_it = streamgauge.conformance(Cuts, clauses=["bytestream_07", "bytestream_08", "bytestream_09"])
        """
    )
    items = [f"test_it.py::test_it[bytestream_{number}]" for number in ("09", "08")]
    result = project.runpytest_subprocess("-p", "no:randomly", "--hypothesis-seed=3", *items)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["bytestream_09: blocked by bytestream_07*", "bytestream_08: blocked by bytestream_07*"]
    )


def test_what_fails_on_a_stream_that_cannot_be_read_follows_from_that(project: pytest.Pytester) -> None:
    """Also where the clause does not say that it builds on it."""
    project.makepyfile(
        """
        import streamgauge
        from mine import Stream

        class Backwards(Stream):
            def read(self):
                piece = super().read()
                return piece and piece[::-1]

            def close(self):
                super().close()
                self.length = None

        test_backwards = streamgauge.conformance(Backwards, clauses=["stream_02", "bytestream_05"])
        """
    )
    result = project.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["bytestream_05: blocked by stream_02*"])


def test_it_costs_nothing_where_it_is_not_used(project: pytest.Pytester) -> None:
    """A test run without suites imports neither the checks nor Twisted."""
    project.makepyfile(
        """
        import sys

        def test_lazy():
            loaded = [name for name in sys.modules if name.startswith(("streamgauge.", "twisted"))]
            assert ["streamgauge.pytest_plugin"] == loaded
        """
    )
    project.runpytest_subprocess("-p", "no:randomly", "-p", "no:xdist").assert_outcomes(passed=1)


@pytest.mark.parametrize("target", [False, True], ids=["a suite", "a target"])
def test_the_last_failures_run_again(project: pytest.Pytester, target: bool) -> None:
    """--lf knows which clauses failed; what it shows can be copied."""
    clauses = [f"--streamgauge-clause=bytestream_{number}" for number in ("04", "05")]
    asked = ["--streamgauge", "mine:wrong", *clauses]
    if not target:
        project.makepyfile(test_it=SUITE)
    result = project.runpytest_subprocess(*(asked if target else ["-k", "wrong"]))
    result.assert_outcomes(passed=1, failed=1)
    again = project.runpytest_subprocess("--lf", *(asked if target else []))
    again.assert_outcomes(failed=1)
    line = next(line for line in again.outlines if "reproduce: " in line).split("pytest ")[1]
    project.runpytest_subprocess(*shlex.split(line)).assert_outcomes(failed=1)


def test_failures_have_scripts(project: pytest.Pytester) -> None:
    """--streamgauge-scripts writes them where pytest was started, those of each suite apart."""
    suites = [
        f"{name} = streamgauge.conformance(wrong, name='a/b', clauses=['bytestream_05'])"
        for name in ("test_1", "test_2")
    ]
    project.makepyfile(test_them="\n".join(["import streamgauge", "from mine import wrong", *suites]))
    project.runpytest_subprocess("--streamgauge-scripts", "scripts").assert_outcomes(failed=2)
    written = sorted((project.path / "scripts").rglob("*.py"))
    assert [f"test_them.py_test_{number}/bytestream_05-a_b.py" for number in (1, 2)] == [
        str(path.relative_to(project.path / "scripts")) for path in written
    ]
    assert "s.close()" in written[0].read_text()


def test_a_folder_for_scripts_that_is_none(project: pytest.Pytester) -> None:
    """The failure is told all the same, and why it has no script."""
    project.makepyfile(SUITE)
    (project.path / "scripts").write_text("a file")
    result = project.runpytest_subprocess("--streamgauge-scripts", "scripts", "-k", "wrong")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["bytestream_05*", "*no script: cannot write into scripts: Not a directory*"])


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("--streamgauge", "mine:nosuch", "-n", "2"), "--streamgauge mine:nosuch: mine has no 'nosuch'"),
        (("--streamgauge-clause", "stream_01"), "--streamgauge-clause chooses from a target"),
    ],
)
def test_options_that_cannot_be_followed(project: pytest.Pytester, arguments: tuple[str, ...], wrong: str) -> None:
    """One line says so, in a run of several processes too."""
    result = project.runpytest_subprocess(*arguments)
    assert pytest.ExitCode.USAGE_ERROR == result.ret
    result.stderr.fnmatch_lines([f"ERROR: {wrong}*"])


def test_subjects_of_one_name_are_summed_up_apart(project: pytest.Pytester) -> None:
    """Clauses are counted once, however many makers are judged by them."""
    project.makepyfile(
        test_it="""
        import streamgauge
        import web2stream
        from mine import make

        test_one = streamgauge.conformance(make, clauses=["stream_01", "bytestream_05"])
        test_two = streamgauge.conformance(make, clauses=["stream_01"])
        test_port = streamgauge.conformance(web2stream, clauses=["stream_01"])
        """
    )
    result = project.runpytest_subprocess("-p", "no:randomly")
    result.stdout.fnmatch_lines(
        [
            "make (test_it.py::test_one): claimed 2, exercised 2, passed 2",
            "make (test_it.py::test_two): claimed 1, exercised 1, passed 1",
            "web2stream: claimed 1, exercised 1, passed 1",
        ]
    )


def test_no_suite_in_a_test_case() -> None:
    """Unittest finds tests by calling them; a suite that nobody would run is refused where it is written."""
    with pytest.raises((WrongUse, RuntimeError)) as caught:  # Python 3.11 makes it the cause of a RuntimeError
        type("Case", (unittest.TestCase,), {"test_it": streamgauge.conformance(lambda data: MemoryStream(data))})
    assert "Case.test_it is found by no runner" in str(caught.value.__cause__ or caught.value)
