"""What is inside a name from the log of a resolver or a filter, proved by opening its box again."""

from __future__ import annotations

from ..definition.names import zone_of
from ..wire.box import box_id
from ..wire.frame import box_of
from ..wire.name import decode_name
from .entry import prove

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .keeping import Kept


class Opening:
    """kind is "ours", "unproved", "not-ours" or "no-name". inside has the octets of text in this frame."""

    __slots__ = ("inside", "kept", "kind", "part", "zone")

    def __init__(self, kind: str, kept: Kept | None = None, part: int = 0, inside: bytes = b"", zone: str = "") -> None:
        self.kind = kind
        self.kept = kept
        self.part = part
        self.inside = inside
        self.zone = zone


def open_name(name: str, history: list[Kept]) -> Opening:
    """Look a name up, in any letter case, with the zone, another, or only the three labels. Never raises."""
    found = decode_name(name.strip())
    if found is None:
        return Opening("no-name")
    frame, rest = found
    box = box_of(frame)
    unproved: Opening | None = None
    for kept in history:
        for part, (known, _) in enumerate(kept.entry.frames):
            if known == box_id(box):
                inside = prove(kept.entry, part, box)
                if inside is not None:
                    zone = "none" if not rest.strip(".") else "same" if zone_of(rest) == kept.entry.zone else "other"
                    return Opening("ours", kept, part, inside, zone)
                unproved = unproved or Opening("unproved", kept, part)
    return unproved or Opening("not-ours")
