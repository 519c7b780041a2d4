"""Asking for zones' policy records."""

from __future__ import annotations

from ..installation.definitioncopy import read_definition_copy
from ..installation.folder import projects_of
from ..report.windows import week_of
from ..spool.pace import read_pace
from ..spool.zones import PolicyState, Zones, is_policy_due, read_zones, standing_of, with_policy, write_zones
from ..wire.policy import parse_policy
from .project import ProjectNow, project_now
from .stops import note_stop, note_stops

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .world import Run


def freshen_policy(run: Run, zone: str) -> None:
    """Ask for a zone's record, unless that was done in the last day or the zone is to be left alone.

    The question is written down first: a sender that is killed meanwhile has asked it. Raises LockGone.
    """
    now = run.now()
    zones = read_zones(run.state)
    if zones is None or is_left_alone(run, zone):
        return
    before = zones.policies.get(zone)
    if not is_policy_due(before, now):
        return

    def keep(policy: PolicyState, known: Zones) -> bool:
        known.policies[zone] = policy
        return write_zones(run.state, known, run.is_held)

    asked = with_policy(None, None, now) if before is None else PolicyState(now, before.ack, before.bits, before.stop)
    if not keep(asked, zones):
        return
    policy = parse_policy(run.unless_lost(lambda: run.resolver.texts(f"_policy.{zone}.")))
    if keep(with_policy(before, policy, now), zones):
        note_stops(run, zone, policy is not None)


def is_left_alone(run: Run, zone: str) -> bool:
    """Tell whether a zone is silenced by a refusal, or nobody can know."""
    now = run.now()
    pace = read_pace(run.state, now)
    return pace is None or pace.healed(now).is_silenced(zone, now)


def check_stops(run: Run) -> None:
    """Look once a week, for each project that was asked to be silent, whether it still is. Raises LockGone."""
    week = week_of(run.today())
    for name in projects_of(run.state, run.binding):
        project = project_now(run, name)
        if project is None or project.decision != "granted" or project.copy.stopped in (None, week):
            continue
        for zone in _zones_to_ask(run, project):
            run.require_lock()
            now = project_now(run, name)
            if now is None or now.decision != "granted":
                break
            freshen_policy(run, zone)
        copy = read_definition_copy(project.folder)
        if copy is not None and copy.stopped is not None:
            note_stop(run, project)


def _zones_to_ask(run: Run, project: ProjectNow) -> list[str]:
    """Return the zones that stop a project, or its present one."""
    zones = read_zones(run.state)
    if zones is None:
        return []
    listed = [zone.name for zone in project.definition.zones]
    return project.stopping_zones(zones) or [standing_of(listed, zones.standings.get(project.name)).zone]
