"""A port may be partial: what it lacks is not claimed, and said so; its interfaces are found wherever it keeps them."""

from types import ModuleType
from typing import Any

import pytest
from zope.interface import implementer_only

import web2stream
import web2stream.bytestream
from streamgauge.plan import Plan, make_plan
from streamgauge.port import port_subject
from streamgauge.subject import Subject
from streamgauge.verdict import Outcome


def partial(**names: object) -> Subject:
    """Give the subject of a module that has these names only."""
    module = ModuleType("partial")
    for name, value in names.items():
        setattr(module, name, value)
    return port_subject(module)


@implementer_only(web2stream.IByteStream)
class Plain(web2stream.FileStream):
    """A FileStream without sendfile, as a later fork of the old module had it."""

    def read(self) -> Any:  # type: ignore[override]
        return super().read()


def claimed(plan: Plan) -> set[str]:
    """The clauses that are judged."""
    return {item.clause.id for item in plan.items}


def test_a_port_without_sendfile_does_not_claim_it() -> None:
    plan = make_plan(partial(FileStream=Plain), ["file", "sendfile"])
    assert {one for one in claimed(plan) if one.startswith("sendfile")} == set()
    reasons = {v.clause.id: v.reason for v in plan.left_out if v.outcome is Outcome.NOT_CLAIMED}
    assert reasons["sendfile_01"] == "lacks 'sendfile' (read takes sendfile=True)"
    assert reasons["sendfile_12"] == "does not offer sendfile"
    assert "file_14" in claimed(plan)


@pytest.mark.parametrize(
    "names",
    [
        {"FileStream": web2stream.FileStream},
        {"FileStream": Plain, "SendfileBuffer": web2stream.SendfileBuffer},
        {"FileStream": Plain, "ISendfileableStream": web2stream.ISendfileableStream},
    ],
    ids=["declared", "piece", "interface"],
)
def test_whatever_hints_at_sendfile_claims_it(names: dict[str, object]) -> None:
    assert {"sendfile_01", "sendfile_12"} <= claimed(make_plan(partial(**names), ["sendfile"]))


def test_a_constant_is_a_port() -> None:
    plan = make_plan(partial(MMAP_LIMIT=1), ["file", "sendfile", "module"])
    assert claimed(plan) == {"module_01", "module_31"}


@pytest.mark.parametrize(
    "names",
    [
        {"MemoryStream": web2stream.MemoryStream},
        {"ProcessStreamer": web2stream.ProcessStreamer, "ifaces": web2stream.bytestream},
        {"ProcessStreamer": web2stream.ProcessStreamer, "IBS": web2stream.IByteStream, "IS": web2stream.IStream},
    ],
    ids=["declared by a class", "in a module it imports", "under other names"],
)
def test_interfaces_are_found_where_they_are_kept(names: dict[str, object]) -> None:
    port = partial(**names).port
    assert port is not None
    assert set(port.interfaces) == {web2stream.IByteStream, web2stream.IStream}
    assert "IByteStream" not in port.names
