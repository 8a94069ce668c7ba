"""What tests of the front ends start from."""

import pytest

from tests.kit.command import MINE


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with the module `mine`, and without the plugin that would run everything in a reactor."""
    pytester.makeini("[pytest]\naddopts = -p no:twisted\n")
    pytester.makepyfile(mine=MINE)
    pytester.syspathinsert()
    return pytester
