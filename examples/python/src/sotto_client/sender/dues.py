"""Due reports: which of them live, and which messages may be half spooled."""

from __future__ import annotations

from ..installation.due import DueReport, due_reports, read_due, remove_due
from ..installation.folder import projects_of
from ..spool.files import remove_message
from ..spool.schedule import AHEAD_DAYS, LIFE_DAYS
from .project import folder_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .world import Run


def living_dues(run: Run, project: str) -> list[tuple[str, DueReport]]:
    """Return the reports of a project that are to be sealed, by name. What is damaged or too far away is removed."""
    today, folder = run.today(), folder_in(run, project)
    living: list[tuple[str, DueReport]] = []
    for report in due_reports(folder):
        reading = read_due(folder, report)
        if reading.kind == "damaged":
            remove_due(folder, report)
        elif reading.due is not None:
            day = reading.due.day
            if day <= today - LIFE_DAYS or day > today + AHEAD_DAYS:
                discard_due(run, project, report, reading.due)
            else:
                living.append((report, reading.due))
    return living


def discard_due(run: Run, project: str, report: str, due: DueReport) -> None:
    """Remove a due report, and first what a sender that died had sealed of it: none of that was sent."""
    if remove_message(run.state, project, due.id):
        remove_due(folder_in(run, project), report)


def unfinished_messages(run: Run) -> set[tuple[str, str]]:
    """Return the messages, (project, id), whose due report is still there: their frames wait."""
    found: set[tuple[str, str]] = set()
    for project in projects_of(run.state, run.binding):
        folder = folder_in(run, project)
        for report in due_reports(folder):
            due = read_due(folder, report).due
            if due is not None:
                found.add((project, due.id))
    return found


def has_dues(run: Run) -> bool:
    """Tell whether any report is due."""
    return any(due_reports(folder_in(run, project)) for project in projects_of(run.state, run.binding))
