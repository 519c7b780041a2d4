"""Replacing a file of ours by another JSON object: a newer program's is left alone."""

from __future__ import annotations

import json

from .places import Place
from .reading import code_of, read_state_file
from .writing import LockLost, replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class Replacement:
    """What became of it: kind is "replaced", "newer", "lost" (the lock) or "failed". reason is a phrase for a person."""

    __slots__ = ("kind", "reason")

    def __init__(self, kind: str, reason: str = "") -> None:
        self.kind = kind
        self.reason = reason

    @property
    def done(self) -> bool:
        """Whether the file is what it should be."""
        return self.kind == "replaced"


def replace_state_file(
    place: Place, value: dict[str, Any], max_octets: int, is_ours: Callable[[], bool] | None = None
) -> Replacement:
    """Put an object in the place of a file's content, on the disk when it returns. Never raises."""
    octets = (json.dumps(value, indent=2) + "\n").encode("ascii")
    if len(octets) > max_octets:
        return Replacement("failed", f"it would be larger than {max_octets} octets")
    there = read_state_file(place.path, max_octets)
    if there.kind == "newer":
        return Replacement("newer", there.reason)
    try:
        replace_file(place, octets, is_ours, durable=True)
    except LockLost:
        return Replacement("lost", "another program took the lock over")
    except OSError as error:
        return Replacement("failed", f"it cannot be written ({code_of(error)})")
    return Replacement("replaced")


def change_members(
    place: Place, members: dict[str, Any], max_octets: int, is_ours: Callable[[], bool] | None = None
) -> Replacement:
    """Replace the known members of version 1 and keep those that are not known. Never raises."""
    there = read_state_file(place.path, max_octets)
    others = there.value if there.kind == "read" else {}
    return replace_state_file(place, {**others, "version": 1, **members}, max_octets, is_ours)
