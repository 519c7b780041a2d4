"""Sealing what is due. A crash between any two steps neither loses a report nor makes two of it."""

from __future__ import annotations

from ..definition.model import Report, key_of_day
from ..history.entry import entry_of
from ..history.keeping import keep_entry
from ..history.layout import history_places_of
from ..installation.counts import read_counts
from ..installation.due import DueReport, due_reports, remove_due
from ..installation.folder import projects_of
from ..installation.merging import drop_old_activity, due_on, merge_days, sort_counts
from ..installation.projectstate import ProjectState, Unusable, read_state
from ..installation.statewriting import json_of_state, write_state
from ..report.composing import Composed, compose
from ..report.noise import is_job_drawn
from ..report.values import Facts
from ..report.windows import DueWindow, age_of, window_of, with_reported
from ..spool.entry import new_entry
from ..spool.files import list_spool, remove_message
from ..spool.spool import add_frames
from ..spool.zones import Zones, read_zones, standing_of, terms_of
from ..state.writing import remove_file
from ..wire.publickey import decode_public_key
from ..wire.sealing import seal
from .dues import discard_due, living_dues
from .project import ProjectNow, project_now

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .world import Run


class Ledger:
    """What is kept of a project with the counts of all days that are over; spent files go once it is written."""

    def __init__(self, run: Run, project: ProjectNow, state: ProjectState, before: Any, spent: list[str]) -> None:
        self.project = project
        self.state = state
        self._run = run
        self._before = before
        self._spent = spent

    def keep(self) -> bool:
        """Write what changed, then remove the files that are in it. Returns whether it is on the disk."""
        after = json_of_state(self.state)
        if after != self._before:
            if not write_state(self.project.folder, self.state, self._run.is_held).done:
                return False
            self._before = json_of_state(self.state)
        # What could not be removed is in `merged`, so nobody counts it again.
        for path in self._spent:
            remove_file(path)
        self._spent = []
        return True


def seal_all(run: Run) -> None:
    """Seal what is due of all projects that are granted and not asked to be silent. Raises LockGone."""
    for name in projects_of(run.state, run.binding):
        run.require_lock()
        _seal_project(run, name)
    run.require_lock()


def _seal_project(run: Run, name: str) -> None:
    dues = living_dues(run, name)
    project = _may_report(run, name)
    if project == "denied":
        for report, due in dues:
            discard_due(run, name, report, due)
    if isinstance(project, str):
        return
    ledger = _open_ledger(run, project, [due.day for _, due in dues])
    if ledger is None:
        return
    for report, due in dues:
        # Solving the puzzle of the one before may have taken a while.
        run.require_lock()
        now = _may_report(run, name)
        if isinstance(now, str):
            return
        ledger.project = now
        _seal_due(run, ledger, report, due)
    drop_old_activity(ledger.state, project.definition, set(due_reports(project.folder)), run.today())
    ledger.keep()


def _may_report(run: Run, name: str) -> ProjectNow | str:
    """Return a project that may seal now; "denied" where what is due is to be removed; "waits"."""
    project = project_now(run, name)
    if project is not None and project.decision == "denied":
        return "denied"
    zones = read_zones(run.state)
    if project is None or project.decision != "granted" or zones is None or project.is_stopped(zones):
        return "waits"
    return project


def _open_ledger(run: Run, project: ProjectNow, due_days: list[int]) -> Ledger | None:
    """Open a project's ledger; None when its state cannot be used, or nothing was counted or is due."""
    today = run.today()
    try:
        state = read_state(project.folder)
    except Unusable:
        return None
    counts = read_counts(project.folder)
    days = [*due_days, *(one.day for one in counts)]
    before = None if state is None else json_of_state(state)
    if state is None:
        if not days:
            return None
        # The first day of which there is anything is the grant's.
        state = ProjectState(min(days))
    finished, stale = sort_counts(counts, state.merged, today)
    is_removed = all([remove_file(path) for one in stale for path in one.paths])
    if is_removed:
        state.merged = []
    merge_days(state, project.definition, finished)
    state.first_day = min(state.first_day, today)
    return Ledger(run, project, state, before, [path for one in finished for path in one.paths])


def _seal_due(run: Run, ledger: Ledger, name: str, due: DueReport) -> None:
    project, state = ledger.project, ledger.state
    report = project.definition.report(name)
    if report is None:
        discard_due(run, project.name, name, due)
        return
    granted = report.covered(project.covered)
    window = due_on(report, state, granted, due.day)
    its = [one for one in list_spool(run.state).entries if (one.project, one.message) == (project.name, due.id)]
    if its and len(its) == its[0].parts:
        _settle(ledger, report, window)
        return
    if its and not remove_message(run.state, project.name, due.id):
        return
    if window is None:
        remove_due(project.folder, name)
        return
    key = key_of_day(project.definition.keys, due.day)
    if key is None:
        # It waits for a definition with a key, but not longer than its day: it would keep later ones from being made.
        if due.day < run.today():
            remove_due(project.folder, name)
        return
    if due.runner == "ci" and not is_job_drawn(project.definition.ci_sample, run.world.random):
        _settle(ledger, report, window)
        return
    composed = _composed(run, state, report, due, window, granted)
    if composed.text is None and not composed.is_too_long:
        remove_due(project.folder, name)
        return
    if composed.text is not None and not _spool(run, project, name, due, composed.text, decode_public_key(key.text)):
        return
    state.report(name).draws = composed.draws
    _settle(ledger, report, window)


def _composed(
    run: Run, state: ProjectState, report: Report, due: DueReport, window: DueWindow, granted: frozenset[str]
) -> Composed:
    kept = state.report(report.name)
    age = age_of(window_of(report.window, state.first_day), window.window)
    facts = Facts(due.runner, due.platform, due.session, age)
    counts = kept.activity.get(window.window, {})
    return compose(report, window, due.day, granted, due.values, counts, facts, kept.draws, run.world.random)


def _settle(ledger: Ledger, report: Report, window: DueWindow | None) -> None:
    """Note a window as reported, on the disk, then remove the due report: by its id the frames are known."""
    if window is not None:
        kept = ledger.state.report(report.name)
        kept.reported = with_reported(kept.reported, window.window)
        kept.activity.pop(window.window, None)
    if ledger.keep():
        remove_due(ledger.project.folder, report.name)


def _spool(run: Run, project: ProjectNow, report: str, due: DueReport, text: str, public_key: bytes | None) -> bool:
    """Seal a report for the zone that its project uses now, remember it, and spool its frames.

    Returns False when it could not be remembered or spooled: what the user could not look at must not leave.
    """
    zones, known = project.definition.zones, read_zones(run.state) or Zones()
    standing = standing_of([zone.name for zone in zones], known.standings.get(project.name))
    zone = next(one for one in zones if one.name == standing.zone)
    places = history_places_of(run.world.places)
    if public_key is None or places is None:
        return False
    _, bits = terms_of(zone, known.policies.get(zone.name))
    sealed, message_id = seal(text.encode("ascii"), public_key, due.day, bits, run.world.random)
    # Whoever said no while the puzzle was solved finds nothing written afterwards.
    run.require_lock()
    entry = entry_of(project.name, report, due.day, zone.name, public_key, text, message_id, sealed)
    if entry is None or not keep_entry(places, entry):
        return False
    run.require_lock()
    frames = [
        new_entry(project.name, one.frame, due.day, report, due.id, part, len(sealed), zone.name)
        for part, one in enumerate(sealed)
    ]
    return add_frames(run.state, frames, run.now())
