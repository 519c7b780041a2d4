"""A frame as a name in DNS: three labels of base32, and the zone (docs/protocol.md, section 8)."""

from __future__ import annotations

import base64

from ..definition.names import zone_of
from .frame import FRAME_OCTETS

_LABEL = 63
_DIGITS = 189
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz234567ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def encode_name(frame: bytes, zone: str) -> str:
    """Write the absolute name under which a frame is looked up."""
    digits = base64.b32encode(frame).decode("ascii").lower()[:_DIGITS]
    return ".".join([*(digits[at : at + _LABEL] for at in range(0, _DIGITS, _LABEL)), zone]) + "."


def decode_name(name: str) -> tuple[bytes, str] | None:
    """Read a name as logs show it, in any letter case, with a zone or without.

    Returns the frame, and what stands behind its labels; None when it is no report's.
    """
    labels = name.split(".", 3)
    if len(labels) < 3 or any(len(label) != _LABEL or not _LETTERS.issuperset(label) for label in labels[:3]):
        return None
    octets = base64.b32decode("".join(labels[:3]).upper() + "AAA")
    # 118 octets are 188.8 digits: the last bit of the last one must be zero, or the frame would have two names.
    digits = base64.b32encode(octets[:FRAME_OCTETS]).decode("ascii")[:_DIGITS]
    if digits.lower() != "".join(labels[:3]).lower():
        return None
    return octets[:FRAME_OCTETS], labels[3] if len(labels) > 3 else ""


def decode_name_in(name: str, zone: str) -> bytes | None:
    """Read the canonical name of a frame in a zone."""
    found = decode_name(name)
    return None if found is None or zone_of(found[1]) != zone else found[0]
