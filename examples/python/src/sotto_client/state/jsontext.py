"""JSON as every client reads it: strict, so that no two programs understand one file differently."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The greatest whole number that a double, and so every client, holds.
MAX_WHOLE = 2**53 - 1


def parse_json(octets: bytes) -> Any:
    """Read JSON text in UTF-8 without byte order mark. Of a name that stands twice the last one counts.

    Raises ValueError for anything else, also for what Python alone would read (NaN, Infinity).
    """
    try:
        return json.loads(octets.decode("utf-8", "strict"), parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("too deep") from error


def whole_of(value: Any, least: int, most: int = MAX_WHOLE) -> int | None:
    """Return a JSON number as a whole one, however it is spelled (1, 1.0, 1e0); None when it is none in the range."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not least <= value <= most or value != int(value):
        return None
    return int(value)


def compact(value: Any) -> str:
    """Write JSON without blanks, as JavaScript writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def is_json_number(value: Any) -> bool:
    """Tell whether a JSON value is a number; in Python a truth value would be one, too."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
