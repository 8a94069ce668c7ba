"""The pytest plugin: hooks only.

Strategy: this file is imported in every test run of whoever has the kit installed, so it imports nothing of the kit
before something is to be judged, and sets nothing global.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the kit's options."""
    group = parser.getgroup("streamgauge", "stream conformance")
    group.addoption(
        "--streamgauge",
        action="append",
        default=[],
        metavar="TARGET",
        help="judge package.module:maker, or a module with the historical names, without a test file (repeatable)",
    )
    group.addoption("--streamgauge-clause", action="append", default=[], metavar="ID", help="only this clause or stem")
    group.addoption(
        "--streamgauge-profile", action="append", default=[], metavar="NAME", help="core, compat, robust or cost"
    )
    group.addoption(
        "--streamgauge-scripts", metavar="FOLDER", help="write a kit-free script for every failure, of suites too"
    )


def pytest_configure(config: pytest.Config) -> None:
    """See that the options can be followed; in a run of several processes the others' words are not heard."""
    targets: Iterable[str] = config.getoption("--streamgauge")
    for narrower in ("--streamgauge-clause", "--streamgauge-profile"):
        if config.getoption(narrower) and not targets:
            raise pytest.UsageError(f"{narrower} chooses from a target; name it by --streamgauge TARGET")
    if targets and getattr(config.option, "dist", "no") != "no" and not hasattr(config, "workerinput"):
        from streamgauge.pytest_items import planned

        sys.path.insert(0, str(Path(config.invocation_params.dir)))
        for target in targets:
            planned(config, target)


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> list[pytest.Item] | None:
    """Collect a suite as one item for each clause."""
    kit = sys.modules.get("streamgauge.api")
    if kit is None or not isinstance(obj, kit.Suite):
        return None
    from streamgauge.pytest_items import suite_items

    return suite_items(collector, name, obj)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the items of the targets named by --streamgauge, before anything is deselected."""
    targets: Iterable[str] = config.getoption("--streamgauge")
    if not targets:
        return
    from streamgauge.pytest_items import target_items

    sys.path.insert(0, str(Path(config.invocation_params.dir)))
    for target in targets:
        items.extend(target_items(session, target))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was claimed, exercised and passed for each subject."""
    if "streamgauge.pytest_items" in sys.modules or terminalreporter.config.pluginmanager.hasplugin("dsession"):
        from streamgauge.pytest_summary import lines

        found = lines(terminalreporter)
        if found:
            terminalreporter.section("streamgauge")
        for line in found:
            terminalreporter.write_line(line)
