"""Sessions: a random number that dies after ten idle minutes. Pure but for what is drawn."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"

# A use at most so many whole minutes later is of the same session: no session outlives ten idle minutes.
_IDLE_MINUTES = 9


class Session:
    """id is 8 base32 digits; minute is the whole minute, since 1970-01-01 UTC, of its last use."""

    __slots__ = ("id", "minute")

    def __init__(self, id: str, minute: int) -> None:
        self.id = id
        self.minute = minute


def is_session_id(text: object) -> bool:
    """Tell whether a value is 8 digits of RFC 4648 base32 in lower case."""
    return isinstance(text, str) and len(text) == 8 and not text.strip(_DIGITS)


def session_id(octets: bytes) -> str:
    """Write five random octets."""
    number = int.from_bytes(octets, "big")
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(8)))


def is_over(session: Session, minute: int) -> bool:
    """Tell whether a session has ended, or is of a clock that ran ahead."""
    return not 0 <= minute - session.minute <= _IDLE_MINUTES


def used_session(before: Session | None, minute: int, random: Callable[[int], bytes]) -> Session:
    """Return the session that a use belongs to."""
    if before is not None and not is_over(before, minute):
        return Session(before.id, minute)
    return Session(session_id(random(5)), minute)
