"""`state.json`: what was reported and counted of a project. Programs only read it."""

from __future__ import annotations

from ..report.draws import Draws
from ..report.windows import REMEMBERED_WINDOWS, is_plausible
from ..state.jsontext import MAX_WHOLE, is_json_number, whole_of
from ..state.reading import read_state_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..report.activity import Counts
    from ..state.places import Place

MAX_STATE_OCTETS = 1024 * 1024


class ReportState:
    """What is kept for one report: windows reported (the latest last), activity by window, and what was drawn."""

    __slots__ = ("activity", "draws", "reported")

    def __init__(self) -> None:
        self.reported: list[int] = []
        self.activity: dict[int, Counts] = {}
        self.draws: Draws | None = None


class ProjectState:
    """What is kept of a project; merged has days whose counts are in the activity while their files may be there."""

    __slots__ = ("first_day", "merged", "reports")

    def __init__(self, first_day: int) -> None:
        self.first_day = first_day
        self.reports: dict[str, ReportState] = {}
        self.merged: list[int] = []

    def report(self, name: str) -> ReportState:
        """Return what is kept for a report, or what one begins with."""
        return self.reports.setdefault(name, ReportState())


class Unusable(Exception):
    """By a newer program, or not to be read: it is left alone, so nothing can be reported."""


def read_state(folder: Place) -> ProjectState | None:
    """Read it; None when there is none, or one that says nothing. Raises Unusable."""
    reading = read_state_file(folder.inside("state.json").path, MAX_STATE_OCTETS)
    if reading.kind in ("newer", "unreadable"):
        raise Unusable
    return _state_of(reading.value) if reading.kind == "read" else None


def _state_of(value: dict[str, Any]) -> ProjectState | None:
    """What is damaged is left out, since a report too few is better than a program that fails."""
    first_day = whole_of(value.get("firstDay"), 0)
    if first_day is None or not is_plausible(first_day):
        return None
    state = ProjectState(first_day)
    reports = value.get("reports")
    for name, report in (reports if isinstance(reports, dict) else {}).items():
        state.reports[name] = _report_of(report if isinstance(report, dict) else {})
    days = (whole_of(day, 0) for day in _list(value.get("merged")))
    state.merged = [day for day in days if day is not None and is_plausible(day)]
    return state


def _report_of(value: dict[str, Any]) -> ReportState:
    report = ReportState()
    windows = (whole_of(window, -MAX_WHOLE) for window in _list(value.get("reported")))
    report.reported = [window for window in windows if window is not None][-REMEMBERED_WINDOWS:]
    for entry in _list(value.get("activity")):
        window = whole_of(entry.get("window"), -MAX_WHOLE) if isinstance(entry, dict) else None
        counts = entry.get("counts") if isinstance(entry, dict) else None
        if window is not None:
            report.activity[window] = _counts_of(counts if isinstance(counts, dict) else {})
    draws = value.get("draws")
    window = whole_of(draws.get("window"), -MAX_WHOLE) if isinstance(draws, dict) else None
    if isinstance(draws, dict) and window is not None:
        rotated, answers = draws.get("rotated"), draws.get("answers")
        known = answers if isinstance(answers, dict) else {}
        said = {name: one for name, one in known.items() if isinstance(one, (str, int, float))}
        report.draws = Draws(window, rotated if isinstance(rotated, str) else None, said)
    return report


def _counts_of(counts: dict[str, Any]) -> Counts:
    found: Counts = {}
    for name, total in counts.items():
        if is_json_number(total):
            whole = whole_of(total, -MAX_WHOLE)
            if whole is not None:
                found[name] = whole
        elif isinstance(total, dict):
            wholes = ((value, whole_of(count, -MAX_WHOLE)) for value, count in total.items())
            found[name] = {value: whole for value, whole in wholes if whole is not None}
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
