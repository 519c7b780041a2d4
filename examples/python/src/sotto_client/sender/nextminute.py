"""When a sender has something to do again. Pure."""

from __future__ import annotations

from ..installation.nextminute import MOST_AHEAD_MINUTES
from ..report.windows import DAY_MINUTES
from ..spool.entry import Entry
from ..spool.pace import FLUSH_GAP_MINUTES, FLUSH_MINUTES, Pace
from ..spool.schedule import SILENCE_MINUTES

# What must not be sent now may be tomorrow: somebody may say yes, a definition get a key, a disk be emptied.
_LOOK_AGAIN_MINUTES = DAY_MINUTES


def next_minute(sendable: list[Entry], has_others: bool, pace: Pace | None, now: int) -> int | None:
    """Return the minute; None when nothing is left.

    sendable may be sent as far as their projects go; has_others says whether there are frames or due reports that wait
    for something else; pace is None when nothing may be sent.
    """
    later = now + _LOOK_AGAIN_MINUTES
    minutes = [later if pace is None else _with_pace(pace, _minute_of(entry, pace)) for entry in sendable]
    if has_others:
        minutes.append(later)
    if not minutes:
        return None
    return min(max(min(minutes), now + 1), now + MOST_AHEAD_MINUTES)


def _minute_of(entry: Entry, pace: Pace) -> int:
    """Return when a frame's own wait, its zone's silence, and a day that has not come are over."""
    waited = 0 if entry.last is None else entry.last + entry.wait
    silent = pace.refusals[entry.zone] + SILENCE_MINUTES + 1 if entry.zone in pace.refusals else 0
    return max(waited, silent, (entry.day - 1) * DAY_MINUTES)


def _with_pace(pace: Pace, first: int) -> int:
    """Return the first minute, from one on, in which the pace leaves a name."""
    ends = [minute + FLUSH_MINUTES + wait + 1 for minute, _ in pace.flushes for wait in (FLUSH_GAP_MINUTES, DAY_MINUTES)]
    for minute in [first, *sorted(end for end in ends if end > first)]:
        if pace.names_left(minute) > 0:
            return minute
    return first
