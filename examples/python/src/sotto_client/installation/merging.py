"""Adding the counts of days that are over to what is kept of a project. Pure."""

from __future__ import annotations

from ..report.activity import merge_counts
from ..report.windows import MAX_WINDOWS_BACK, DueWindow, due_window, window_of
from .counts import sum_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Container, Iterable

    from ..definition.model import Definition, Report
    from .counts import DayCounts
    from .projectstate import ProjectState

# Counts of days further ahead were written by a clock that ran ahead: no report could tell of them in time.
_MAX_AHEAD_DAYS = 21


def sort_counts(counts: list[DayCounts], merged: list[int], today: int) -> tuple[list[DayCounts], list[DayCounts]]:
    """Sort by what is to become of them: (of days that are over, to be removed without being counted)."""
    stale = [one for one in counts if one.day in merged or one.day > today + _MAX_AHEAD_DAYS]
    return [one for one in counts if one not in stale and one.day < today], stale


def merge_days(state: ProjectState, definition: Definition, finished: Iterable[DayCounts]) -> None:
    """Add counts to the activity, and note their days."""
    for counts in finished:
        sums = sum_of(counts.lines, definition.reports)
        for report in definition.reports:
            counted = sums.get(report.name)
            if counted:
                activity = state.report(report.name).activity
                window = window_of(report.window, counts.day)
                activity[window] = merge_counts(report.counters, activity.get(window) or {}, counted)
        if counts.day not in state.merged:
            state.merged = sorted([*state.merged, counts.day])


def drop_old_activity(state: ProjectState, definition: Definition, waiting: Container[str], today: int) -> None:
    """Drop the activity that no report can tell any more; reports that wait to be sealed keep theirs."""
    for report in definition.reports:
        if report.name in waiting:
            continue
        kept = state.report(report.name)
        present = window_of(report.window, today)
        kept.activity = {
            window: counts
            for window, counts in kept.activity.items()
            if abs(window - present) <= MAX_WINDOWS_BACK and window not in kept.reported
        }


def due_on(report: Report, state: ProjectState, covered: frozenset[str], day: int) -> DueWindow | None:
    """Return the window that a report is to describe on a day. covered has the names of the fields that may be told."""
    collected = [field for field in report.fields if field.name in covered and not field.is_expired(day)]
    kept = state.reports.get(report.name)
    # Without any of its counters a report goes on as one without: else it would fall silent with them.
    has_counter = any(field.kind == "counter" for field in collected)
    active = (list(kept.activity) if kept is not None else []) if has_counter else None
    return due_window(report.window, kept.reported if kept is not None else [], active, day)
