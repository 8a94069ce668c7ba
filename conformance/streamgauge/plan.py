"""The plan: which clauses apply to a subject, in an order in which prerequisites come first.

Strategy: pure selection from catalogue, register and abilities. An item is one clause on one maker (or on the port); a
clause that no part of the subject claims is kept with the reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from streamgauge.check import Check, find_check
from streamgauge.clauses import PROFILES, STEMS, Clause, catalogue
from streamgauge.subject import ABILITIES, Maker, Subject
from streamgauge.verdict import Outcome, Verdict, address
from streamgauge.violation import WrongUse


@dataclass(frozen=True, slots=True)
class Item:
    """One clause on one maker, or on the port itself."""

    clause: Clause
    check: Check
    maker: Maker | None

    @property
    def id(self) -> str:
        """The address of the item: clause id and, in brackets, what it is judged on."""
        return address(self.clause, self.on)

    @property
    def on(self) -> str:
        """Name of the maker; empty for the port."""
        return self.maker.name if self.maker else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will run, and what will not, with the reason."""

    subject: Subject
    items: tuple[Item, ...]
    left_out: tuple[Verdict, ...]


def select(wanted: Iterable[str] = (), profiles: Iterable[str] = ()) -> list[Clause]:
    """Pick clauses by id, by stem or by profile; all by default.

    Raises:
        WrongUse: a word names no clause, stem or profile, or nothing is of all that was asked for.
    """
    known = catalogue()
    words, kept = words_of(wanted), words_of(profiles)
    for word in words:
        if word not in known and word not in STEMS:
            raise WrongUse(f"no clause or stem is called {word!r}; `streamgauge clauses` lists them")
    for profile in kept:
        if profile not in PROFILES:
            raise WrongUse(f"no profile is called {profile!r}; the profiles are {', '.join(PROFILES)}")
    found = [
        clause
        for clause in known.values()
        if (not words or clause.id in words or clause.stem in words) and (not kept or clause.profile in kept)
    ]
    if not found:
        raise WrongUse(f"no clause of {', '.join(words)} is in the profile {' or '.join(kept)}; drop one of them")
    return found


def words_of(given: Iterable[str]) -> list[str]:
    """List words; a string is one word, not its letters."""
    return [given] if isinstance(given, str) else list(given)


def make_plan(subject: Subject, wanted: Iterable[str] = (), profiles: Iterable[str] = ()) -> Plan:
    """Decide what applies to a subject.

    Args:
        subject: what is judged.
        wanted: clause ids or stems; all by default.
        profiles: profiles; all by default.

    Raises:
        WrongUse: a word names nothing, the subject has no ability at all, or none of what was asked for.
    """
    if subject.port is None and not any(maker.abilities for maker in subject.makers):
        raise WrongUse(
            f"{subject.name} has no ability to judge: its makers claim nothing; expected a stream with read()"
        )
    items: list[Item] = []
    left_out: list[Verdict] = []
    words, kept = words_of(wanted), words_of(profiles)
    for clause in select(words, kept):
        if clause.untestable:
            left_out.append(Verdict(clause, "", Outcome.UNTESTABLE, clause.untestable))
            continue
        found = find_check(clause.id)
        if found is None:
            left_out.append(Verdict(clause, "", Outcome.ERROR, "the kit has no check for this clause"))
            continue
        applying = _apply(subject, clause, found)
        items += applying
        if not applying:
            left_out.append(Verdict(clause, "", Outcome.NOT_CLAIMED, _lacks(subject, found)))
    if not items and all(verdict.outcome is Outcome.NOT_CLAIMED for verdict in left_out):
        raise WrongUse(
            f"{subject.name} claims nothing of {', '.join([*words, *kept])}: {left_out[0].id} {left_out[0].reason}; "
            "ask for clauses that it can be judged by, or for all"
        )
    return Plan(subject, tuple(items), tuple(left_out))


def _apply(subject: Subject, clause: Clause, found: Check) -> list[Item]:
    if found.names:
        return [Item(clause, found, None)] if subject.port and subject.port.has(*found.names) else []
    if "port" in found.wants:
        return [Item(clause, found, None)] if subject.port else []
    return [Item(clause, found, maker) for maker in subject.makers if found.wants <= maker.abilities]


def _lacks(subject: Subject, found: Check) -> str:
    if found.names:
        offered = subject.port.names if subject.port else {}
        return "does not offer " + ", ".join(name for name in found.names if name not in offered)
    best = max(
        (maker.abilities for maker in subject.makers),
        key=lambda has: len(has & found.wants),
        default=frozenset(),
    )
    return "; ".join(f"lacks '{want}' ({ABILITIES[want]})" for want in sorted(found.wants - best))
