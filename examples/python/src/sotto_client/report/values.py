"""What goes over the wire of what a program says (docs/client-state.md, "Values on the wire"). Pure."""

from __future__ import annotations

import math

from ..definition.model import OTHER
from ..state.jsontext import is_json_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Union

    from ..definition.model import Field

    Answer = Union[bool, str, int]

_MAX_VERSION_CHARACTERS = 64
_MAX_DIGITS = 8
_DIGITS = "0123456789"

# The blanks of JavaScript, in which this rule was written first.
_BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


class Facts:
    """What the client itself knows when it reports. session is None where none is kept."""

    __slots__ = ("age", "platform", "runner", "session")

    def __init__(self, runner: str, platform: str, session: str | None, age: int = 1) -> None:
        self.runner = runner
        self.platform = platform
        self.session = session
        self.age = age


def wire_value(field: Field, said: Any, facts: Facts) -> Answer | None:
    """Return what a report says of a field, counters apart; None where it is left out.

    Only texts, numbers and truth values are looked at: nothing of an object is read or called.
    """
    kind = field.kind
    if kind == "boolean":
        return said if isinstance(said, bool) else None
    if kind == "choice":
        return _listed(field, said)
    if kind == "platform":
        return _listed(field, facts.platform if said is None else said)
    if kind == "version":
        return version_of(str.__str__(said)) if isinstance(said, str) else None
    if kind == "bucket":
        return _range(field, said)
    if kind == "age":
        return facts.age
    if kind == "runner":
        return facts.runner
    return facts.session


def answers_of(field: Field) -> list[Answer]:
    """Return all that a field with noise can answer, in the order in which the answers are numbered."""
    if field.kind == "boolean":
        return [False, True]
    if field.kind == "choice":
        return [*(field.values or ()), OTHER]
    return list(range(len(field.bounds or ()) + 1))


def version_of(text: str) -> str | None:
    """Read the three numbers of a version."""
    rest = text[:_MAX_VERSION_CHARACTERS].lstrip(_BLANKS)
    if rest[:1] in ("v", "V"):
        rest = rest[1:]
    numbers = []
    for place in range(3):
        digits = len(rest) - len(rest.lstrip(_DIGITS))
        if not 1 <= digits <= _MAX_DIGITS:
            return None
        numbers.append(str(int(rest[:digits])))
        rest = rest[digits:]
        if place < 2:
            if rest[:1] != ".":
                return None
            rest = rest[1:]
    return ".".join(numbers)


def heard_values(fields: list[Field], said: Mapping[str, Any] | None) -> dict[str, Answer | float]:
    """Return what is kept of what a program said until its report is sealed: nothing that this could not hold."""
    heard: dict[str, Answer | float] = {}
    unknown = Facts("script", OTHER, None)
    for field in fields:
        value = None if said is None else said.get(field.name)
        if value is None or field.kind not in ("boolean", "choice", "version", "bucket", "platform"):
            continue
        told = wire_value(field, value, unknown)
        if field.kind == "platform":
            # What is no text says nothing; left out altogether it would stand for the client's own.
            heard[field.name] = False if told is None else told
        elif told is not None:
            heard[field.name] = _number_in(field.bounds or [0], int(told)) if field.kind == "bucket" else told
    return heard


def _listed(field: Field, said: Any) -> str | None:
    if not isinstance(said, str):
        return None
    # Of a class of the program's own nothing is called.
    text = str.__str__(said)
    return text if text in (field.values or ()) else OTHER


def _range(field: Field, said: Any) -> int | None:
    if not is_json_number(said) or said != said:
        return None
    return sum(1 for bound in field.bounds or () if bound <= said)


def _number_in(bounds: list[float], number: int) -> float:
    """Return a number in a range, the same whatever number was said."""
    if number > 0:
        return bounds[number - 1]
    first = bounds[0]
    whole = math.ceil(first) - 1
    # Beyond 2^53 doubles are more than one apart.
    return whole if float(whole) < first else -1.7976931348623157e308
