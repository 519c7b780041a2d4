"""`next.json`: the minute from which a sender has something to do."""

from __future__ import annotations

from ..report.windows import DAY_MINUTES
from ..state.jsontext import MAX_WHOLE, whole_of
from ..state.reading import read_state_file
from ..state.writing import remove_file, replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..state.places import Place

_MAX_OCTETS = 4096

# No wait is longer, so a minute further ahead was written by a clock that ran ahead.
MOST_AHEAD_MINUTES = 11 * DAY_MINUTES

# Nobody else starts a sender for so long after somebody did.
START_GAP_MINUTES = 10


def read_next(state: Place) -> int | None:
    """Read the minute, since 1970-01-01 UTC; None when there is nothing to do."""
    reading = read_state_file(state.inside("next.json").path, _MAX_OCTETS)
    return whole_of(reading.value.get("minute"), -MAX_WHOLE) if reading.kind == "read" else None


def is_next_due(minute: int | None, now: int) -> bool:
    """Tell whether that minute has come."""
    return minute is not None and (minute <= now or minute - now > MOST_AHEAD_MINUTES)


def write_next(state: Place, minute: int | None) -> bool:
    """Write the minute, or remove the file. Returns whether it is as it should be. Never raises."""
    place = state.inside("next.json")
    if read_state_file(place.path, _MAX_OCTETS).kind == "newer":
        return False
    if minute is None:
        return remove_file(place.path)
    try:
        replace_file(place, f'{{"version":1,"minute":{minute}}}\n'.encode("ascii"))
    except OSError:
        return False
    return True
