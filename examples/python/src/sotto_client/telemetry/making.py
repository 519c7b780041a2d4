"""Making the reports of a run due."""

from __future__ import annotations

from ..installation.due import DueReport, due_path, make_due
from ..report.values import heard_values
from ..state.reading import age_of_file
from .world import platform_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from ..definition.model import Report
    from ..state.places import Place
    from .world import World

# A due report that nobody sealed for so long is a reason to start a sender: the one that was started has failed.
_FORGOTTEN_SECONDS = 10 * 60


def make_dues(
    world: World,
    wanted: list[Report],
    covered: frozenset[str],
    said: Mapping[str, Mapping[str, Any]],
    folder: Place,
    session: str | None,
) -> str:
    """Make those reports due, of which each is in some process. Raises OSError.

    session is the session's number, where one is kept. Returns as `settle` does.
    """
    need = "none"
    for report in wanted:
        names = report.covered(covered)
        age = age_of_file(due_path(folder, report.name), world.clock())
        if age is not None:
            if need == "none" and abs(age) > _FORGOTTEN_SECONDS:
                need = "soon"
            continue
        due = DueReport(
            world.random(8).hex(),
            world.today(),
            world.runner(),
            platform_name(),
            session if any(field.kind == "session" for field in report.fields) else None,
            heard_values([field for field in report.fields if field.name in names], said.get(report.name)),
        )
        if make_due(folder, report.name, due):
            need = "now"
    return need
