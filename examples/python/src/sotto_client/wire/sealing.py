"""Sealing a report: blocks, boxes, and the puzzle."""

from __future__ import annotations

from ..report.noise import draw_between
from .block import MESSAGE_ID_OCTETS, make_blocks
from .box import SECRET_OCTETS, seal_box
from .frame import solve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


class Sealed:
    """A frame with the ephemeral secret of its box."""

    __slots__ = ("frame", "secret")

    def __init__(self, frame: bytes, secret: bytes) -> None:
        self.frame = frame
        self.secret = secret


def seal(
    text: bytes, public_key: bytes, day: int, bits: int, random: Callable[[int], bytes]
) -> tuple[list[Sealed], bytes]:
    """Seal a text of at most 864 octets. Returns its frames in part order, and the id that is in the parts' blocks."""
    message_id = random(MESSAGE_ID_OCTETS)
    return [_sealed(block, public_key, day, bits, random) for block in make_blocks(text, day, message_id)], message_id


def _sealed(block: bytes, public_key: bytes, day: int, bits: int, random: Callable[[int], bytes]) -> Sealed:
    while True:
        secret = random(SECRET_OCTETS)
        # A start at zero would tell implementations apart.
        frame = solve(day, seal_box(block, public_key, secret), bits, random_salt(random))
        if frame is not None:
            return Sealed(frame, secret)


def random_salt(random: Callable[[int], bytes]) -> int:
    """Draw where the search for a salt starts."""
    return draw_between(0, (1 << 24) - 1, random)
