"""What things may be called. Without regular expressions: a usual run need not load them."""

from __future__ import annotations

_PROJECT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_ZONE = _PROJECT | {"_"}

# A report's name below a zone then fits the 253 characters of a name in DNS.
MAX_ZONE_CHARACTERS = 61
_MAX_LABEL = 63


def is_project(name: str) -> bool:
    """Tell whether a text can be a project's name: it is a folder's and a variable's, too."""
    return 1 <= len(name) <= 32 and _PROJECT.issuperset(name)


def is_report(name: object) -> bool:
    """Tell whether a value can be a report's name."""
    return isinstance(name, str) and is_project(name) and "a" <= name[0] <= "z"


def is_zone(name: object) -> bool:
    """Tell whether a value is a zone's name in its one form: lower case, no dot at the end."""
    if not isinstance(name, str) or len(name) > MAX_ZONE_CHARACTERS:
        return False
    return all(
        1 <= len(label) <= _MAX_LABEL and _ZONE.issuperset(label) and label[0] != "-" and label[-1] != "-"
        for label in name.split(".")
    )


def is_hex(value: object, digits: int) -> bool:
    """Tell whether a value is so many lower-case hexadecimal digits."""
    return isinstance(value, str) and len(value) == digits and not value.strip("0123456789abcdef")


def zone_of(text: str) -> str | None:
    """Bring a zone's name as it is typed to its one form; None where it is none."""
    zone = text[:-1] if text.endswith(".") else text
    # Only ASCII letters are folded: lower() would turn the Kelvin sign into a k.
    zone = "".join(letter.lower() if "A" <= letter <= "Z" else letter for letter in zone)
    return zone if is_zone(zone) else None
