"""What a user's machine remembers of one message that was sealed on it, and the proof that it left so."""

from __future__ import annotations

from ..definition.names import is_hex, is_project, is_report, is_zone
from ..report.windows import is_plausible
from ..state.jsontext import whole_of
from ..wire.block import make_blocks, parts_of, piece_of
from ..wire.box import box_id, open_as_sender, seal_box
from ..wire.frame import box_of
from ..wire.publickey import decode_public_key, encode_public_key
from ..wire.text import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..wire.sealing import Sealed

# The longest text in JSON's longest spelling and sixteen frames take half of it.
MAX_OCTETS = 16 * 1024


class Entry:
    """A message: message_id is 8 octets, None exactly if there is one frame; frames are (SHA-256 of the box, secret)."""

    __slots__ = ("day", "frames", "message_id", "project", "public_key", "report", "text", "zone")

    def __init__(
        self,
        project: str,
        report: str,
        day: int,
        zone: str,
        public_key: bytes,
        text: str,
        message_id: bytes | None,
        frames: list[tuple[str, bytes]],
    ) -> None:
        self.project = project
        self.report = report
        self.day = day
        self.zone = zone
        self.public_key = public_key
        self.text = text
        self.message_id = message_id
        self.frames = frames

    @property
    def stem(self) -> str:
        """What the names of its files begin with."""
        return f"{self.day}-{self.frames[0][0]}"

    def json(self) -> dict[str, Any]:
        """Return what its file holds."""
        return {
            "version": 1,
            "project": self.project,
            "report": self.report,
            "day": self.day,
            "zone": self.zone,
            "publicKey": encode_public_key(self.public_key),
            "text": self.text,
            **({} if self.message_id is None else {"messageId": self.message_id.hex()}),
            "frames": [{"box": box, "secret": secret.hex()} for box, secret in self.frames],
        }


def read_entry(value: dict[str, Any]) -> Entry | None:
    """Read a file's content. Strict: with one wrong member nobody could prove anything."""
    project, report, zone, text = (value.get(name) for name in ("project", "report", "zone", "text"))
    day = whole_of(value.get("day"), 0)
    if not isinstance(project, str) or not is_project(project) or not is_report(report) or not is_zone(zone):
        return None
    key = value.get("publicKey")
    public_key = decode_public_key(key) if isinstance(key, str) else None
    if day is None or not is_plausible(day) or public_key is None or not isinstance(text, str):
        return None
    try:
        octets = text.encode("utf-8")
    except UnicodeEncodeError:
        return None
    if read_text(octets) is None:
        return None
    parts = parts_of(len(octets))
    id, frames = value.get("messageId"), value.get("frames")
    if ("messageId" in value) if parts == 1 else not is_hex(id, 16):
        return None
    if not isinstance(frames, list) or len(frames) != parts:
        return None
    if not all(isinstance(one, dict) and is_hex(one.get("box"), 64) and is_hex(one.get("secret"), 64) for one in frames):
        return None
    found = [(one["box"], bytes.fromhex(one["secret"])) for one in frames]
    message_id = bytes.fromhex(str(id)) if parts > 1 else None
    return Entry(project, str(report), day, str(zone), public_key, text, message_id, found)


def entry_of(
    project: str, report: str, day: int, zone: str, public_key: bytes, text: str, message_id: bytes,
    sealed: list[Sealed],
) -> Entry | None:
    """Make the entry of a message that was just sealed, after opening every frame: what is remembered is what left."""
    frames = [(box_id(box_of(one.frame)), one.secret) for one in sealed]
    entry = Entry(project, report, day, zone, public_key, text, message_id if len(sealed) > 1 else None, frames)
    if read_entry(entry.json()) is None:
        return None
    is_proved = all(prove(entry, part, box_of(one.frame)) is not None for part, one in enumerate(sealed))
    return entry if is_proved else None


def prove(entry: Entry, part: int, box: bytes) -> bytes | None:
    """Open a box by the entry's secret and hold what is inside against its text.

    Returns the octets of text in this part; None when this entry does not prove what the box holds.
    """
    blocks = _blocks(entry)
    if part >= len(blocks):
        return None
    block = open_as_sender(box, entry.frames[part][1], entry.public_key)
    return piece_of(block) if block is not None and block == blocks[part] else None


def receipts_of(entry: Entry) -> list[str] | None:
    """Return a line for each frame (docs/protocol.md, section 14); None where an entry does not prove them."""
    lines = []
    for (box, secret), block in zip(entry.frames, _blocks(entry)):
        if box_id(seal_box(block, entry.public_key, secret)) != box:
            return None
        lines.append(f"{box} {secret.hex()}")
    return lines


def _blocks(entry: Entry) -> list[bytes]:
    return make_blocks(entry.text.encode("utf-8"), entry.day, entry.message_id or bytes(8))
