"""The policy record of a zone (docs/protocol.md, section 10)."""

from __future__ import annotations

import hashlib
import re

from ..definition.lines import is_ipv4

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

MAX_BITS = 22
_VERSION = "v=sotto1"
_NUMBER = re.compile(r"0|[1-9][0-9]?")
_HOURS = re.compile(r"(0|[1-9][0-9]{0,5})h")
_PROJECT = re.compile(r"[0-9a-f]{8}")


class Policy:
    """What a client acts on: addresses that mean "stored", the bits of the puzzle or None, projects that are stopped."""

    __slots__ = ("ack", "bits", "stop")

    def __init__(self, ack: list[str], bits: int | None, stop: list[str]) -> None:
        self.ack = ack
        self.bits = bits
        self.stop = stop


def stop_hash(project: str) -> str:
    """Return a project as the `stop` list names it."""
    return hashlib.sha256(f"sotto-stop:{project}".encode()).hexdigest()[:8]


def parse_policy(records: Sequence[Sequence[bytes]]) -> Policy | None:
    """Find the policy among the TXT records at its name, each a list of character strings.

    Returns None when there is not exactly one of this version, or when it breaks the grammar.
    """
    # Octets as characters: what is no ASCII can only stand where anything may.
    texts = [b"".join(strings).decode("latin-1") for strings in records]
    ours = [text for text in texts if _fields(text)[0] == _VERSION]
    return _parse(ours[0]) if len(ours) == 1 else None


def _fields(text: str) -> list[str]:
    return [field.strip(" \t") for field in text.split(";")]


def _parse(text: str) -> Policy | None:
    values: dict[str, str] = {}
    for field in _fields(text):
        key, equals, value = field.partition("=")
        if not key or not equals or key in values:
            return None
        values[key] = value
    ack = _list(values.get("ack"))
    stop = _list(values.get("stop"))
    if not all(map(is_ipv4, ack)) or not all(map(_PROJECT.fullmatch, stop)):
        return None
    bits = values.get("bits")
    if bits is not None and (not _NUMBER.fullmatch(bits) or int(bits) > MAX_BITS):
        return None
    if "retention" in values and not _HOURS.fullmatch(values["retention"]):
        return None
    if values.get("contact") == "" or values.get("url") == "":
        return None
    return Policy(ack, None if bits is None else int(bits), stop)


def _list(value: str | None) -> list[str]:
    return [] if value is None else value.split(",")
