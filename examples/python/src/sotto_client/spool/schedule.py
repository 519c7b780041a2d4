"""When a frame is sent, and when it is given up (docs/client-state.md, "Attempts"). Pure but for what is drawn."""

from __future__ import annotations

from ..report.noise import draw_between
from ..report.windows import DAY_MINUTES, is_plausible
from .entry import MAX_ATTEMPTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from .entry import Entry

# Days after its own on which an undelivered frame is deleted.
LIFE_DAYS = 14

# A decoder drops a frame that is from more than a day ahead of its segment, so one is not sent before.
AHEAD_DAYS = 1

# Minutes of silence after a refusal.
SILENCE_MINUTES = DAY_MINUTES

# Minutes to wait after the first to fifth attempt, before the spread; the sixth may be under way for as long as a sender
# lives.
_WAIT_MINUTES = (10, 6 * 60, DAY_MINUTES, 3 * DAY_MINUTES, 7 * DAY_MINUTES)
_LAST_ATTEMPT_MINUTES = 10


def fate_of(entry: Entry, now: int) -> str:
    """Return what is to be done with a frame in a minute: "due", "waiting", "expired", or "spent" (six attempts)."""
    today = now // DAY_MINUTES
    if not is_plausible(today):
        return "waiting"
    if abs(today - entry.day) >= LIFE_DAYS:
        return "expired"
    if entry.day - today > AHEAD_DAYS or (entry.last is not None and now - entry.last < entry.wait):
        return "waiting"
    return "spent" if entry.attempts >= MAX_ATTEMPTS else "due"


def healed_entry(entry: Entry, now: int) -> Entry:
    """When the clock was set back the wait begins anew. What comes out must be kept, or it would never end."""
    if entry.last is None or entry.last <= now or not is_plausible(now // DAY_MINUTES):
        return entry
    return entry.but(last=now)


def begun(entry: Entry, now: int, random: Callable[[int], bytes]) -> Entry:
    """Return a frame of which an attempt begins; to be kept before the name is looked up."""
    wait = _LAST_ATTEMPT_MINUTES
    if entry.attempts < len(_WAIT_MINUTES):
        base = _WAIT_MINUTES[entry.attempts]
        wait = draw_between(base // 2, base + base // 2, random)
    return entry.but(attempts=entry.attempts + 1, last=now, wait=wait)


class Settlement:
    """What becomes of a frame after an attempt: kind is "delivered", "waits" (as entry) or "dropped" (for reason)."""

    __slots__ = ("entry", "kind", "reason")

    def __init__(self, kind: str, entry: Entry | None = None, reason: str = "") -> None:
        self.kind = kind
        self.entry = entry
        self.reason = reason


def settled(entry: Entry, verdict: str) -> Settlement:
    """Judge a frame by the answer to an attempt: "acked", "refused" or "unconfirmed".

    entry is as `begun` returned it; its `refused` still tells of the attempt before.
    """
    if verdict == "acked":
        return Settlement("delivered")
    if verdict == "refused":
        if entry.refused:
            return Settlement("dropped", reason="refused")
        entry = entry.but(refused=True, wait=SILENCE_MINUTES)
    else:
        entry = entry.but(refused=False)
    if entry.attempts >= MAX_ATTEMPTS:
        return Settlement("dropped", reason="attempts")
    return Settlement("waits", entry)
