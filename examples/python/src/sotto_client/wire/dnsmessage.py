"""One question to a DNS server, and its answer (RFC 1035): what getaddrinfo cannot ask. Hostile answers are none."""

from __future__ import annotations

import struct

TYPE_A = 1
TYPE_TXT = 16
_TYPE_OPT = 41
_CLASS_IN = 1
_RECURSION_DESIRED = 0x0100
_RESPONSE = 0x8000
_TRUNCATED = 0x0200
_NAME_ERROR = 3

# What fits a packet on most ways (DNS flag day 2020).
_UDP_OCTETS = 1232


class Answer:
    """kind is "records", "not-found" (no such name, or none of the type), "truncated" or "failed"."""

    __slots__ = ("kind", "records")

    def __init__(self, kind: str, records: list[bytes] | None = None) -> None:
        self.kind = kind
        self.records = records or []


def write_question(id: int, name: str, type: int) -> bytes:
    """Write a question for an absolute name."""
    labels = name.rstrip(".").split(".")
    encoded = b"".join(bytes([len(label)]) + label.encode("ascii") for label in labels) + b"\0"
    head = struct.pack("!6H", id, _RECURSION_DESIRED, 1, 0, 0, 1)
    options = struct.pack("!BHHIH", 0, _TYPE_OPT, _UDP_OCTETS, 0, 0)
    return head + encoded + struct.pack("!HH", type, _CLASS_IN) + options


def read_answer(question: bytes, message: bytes, type: int) -> Answer | None:
    """Read an answer; None when it is none to this question."""
    end = question.index(b"\0", 12) + 5
    if len(message) < end or message[:2] != question[:2] or message[12:end].lower() != question[12:end].lower():
        return None
    _, flags, questions, answers, _, _ = struct.unpack_from("!6H", message)
    if not flags & _RESPONSE or questions != 1:
        return None
    if flags & _TRUNCATED:
        return Answer("truncated")
    code = flags & 0xF
    if code not in (0, _NAME_ERROR):
        return Answer("failed")
    try:
        records = _records(message, end, answers, type)
    except (IndexError, struct.error):
        return Answer("failed")
    return Answer("records", records) if records else Answer("not-found")


def strings_of(record: bytes) -> list[bytes]:
    """Return the character strings of a TXT record's data."""
    strings: list[bytes] = []
    at = 0
    while at < len(record):
        strings.append(record[at + 1 : at + 1 + record[at]])
        at += 1 + record[at]
    return strings


def _records(message: bytes, at: int, count: int, type: int) -> list[bytes]:
    """Return the data of the answers of a type. Whose they are is the resolver's to say: aliases are followed there."""
    records: list[bytes] = []
    for _ in range(count):
        at = _after_name(message, at)
        of, _class, _ttl, length = struct.unpack_from("!HHIH", message, at)
        at += 10
        if at + length > len(message):
            raise IndexError
        if of == type and _class == _CLASS_IN:
            records.append(message[at : at + length])
        at += length
    return records


def _after_name(message: bytes, at: int) -> int:
    while message[at] != 0:
        if message[at] >= 0xC0:
            return at + 2
        at += 1 + message[at]
    return at + 1
