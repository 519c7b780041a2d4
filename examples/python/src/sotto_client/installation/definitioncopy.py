"""`definition.json`: the report definition with which a program last ran. Senders and commands have no other."""

from __future__ import annotations

from ..state.jsontext import compact, is_json_number
from ..state.reading import read_state_file
from ..state.writing import replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..state.places import Place

_MAX_OCTETS = 512 * 1024


class DefinitionCopy:
    """The content of sotto.json, the sum of each field, and the week in which the zone last asked for silence."""

    __slots__ = ("raw", "stopped", "sums")

    def __init__(self, raw: dict[str, Any], sums: dict[str, str], stopped: int | None = None) -> None:
        self.raw = raw
        self.sums = sums
        self.stopped = stopped


def read_definition_copy(folder: Place) -> DefinitionCopy | None:
    """Read it; None when there is none that can be used."""
    reading = read_state_file(folder.inside("definition.json").path, _MAX_OCTETS)
    if reading.kind != "read":
        return None
    raw, sums, stopped = (reading.value.get(name) for name in ("definition", "fields", "stopped"))
    if not isinstance(raw, dict) or not isinstance(sums, dict):
        return None
    if not all(isinstance(digest, str) for digest in sums.values()):
        return None
    if stopped is not None and not is_json_number(stopped):
        return None
    return DefinitionCopy(raw, sums, None if stopped is None else int(stopped))


def write_definition_copy(folder: Place, copy: DefinitionCopy) -> None:
    """Write it, unless a newer program did. Raises OSError."""
    place = folder.inside("definition.json")
    if read_state_file(place.path, _MAX_OCTETS).kind == "newer":
        return
    content = {"version": 1, "definition": copy.raw, "fields": copy.sums}
    if copy.stopped is not None:
        content["stopped"] = copy.stopped
    octets = (compact(content) + "\n").encode("utf-8")
    if len(octets) <= _MAX_OCTETS:
        replace_file(place, octets)


def same_definition(one: Any, other: Any) -> bool:
    """Tell whether two contents are the same text. In Python True is 1, and members have no order, so texts decide."""
    return bool(one == other) and compact(one) == compact(other)
