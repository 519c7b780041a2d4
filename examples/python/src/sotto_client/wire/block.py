"""Blocks: a text cut into pieces of one size (docs/protocol.md, section 5)."""

from __future__ import annotations


BLOCK_OCTETS = 66
BODY_OCTETS = 63
CHUNK_OCTETS = 54
MESSAGE_ID_OCTETS = 8
_HEAD_OCTETS = 3
_WHOLE = 1
_PART = 2


def parts_of(octets: int) -> int:
    """Return how many frames a text of so many octets takes."""
    return 1 if octets <= BODY_OCTETS else -(-octets // CHUNK_OCTETS)


def make_blocks(text: bytes, day: int, message_id: bytes) -> list[bytes]:
    """Cut a text; message_id, 8 octets, is the same in all parts, and in no block of a text that fits one."""
    stamp = day.to_bytes(2, "big")
    if len(text) <= BODY_OCTETS:
        return [bytes([_WHOLE]) + stamp + text.ljust(BODY_OCTETS, b"\0")]
    count = parts_of(len(text))
    return [
        bytes([_PART])
        + stamp
        + message_id
        + bytes([part << 4 | count - 1])
        + text[part * CHUNK_OCTETS : (part + 1) * CHUNK_OCTETS].ljust(CHUNK_OCTETS, b"\0")
        for part in range(count)
    ]


def piece_of(block: bytes) -> bytes:
    """Return the octets of text in a block that was made here."""
    return block[_HEAD_OCTETS if block[0] == _WHOLE else BLOCK_OCTETS - CHUNK_OCTETS :].rstrip(b"\0")
