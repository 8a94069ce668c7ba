"""The pytest plugin leaves to users what is theirs: profile, seed, statistics, and marks."""

from pathlib import Path

import pytest

from tests.kit.test_docs import example


def test_the_users_profile_and_statistics_are_kept(project: pytest.Pytester) -> None:
    """Hypothesis makes as many examples as the user's profile says, and tells of them where it is asked to."""
    project.makeconftest(
        "from hypothesis import settings\nsettings.register_profile('few', max_examples=3)\n"
        "settings.load_profile('few')\n"
    )
    project.makepyfile(
        "import streamgauge\nfrom mine import make\ntest_it = streamgauge.conformance(make, clauses=['stream_02'])"
    )
    result = project.runpytest_subprocess("--hypothesis-show-statistics")
    assert pytest.ExitCode.OK == result.ret
    result.stdout.fnmatch_lines(["*3 passing*"])


def test_the_users_seed_is_kept(project: pytest.Pytester) -> None:
    """Runs of one seed give the maker the same contents, and those of another seed give it others.

    The profile is the project's own: where CI is set, Hypothesis's default one is derandomized and takes no seed.
    """
    project.makeconftest(
        "from hypothesis import settings\nsettings.register_profile('seeded', derandomize=False, database=None)\n"
        "settings.load_profile('seeded')\n"
    )
    project.makepyfile(
        "import streamgauge\nfrom mine import Stream\nfrom pathlib import Path\n\n"
        "def noting(data):\n"
        "    with Path('noted').open('a') as noted:\n        print(data, file=noted)\n"
        "    return Stream(data)\n\n"
        "test_it = streamgauge.conformance(noting, clauses=['stream_02'])"
    )

    def noted(seed: int) -> str:
        result = project.runpytest_subprocess(f"--hypothesis-seed={seed}", "-p", "no:randomly")
        assert pytest.ExitCode.OK == result.ret
        text = Path(project.path, "noted").read_text()
        Path(project.path, "noted").unlink()
        return text

    assert noted(4) == noted(4) != noted(5)


def test_known_failures_are_marked_as_any_other(project: pytest.Pytester) -> None:
    """The guide's conftest.py lets a clause fail, and says so when it does not any more."""
    shown = example("docs/guide.md", "conftest.py")
    for clause, outcome in (("bytestream_05", {"xfailed": 1}), ("bytestream_04", {"failed": 1})):
        project.makeconftest(shown.replace("stream_08", clause))
        result = project.runpytest_subprocess("--streamgauge", "mine:wrong", "--streamgauge-clause", clause)
        result.assert_outcomes(**outcome)


def test_marks_of_a_suite_are_those_of_its_tests(project: pytest.Pytester) -> None:
    """Wherever the mark stands: on the suite, on its maker, or around an assignment."""
    project.makepyfile(
        "import pytest\nimport streamgauge\nfrom mine import make\n\n"
        "@pytest.mark.skip(reason='not now')\n@streamgauge.conformance(clauses=['stream_02'])\n"
        "def test_above(data):\n    return make(data)\n\n"
        "@streamgauge.conformance(clauses=['stream_02'])\n@pytest.mark.skip(reason='not now')\n"
        "def test_below(data):\n    return make(data)\n\n"
        "test_around = pytest.mark.skip(reason='not now')(streamgauge.conformance(make, clauses=['stream_02']))\n"
        "test_plain = streamgauge.conformance(make, clauses=['stream_02'])\n"
    )
    project.runpytest_subprocess().assert_outcomes(skipped=3, passed=1)


def test_how_to_run_it_again_is_told_from_where_pytest_was_started(project: pytest.Pytester) -> None:
    """Not from the folder that pytest takes for the project's root."""
    folder = project.mkdir("inner")
    Path(folder, "pytest.ini").write_text("[pytest]\n")
    Path(folder, "test_it.py").write_text(
        "import streamgauge\nfrom mine import wrong\n"
        "test_it = streamgauge.conformance(wrong, clauses=['bytestream_05'])\n"
    )
    result = project.runpytest_subprocess("inner")
    result.stdout.fnmatch_lines(["*pytest 'inner/test_it.py::test_it[[]bytestream_05[]]'*"])
