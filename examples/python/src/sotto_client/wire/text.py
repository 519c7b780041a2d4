"""The text of a report: strict UTF-8, one JSON object (docs/protocol.md, section 6)."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MIN_OCTETS = 2
MAX_OCTETS = 864
_MAX_DEPTH = 8


def read_text(octets: bytes) -> str | None:
    """Read a text; None when it is malformed. The octets are kept as given: nobody re-formats a text."""
    if not MIN_OCTETS <= len(octets) <= MAX_OCTETS or b"\0" in octets:
        return None
    try:
        text = octets.decode("utf-8", "strict")
        value = json.loads(text, object_pairs_hook=_members, parse_constant=_refuse, parse_float=_number, parse_int=_whole)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or _depth(value) > _MAX_DEPTH or _has_half_character(value):
        return None
    return text


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("it overflows")
    return number


def _whole(text: str) -> float:
    # A whole number is a double, too: one of 400 digits overflows.
    return _number(text)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _has_half_character(value: Any) -> bool:
    if isinstance(value, str):
        return any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return any(_has_half_character(name) or _has_half_character(one) for name, one in value.items())
    return any(map(_has_half_character, value)) if isinstance(value, list) else False
