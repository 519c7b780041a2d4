"""Texts of a definition that people read, and addresses: what can be shown in a terminal and does no harm."""

from __future__ import annotations

import re

# Control characters, line ends, and what turns the direction of text.
_NOT_FOR_A_LINE = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

_HOST = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
_ADDRESS = re.compile(rf"https://{_HOST}(:[0-9]{{1,5}})?([/?#][!#-;=?-Z\[\]_a-z~]*)?")
_MAILBOX = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_HOST}")
_OCTET = re.compile(r"25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]")


def is_line(text: str, most: int) -> bool:
    """Tell whether a text is one line of at most so many characters, and not of blanks alone."""
    # U+FEFF is a blank to JavaScript, whose rule this is.
    return len(text) <= most and text.strip().strip("\ufeff") != "" and _NOT_FOR_A_LINE.search(text) is None


def is_address(text: str) -> bool:
    """Tell whether a text is the https address of a page, of at most 500 characters."""
    return len(text) <= 500 and _ADDRESS.fullmatch(text) is not None


def is_contact(text: str) -> bool:
    """Tell whether a text is a mail address or that of a page, of at most 200 characters."""
    return len(text) <= 200 and (is_address(text) or _MAILBOX.fullmatch(text) is not None)


def is_ipv4(text: str) -> bool:
    """Tell whether a text is an IPv4 address in dotted decimal."""
    parts = text.split(".")
    return len(parts) == 4 and all(_OCTET.fullmatch(part) is not None for part in parts)
