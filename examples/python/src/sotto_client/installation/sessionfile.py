"""`session.json`: written at each run of a program whose definition has a session that is granted."""

from __future__ import annotations

from ..report.sessions import Session, is_session_id, used_session
from ..state.jsontext import MAX_WHOLE, compact, whole_of
from ..state.reading import read_state_file
from ..state.writing import remove_file, replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ..state.places import Place
    from ..state.reading import Reading

_MAX_OCTETS = 4096


def read_session(folder: Place) -> Session | None:
    """Read it; None when there is none that can be used."""
    return _session_in(read_state_file(folder.inside("session.json").path, _MAX_OCTETS))


def use_session(folder: Place, minute: int, random: Callable[[int], bytes]) -> Session:
    """Return the session that a use belongs to, and keep it. What would be written again is not. Raises OSError."""
    place = folder.inside("session.json")
    reading = read_state_file(place.path, _MAX_OCTETS)
    before = _session_in(reading)
    session = used_session(before, minute, random)
    is_kept = before is not None and (before.id, before.minute) == (session.id, session.minute)
    if not is_kept and reading.kind != "newer":
        content = {"version": 1, "id": session.id, "minute": session.minute}
        replace_file(place, (compact(content) + "\n").encode("ascii"))
    return session


def remove_session(folder: Place) -> None:
    """Remove it."""
    remove_file(folder.inside("session.json").path)


def _session_in(reading: Reading) -> Session | None:
    id, minute = reading.value.get("id"), whole_of(reading.value.get("minute"), -MAX_WHOLE)
    if reading.kind != "read" or minute is None or not is_session_id(id):
        return None
    return Session(str(id), minute)
