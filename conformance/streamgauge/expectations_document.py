"""Putting entries into the text of an expectations file; comments and everything else stay as they are.

Strategy: tomlkit keeps a document as its owner wrote it, but counts the comments above a header to the table before it.
So tables are neither taken out nor added: what goes is marked, and so is the place of what comes, and both are
exchanged in the written text. It is read again then: it must say what was wanted, and nothing else that is new.
"""

import base64
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import tomlkit
from tomlkit.items import Array, InlineTable, Whitespace

from streamgauge.expectations import Expectation
from streamgauge.expectations_revise import Revised


def edit(text: str, place: Sequence[str], revised: Sequence[Revised]) -> str:
    """Put the revised entries into a file's text.

    Args:
        text: what the file holds, with its own line ends.
        place: the names that lead to the list of entries.
        revised: the entries that it shall have.

    Returns:
        The new text; the old one, to the byte, if it says all that already.

    Raises:
        ValueError: it cannot be done with the way the file is written.
        TOMLKitError: likewise.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""  # some editors put one first, and tomlkit takes none
    text = text[len(mark) :]
    crlf = 0 < text.count("\n") == text.count("\r\n")
    old = text.replace("\r\n", "\n") if crlf else text
    old += "" if old.endswith("\n") or not old else "\n"
    new = _edited(old, place, revised)
    if new == old:
        return mark + text
    _check(old, new, place, revised)
    return mark + (new.replace("\n", "\r\n") if crlf else new)


def _edited(text: str, place: Sequence[str], revised: Sequence[Revised]) -> str:
    document = tomlkit.parse(text)
    if tomlkit.dumps(document) != text:
        raise ValueError("tomlkit does not keep it as it is")
    entries: Any = document
    for name in place:
        entries = entries.get(name, {})
    stay = {index: entry for index, entry in revised if index is not None}
    come = [entry for index, entry in revised if index is None]
    if isinstance(entries, Array):
        _edit_array(entries, stay, come)
        return tomlkit.dumps(document)
    mark = uuid4().hex
    here = tomlkit.comment(f"{mark} here")
    tables = list(entries)
    for index, table in enumerate(tables):
        if index in stay:
            _fill(table, stay[index])
        else:
            _empty(table, mark)
    if come and tables:
        body = tables[-1].value.body
        body.insert(_end_of_remarks(body), (None, here))
    elif come:
        document.add(here)
    new = f"# {mark}\n{_tables(place, come)}# {mark}\n"
    return _without(mark, tomlkit.dumps(document).replace(here.as_string(), new))


def _edit_array(array: Array, stay: Mapping[int, Expectation], come: Sequence[Expectation]) -> None:
    for index in reversed(range(len(array))):
        if index in stay:
            _fill(array[index], stay[index])
        else:
            del array[index]
    for entry in come:
        table = tomlkit.inline_table()
        table.update(_fields(entry))
        array.append(table)


def _fields(entry: Expectation) -> dict[str, Any]:
    fields = {name: getattr(entry, name) for name in ("subject", "clause", "kind", "reason", "link", "expires")}
    fields["example"] = base64.b64encode(entry.example).decode()
    return {name: value for name, value in fields.items() if value}


def _fill(table: Any, entry: Expectation) -> None:
    for key, value in _fields(entry).items():
        if table.get(key) != value:
            body = table.value.body
            end = len(body) if isinstance(table, InlineTable) else _end_of_keys(body)
            following = body[end:]
            del body[end:]
            table[key] = value
            body.extend(following)
    if "example" in table and not entry.example:  # it could not be read, and keeps others from being read
        del table["example"]


def _empty(table: Any, mark: str) -> None:
    """Leave nothing of a table but its header, marked, and the comments that belong to what follows."""
    body = table.value.body
    following = body[_end_of_remarks(body) :]
    for key in list(table):
        del table[key]
    body[:] = following
    table.comment(mark)


def _end_of_keys(body: Sequence[Any]) -> int:
    return max((number for number, (key, _) in enumerate(body, 1) if key is not None), default=0)


def _end_of_remarks(body: Sequence[Any]) -> int:
    """Find the end of a table's own lines: comments below its last key are its own if a blank line follows them."""
    end = _end_of_keys(body)
    return next((index for index in range(end, len(body)) if isinstance(body[index][1], Whitespace)), end)


def _tables(place: Sequence[str], entries: Sequence[Expectation]) -> str:
    """Write new entries as a text of their own."""
    *outer, name = place
    tables = tomlkit.aot()
    for entry in entries:
        table = tomlkit.table()
        table.update(_fields(entry))
        tables.append(table)
    document: Any = tomlkit.document()
    holder = document
    for each in outer:
        holder[each] = tomlkit.table(is_super_table=True)
        holder = holder[each]
    holder[name] = tables
    return tomlkit.dumps(document)


def _without(mark: str, text: str) -> str:
    """Take the marked lines out, and leave one blank line between what stood before and behind them."""
    parts = re.split(rf".*{mark}.*\n", text)
    if len(parts) == 1:
        return text
    told = [part.strip("\n") + "\n" for part in parts if part.strip("\n")]
    return "\n".join(told)


def _check(old: str, new: str, place: Sequence[str], revised: Sequence[Revised]) -> None:
    """Refuse a text whose entries are not those that were wanted, or in which anything else has changed."""
    had, rest = _parts(old, place)
    has, rest_now = _parts(new, place)
    wanted = []
    for index, entry in revised:
        fields = {**(had[index] if index is not None else {}), **_fields(entry)}
        if not entry.example:
            fields.pop("example", None)
        wanted.append(fields)
    if has != wanted or rest_now != rest:
        raise ValueError("another document came of it")


def _parts(text: str, place: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """Read a text as its entries and everything else; a table that holds nothing else does not count."""
    document = tomllib.loads(text, parse_float=str)  # as numbers, no two nan are equal
    holders = [document]
    for name in place[:-1]:
        holders.append(holders[-1].get(name, {}))
    entries = holders[-1].pop(place[-1], [])
    for name, holder in reversed(list(zip(place[:-1], holders[:-1], strict=True))):
        if not holder.get(name, True):
            del holder[name]
    return entries, document
