"""Frames and their puzzle (docs/protocol.md, sections 2 and 3)."""

from __future__ import annotations

import hashlib

from ..report.windows import week_of

FRAME_OCTETS = 118
HEAD_OCTETS = 4
_SALTS = 1 << 24


def head_week_of(day: int) -> int:
    """Return the week that a head says of a day."""
    return week_of(day) % 64


def solve(day: int, box: bytes, bits: int, start: int) -> bytes | None:
    """Find the salt, from a random start, with which SHA-256 of the frame begins with so many zero bits.

    Returns the frame; None when no salt fits.
    """
    week = bytes([head_week_of(day)])
    limit = 1 << 256 - bits
    sha256 = hashlib.sha256
    for step in range(_SALTS):
        frame = week + ((start + step) % _SALTS).to_bytes(3, "big") + box
        if int.from_bytes(sha256(frame).digest(), "big") < limit:
            return frame
    return None


def is_solved(frame: bytes, bits: int) -> bool:
    """Tell whether a frame meets a zone's bits."""
    return int.from_bytes(hashlib.sha256(frame).digest(), "big") < 1 << 256 - bits


def box_of(frame: bytes) -> bytes:
    """Return a frame's box."""
    return frame[HEAD_OCTETS:]


def is_frame(frame: bytes, day: int) -> bool:
    """Tell whether octets are a frame of version 0 and of a day's week."""
    return len(frame) == FRAME_OCTETS and frame[0] == head_week_of(day)
