"""Of frames, those that may be sent: decided anew, not stopped, sealed to the end, and of a zone that is still listed."""

from __future__ import annotations

from ..definition.model import Zone
from ..spool.entry import Entry
from ..spool.zones import Zones, ZoneStanding, in_present_zone, standing_of
from .dues import unfinished_messages
from .project import ProjectNow, project_now

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .world import Run


class Sendable:
    """A frame, in the zone that its project uses now if it was not tried yet, with what its project is."""

    __slots__ = ("entry", "project", "standing", "zone")

    def __init__(self, entry: Entry, project: ProjectNow, zone: Zone, standing: ZoneStanding) -> None:
        self.entry = entry
        self.project = project
        self.zone = zone
        self.standing = standing


def sendable_of(run: Run, entries: list[Entry], zones: Zones) -> list[Sendable]:
    """Return the frames that may be sent now, as far as their projects go."""
    unfinished = unfinished_messages(run)
    projects = {name: project_now(run, name) for name in {entry.project for entry in entries}}
    found: list[Sendable] = []
    for waiting in entries:
        project = projects[waiting.project]
        if project is None or project.decision != "granted" or project.is_stopped(zones):
            continue
        if (waiting.project, waiting.message) in unfinished:
            continue
        listed = {zone.name: zone for zone in project.definition.zones}
        standing = standing_of(list(listed), zones.standings.get(project.name))
        entry = in_present_zone(waiting, standing)
        if entry.zone in listed:
            found.append(Sendable(entry, project, listed[entry.zone], standing))
    return found
