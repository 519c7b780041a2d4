"""`pace.json`: what was sent from this host lately, by all projects of a user together."""

from __future__ import annotations

from ..definition.names import is_zone
from ..report.noise import draw_between
from ..report.windows import DAY_MINUTES, is_plausible
from ..state.jsontext import whole_of
from ..state.reading import read_state_file
from ..state.replacing import change_members
from .schedule import SILENCE_MINUTES, fate_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ..state.places import Place
    from .entry import Entry

MAX_FLUSH_NAMES = 4
MAX_FLUSH_PARTS = 2
MAX_DAY_NAMES = 24
_PAUSE_MILLISECONDS = (5000, 60_000)

# Between the end of a flush and the beginning of the next; one counts as if it always lasted as long as a sender lives.
FLUSH_GAP_MINUTES = 10
FLUSH_MINUTES = 5

_MAX_OCTETS = 64 * 1024


class Pace:
    """flushes are (minute, names), the latest last; refusals the minute of the last one by each zone."""

    __slots__ = ("flushes", "refusals")

    def __init__(self, flushes: list[tuple[int, int]] | None = None, refusals: dict[str, int] | None = None) -> None:
        self.flushes = flushes or []
        self.refusals = refusals or {}

    def healed(self, now: int) -> Pace:
        """By a clock that may have been set: what seems to lie in the future counts as of now."""
        past = [(min(minute, now), names) for minute, names in self.flushes]
        silent = {zone: min(minute, now) for zone, minute in self.refusals.items()}
        return Pace(
            [(minute, names) for minute, names in past if _is_of_last_day(minute, now)],
            {zone: minute for zone, minute in silent.items() if now - minute <= SILENCE_MINUTES},
        )

    def names_left(self, now: int) -> int:
        """Return how many names may be sent in a flush that begins now."""
        # Whole minutes differ by n already when less than n minutes have passed.
        if self.flushes and now - self.flushes[-1][0] <= FLUSH_MINUTES + FLUSH_GAP_MINUTES:
            return 0
        sent = sum(names for minute, names in self.flushes if _is_of_last_day(minute, now))
        return max(0, min(MAX_FLUSH_NAMES, MAX_DAY_NAMES - sent))

    def is_silenced(self, zone: str, now: int) -> bool:
        """Tell whether a zone is to be left alone: it refused a frame, or somebody blocks it."""
        return zone in self.refusals and now - self.refusals[zone] <= SILENCE_MINUTES

    def json(self) -> dict[str, Any]:
        """Return what is kept."""
        return {
            "flushes": [{"minute": minute, "names": names} for minute, names in self.flushes],
            "refusals": self.refusals,
        }


def read_pace(state: Place, now: int) -> Pace | None:
    """Read it. Damaged, it says that a day's names were just sent; None where nothing may be sent at all."""
    reading = read_state_file(state.inside("pace.json").path, _MAX_OCTETS)
    if reading.kind == "absent":
        return Pace()
    if reading.kind in ("newer", "unreadable"):
        return None
    found = _pace_of(reading.value) if reading.kind == "read" else None
    return found or Pace([(now, MAX_DAY_NAMES)])


def write_pace(state: Place, pace: Pace, is_ours: Callable[[], bool]) -> bool:
    """Write it; to be done before the first name is sent. Returns whether it is written."""
    return change_members(state.inside("pace.json"), pace.json(), _MAX_OCTETS, is_ours).done


def plan_flush(
    entries: list[Entry], pace: Pace, now: int, random: Callable[[int], bytes]
) -> tuple[list[tuple[Entry, int]], Pace]:
    """Plan a flush: each project in turn, in an order drawn anew, gives its newest frame.

    entries are frames of projects that may send now. Returns (frame, milliseconds to wait before it) in order, and the
    pace to keep before the first is sent.
    """
    if not is_plausible(now // DAY_MINUTES):
        return [], pace
    healed = pace.healed(now)
    chosen = _choose(_queues(entries, healed, now, random), healed.names_left(now))
    if not chosen:
        return [], healed
    pauses = [0 if at == 0 else draw_between(*_PAUSE_MILLISECONDS, random) for at in range(len(chosen))]
    return list(zip(chosen, pauses)), Pace([*healed.flushes, (now, len(chosen))], healed.refusals)


def _queues(entries: list[Entry], pace: Pace, now: int, random: Callable[[int], bytes]) -> list[list[Entry]]:
    due = [entry for entry in entries if fate_of(entry, now) == "due" and not pace.is_silenced(entry.zone, now)]
    due.sort(key=lambda entry: (-entry.day, entry.attempts, entry.message, entry.part, entry.hash))
    names = sorted({entry.project for entry in due})
    for at in range(len(names) - 1, 0, -1):
        other = draw_between(0, at, random)
        names[at], names[other] = names[other], names[at]
    return [[entry for entry in due if entry.project == name] for name in names]


def _choose(queues: list[list[Entry]], limit: int) -> list[Entry]:
    chosen: list[Entry] = []
    while len(chosen) < limit and any(queues):
        for queue in queues:
            if len(chosen) == limit:
                break
            # Parts beyond the second of a message wait for another flush.
            taken = [(one.project, one.message) for one in chosen]
            allowed = [one for one in queue if taken.count((one.project, one.message)) < MAX_FLUSH_PARTS]
            if allowed:
                chosen.append(allowed[0])
                queue.remove(allowed[0])
            else:
                queue.clear()
    return chosen


def _is_of_last_day(minute: int, now: int) -> bool:
    return now - minute <= DAY_MINUTES + FLUSH_MINUTES


def _pace_of(value: dict[str, Any]) -> Pace | None:
    flushes, refusals = value.get("flushes"), value.get("refusals")
    if not isinstance(flushes, list) or not isinstance(refusals, dict):
        return None
    found: list[tuple[int, int]] = []
    for flush in flushes:
        minute = whole_of(flush.get("minute"), 0) if isinstance(flush, dict) else None
        names = whole_of(flush.get("names"), 1, MAX_DAY_NAMES) if isinstance(flush, dict) else None
        if minute is None or names is None:
            return None
        found.append((minute, names))
    silent: dict[str, int] = {}
    for zone, given in refusals.items():
        minute = whole_of(given, 0)
        if minute is None or not is_zone(zone):
            return None
        silent[zone] = minute
    return Pace(sorted(found, key=lambda flush: flush[0]), silent)
