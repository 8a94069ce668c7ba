"""The register of checks: which function checks which clause, and what it asks of a subject.

Strategy: a check is one function under its clause's id. It declares the abilities it wants of a maker, or the names it
wants of a port; planning needs nothing else of it.
"""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from streamgauge.clauses import STEMS
from streamgauge.subject import ABILITIES

if TYPE_CHECKING:
    from streamgauge.bench import Bench

Body = Callable[["Bench"], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        clause: id of the clause it checks.
        body: called once per example; raises `Violation` through the bench.
        wants: abilities it asks of a maker; it then runs once for every maker that has them.
        names: names it asks of a port; it then runs once for the port.
        on: names of the makers whose generic clauses count as this check's prerequisites, separated by blanks.
        examples: share of the usual number of examples; 1.0 is all. Cases without draws need few.
        heavy: True for real processes and sockets or large work: a quarter of the examples, no shrinking.
    """

    clause: str
    body: Body
    wants: frozenset[str]
    names: tuple[str, ...]
    on: str
    examples: float
    heavy: bool


_REGISTER: dict[str, Check] = {}


def check(
    clause: str, *wants: str, names: str = "", on: str = "", examples: float = 1.0, heavy: bool = False
) -> Callable[[Body], Body]:
    """Register the decorated function as the check of a clause.

    Args:
        clause: the clause's id.
        wants: abilities asked of a maker.
        names: names asked of a port, separated by blanks; a check with names gets no maker.
        on: the makers (by name, separated by blanks) whose failing generic clauses block this one.
        examples: share of the usual number of examples.
        heavy: run only a quarter of the examples and do not shrink.

    Raises:
        ValueError: the clause has a check already, or an ability is unknown.
    """
    unknown = set(wants) - ABILITIES.keys()
    if clause in _REGISTER or unknown:
        raise ValueError(f"{clause} is checked twice, or wants the unknown {sorted(unknown)}")

    def register(body: Body) -> Body:
        _REGISTER[clause] = Check(clause, body, frozenset(wants), tuple(names.split()), on, examples, heavy)
        return body

    return register


_PACKAGE: Final = "streamgauge.checks"


@cache
def _load(stem: str) -> None:
    name = f"{_PACKAGE}.{stem}"
    if importlib.util.find_spec(name) is not None:
        importlib.import_module(name)


def find_check(clause: str) -> Check | None:
    """Give the check of a clause, or None; only the checks of its stem are loaded."""
    _load(clause.rpartition("_")[0])
    return _REGISTER.get(clause)


def checks() -> MappingProxyType[str, Check]:
    """Load every check, by clause id."""
    for stem in STEMS:
        _load(stem)
    return MappingProxyType(_REGISTER)
