"""What the reports of a project would hold, by what is kept of it and what a program says. Makes nothing."""

from __future__ import annotations

from ..installation.merging import due_on
from ..installation.projectstate import ProjectState
from ..installation.sessionfile import read_session
from ..report.composing import Composed, compose
from ..report.sessions import used_session
from ..report.values import Facts
from ..report.windows import age_of, is_plausible, window_of
from .settling import folder_of, state_with_counts
from .world import platform_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from ..definition.model import Definition, Report
    from ..report.windows import DueWindow
    from .world import World


class Preview:
    """A report as it would be sealed now; due and composed are None when none is due."""

    __slots__ = ("composed", "due", "report")

    def __init__(self, report: Report, due: DueWindow | None, composed: Composed | None) -> None:
        self.report = report
        self.due = due
        self.composed = composed


def preview_reports(
    world: World, definition: Definition, said: Mapping[str, Mapping[str, Any]], covered: frozenset[str]
) -> list[Preview]:
    """Return a preview of each report. Where noise is drawn, another run may say another thing."""
    today, minute = world.today(), world.minute()
    if not is_plausible(today):
        return []
    folder = folder_of(world, definition.project)
    kept = None if folder is None else state_with_counts(folder, definition, today)
    state = kept or ProjectState(today)
    session = used_session(None if folder is None else read_session(folder), minute, world.random)
    previews: list[Preview] = []
    for report in definition.reports:
        names = report.covered(covered)
        due = due_on(report, state, names, today)
        if due is None:
            previews.append(Preview(report, None, None))
            continue
        of_report = state.report(report.name)
        first = window_of(report.window, min(state.first_day, today))
        facts = Facts(world.runner(), platform_name(), session.id, age_of(first, due.window))
        counts = of_report.activity.get(due.window, {})
        application = said.get(report.name, {})
        composed = compose(
            report, due, today, names, application, counts, facts, of_report.draws, world.random
        )
        previews.append(Preview(report, due, composed))
    return previews
