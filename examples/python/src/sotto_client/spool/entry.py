"""A sealed frame that waits to be sent. Its times are whole minutes: what is finer would tell when somebody was there."""

from __future__ import annotations

from ..definition.names import is_hex, is_report, is_zone
from ..report.windows import is_plausible
from ..state.jsontext import whole_of
from ..wire.frame import box_of, is_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_ATTEMPTS = 6
MAX_PARTS = 16

# No drawn wait is longer than seven days and a half of them.
_MAX_WAIT_MINUTES = 15_120


class Entry:
    """A frame in the spool.

    project and hash (SHA-256 of the box) name its file. message is the same in all parts; zone is fixed from the first
    attempt on; last is the minute of the last attempt or None, wait the minutes from then; refused says whether the
    last answer was a refusal.
    """

    __slots__ = ("attempts", "day", "frame", "hash", "last", "message", "part", "parts", "project", "refused", "report",
                 "wait", "zone")

    def __init__(
        self,
        project: str,
        hash: str,
        frame: bytes,
        day: int,
        report: str,
        message: str,
        part: int,
        parts: int,
        zone: str,
        attempts: int = 0,
        last: int | None = None,
        wait: int = 0,
        refused: bool = False,
    ) -> None:
        self.project = project
        self.hash = hash
        self.frame = frame
        self.day = day
        self.report = report
        self.message = message
        self.part = part
        self.parts = parts
        self.zone = zone
        self.attempts = attempts
        self.last = last
        self.wait = wait
        self.refused = refused

    def but(self, **changes: Any) -> Entry:
        """Return the same frame with something changed."""
        members = {name: getattr(self, name) for name in self.__slots__}
        return Entry(**{**members, **changes})

    def json(self) -> dict[str, Any]:
        """Return what its file holds."""
        members = {name: getattr(self, name) for name in self.__slots__ if name not in ("project", "hash")}
        return {**members, "version": 1, "frame": self.frame.hex()}


def read_entry(value: dict[str, Any], project: str, hash: str) -> Entry | None:
    """Read a file's content. One wrong member and the frame is not sent: nothing tells which of them are right."""
    frame = _frame_of(value.get("frame"))
    day = whole_of(value.get("day"), 0)
    if frame is None or day is None or not is_plausible(day) or not is_frame(frame, day):
        return None
    if _identity(frame) != hash or not is_report(value.get("report")) or not is_hex(value.get("message"), 16):
        return None
    parts = whole_of(value.get("parts"), 1, MAX_PARTS)
    part = None if parts is None else whole_of(value.get("part"), 0, parts - 1)
    attempts = whole_of(value.get("attempts"), 0, MAX_ATTEMPTS)
    wait = whole_of(value.get("wait"), 0, _MAX_WAIT_MINUTES)
    refused, given, zone = value.get("refused"), value.get("last", ""), value.get("zone")
    last = None if given is None else whole_of(given, 0)
    if part is None or parts is None or attempts is None or wait is None or not is_zone(zone):
        return None
    if not isinstance(refused, bool) or (given is not None and last is None):
        return None
    is_untouched = last is None and wait == 0 and not refused
    if is_untouched != (attempts == 0):
        return None
    report, message = str(value["report"]), str(value["message"])
    return Entry(
        project, hash, frame, day, report, message, part, parts, str(zone), attempts, last, wait, refused
    )


def new_entry(project: str, frame: bytes, day: int, report: str, message: str, part: int, parts: int, zone: str) -> Entry:
    """Return a frame that nobody has tried to send."""
    return Entry(project, _identity(frame), frame, day, report, message, part, parts, zone)


def _identity(frame: bytes) -> str:
    import hashlib

    return hashlib.sha256(box_of(frame)).hexdigest()


def _frame_of(value: Any) -> bytes | None:
    if not isinstance(value, str) or not is_hex(value, 236):
        return None
    return bytes.fromhex(value)
