"""`due-<report>.json`: a report that a sender is to seal. Made by link, so one of any number of processes makes it."""

from __future__ import annotations

from ..definition.names import is_hex, is_report
from ..report.sessions import is_session_id
from ..report.windows import is_plausible
from ..state.jsontext import compact, whole_of
from ..state.reading import read_state_file
from ..state.writing import make_file, names_in, remove_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..state.places import Place

_MAX_OCTETS = 64 * 1024
_RUNNERS = ("ci", "agent", "container", "terminal", "script")


class DueReport:
    """What a program said in a run whose report is due; id is 16 random hexadecimal digits."""

    __slots__ = ("day", "id", "platform", "runner", "session", "values")

    def __init__(
        self, id: str, day: int, runner: str, platform: str, session: str | None, values: dict[str, Any]
    ) -> None:
        self.id = id
        self.day = day
        self.runner = runner
        self.platform = platform
        self.session = session
        self.values = values


class DueReading:
    """kind is "read", "absent", "newer" or "damaged"."""

    __slots__ = ("due", "kind")

    def __init__(self, kind: str, due: DueReport | None = None) -> None:
        self.kind = kind
        self.due = due


def due_path(folder: Place, report: str) -> str:
    """Return where a due report is."""
    return folder.inside(f"due-{report}.json").path


def make_due(folder: Place, report: str, due: DueReport) -> bool:
    """Make one. Returns whether this process did. Raises OSError."""
    content = {
        "version": 1,
        "id": due.id,
        "day": due.day,
        "runner": due.runner,
        "platform": due.platform,
        "session": due.session,
        "values": due.values,
    }
    octets = (compact(content) + "\n").encode("utf-8")
    return len(octets) <= _MAX_OCTETS and make_file(folder.inside(f"due-{report}.json"), octets)


def read_due(folder: Place, report: str) -> DueReading:
    """Read one."""
    reading = read_state_file(due_path(folder, report), _MAX_OCTETS)
    if reading.kind in ("absent", "newer"):
        return DueReading(reading.kind)
    due = _due_of(reading.value) if reading.kind == "read" else None
    return DueReading("damaged") if due is None else DueReading("read", due)


def due_reports(folder: Place) -> list[str]:
    """Return the names of the reports that are due."""
    names = (name[len("due-") : -len(".json")] for name in names_in(folder.path) if name[:4] == "due-")
    return [name for name in names if is_report(name)]


def remove_due(folder: Place, report: str) -> bool:
    """Remove one. Returns whether it is gone."""
    return remove_file(due_path(folder, report))


def _due_of(value: dict[str, Any]) -> DueReport | None:
    id, runner, platform, values = (value.get(name) for name in ("id", "runner", "platform", "values"))
    day, session = whole_of(value.get("day"), 0), value.get("session")
    if not is_hex(id, 16) or day is None or not is_plausible(day):
        return None
    if runner not in _RUNNERS or not isinstance(platform, str) or not isinstance(values, dict):
        return None
    if "session" not in value or not (session is None or is_session_id(session)):
        return None
    said = {name: one for name, one in values.items() if isinstance(one, (str, int, float))}
    return DueReport(str(id), day, str(runner), platform, session, said)
