"""Projects whose zone asks them to be silent: noted in their `definition.json`, so that their programs count nothing."""

from __future__ import annotations

from ..installation.definitioncopy import DefinitionCopy, read_definition_copy, write_definition_copy
from ..installation.folder import projects_of
from ..report.windows import week_of
from ..spool.zones import Zones, read_zones
from .project import ProjectNow, project_now

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .world import Run


def note_stops(run: Run, zone: str, is_answered: bool) -> None:
    """Note what a zone's record, which was asked for, says of each project. Silence ends no stop."""
    zones = read_zones(run.state) or Zones()
    for name in projects_of(run.state, run.binding):
        project = project_now(run, name)
        if project is None or project.decision != "granted":
            continue
        if zone not in (one.name for one in project.definition.zones):
            continue
        if project.stopping_zones(zones):
            note_stop(run, project)
        elif is_answered and project.copy.stopped is not None:
            _write_stop(run, project, None)


def note_stop(run: Run, project: ProjectNow) -> None:
    """Note that a stopped project was seen to this week."""
    _write_stop(run, project, week_of(run.today()))


def _write_stop(run: Run, project: ProjectNow, stopped: int | None) -> None:
    # Asked at the last moment: what `disable` removed must not come back.
    run.require_lock()
    copy = read_definition_copy(project.folder)
    if copy is not None and copy.stopped != stopped:
        write_definition_copy(project.folder, DefinitionCopy(copy.raw, copy.sums, stopped))
