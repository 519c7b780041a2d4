"""What a run leaves: a line of counts, the reports that are due, and a sender. Waits for nobody."""

from __future__ import annotations

from ..definition.model import SAID_KINDS
from ..installation.counts import append_counts, counted_days, read_counts
from ..installation.definitioncopy import DefinitionCopy, same_definition, write_definition_copy
from ..installation.folder import installation_place, system_binding
from ..installation.merging import due_on, merge_days, sort_counts
from ..installation.nextminute import START_GAP_MINUTES, is_next_due, read_next, write_next
from ..installation.projectstate import ProjectState, Unusable, read_state
from ..report.windows import week_of
from ..state.reading import age_of_file
from ..state.writing import make_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from ..definition.model import Definition, Report
    from ..state.places import Place
    from .tally import Tally
    from .world import World

# A sender that lives renews its lock.
_DEAD_SECONDS = 6 * 60


def folder_of(world: World, project: str) -> Place | None:
    """Return a project's installation; None where the state folder is not there."""
    state = world.places.state
    binding = system_binding(state)
    return None if state is None or binding is None else installation_place(state, binding, project)


def settle(
    world: World,
    definition: Definition,
    covered: frozenset[str],
    copy: DefinitionCopy | None,
    tally: Tally,
    said: Mapping[str, Mapping[str, Any]],
) -> str:
    """Write down what a run counted and said, for a project that is granted.

    Returns whether a sender has something to do: "now" when this run made a report due, "soon" when one that was
    started has failed or the zone is to be looked at again, "none". Raises OSError.
    """
    state = world.places.state
    if state is None:
        return "none"
    if system_binding(state) is None:
        make_folder(state)
    folder = folder_of(world, definition.project)
    if folder is None:
        return "none"
    today = world.today()
    if copy is not None and copy.stopped is not None:
        tally.take()
        # Somebody has to look whether the zone still asks for silence: once a week is enough.
        return "none" if copy.stopped == week_of(today) else "soon"
    if copy is None or not same_definition(copy.raw, definition.raw):
        from ..consent.canonical import field_sums

        write_definition_copy(folder, DefinitionCopy(definition.raw, field_sums(definition)))
    for day, counts in tally.take().items():
        append_counts(folder, day, counts, definition.reports)
    session = _session(world, definition, covered, folder)
    wanted = [report for report in definition.reports if _is_wanted(report, covered, said, today)]
    if not wanted:
        return "none"
    kept = state_with_counts(folder, definition, today)
    if kept is None:
        return "none"
    due = [report for report in wanted if due_on(report, kept, report.covered(covered), today) is not None]
    if not due:
        return "none"
    # Hardly a run has one.
    from .making import make_dues

    return make_dues(world, due, covered, said, folder, session)


def start_if_needed(world: World, need: str) -> None:
    """Start a sender if one is wanted, or its time has come, and nobody did so in the last ten minutes."""
    state = world.places.state
    if state is None:
        return
    now = world.minute()
    minute = read_next(state)
    if need != "now" and not is_next_due(minute, now) and not (need == "soon" and minute is None):
        return
    age = age_of_file(state.inside("sender.lock").path, world.clock())
    is_alive = age is not None and abs(age) <= _DEAD_SECONDS
    # Who cannot write does not start: each run would start another.
    if not is_alive and write_next(state, now + START_GAP_MINUTES):
        world.start_sender(world.working_folder)


def state_with_counts(folder: Place, definition: Definition, today: int) -> ProjectState | None:
    """Return what is kept with the counts of all days that are over; None when nothing can be reported."""
    try:
        state = read_state(folder) or ProjectState(today)
    except Unusable:
        return None
    # The files of today, which most runs find alone, are not read.
    if any(day < today for day in counted_days(folder)):
        merge_days(state, definition, sort_counts(read_counts(folder), state.merged, today)[0])
    return state


def _is_wanted(
    report: Report, covered: frozenset[str], said: Mapping[str, Mapping[str, Any]], today: int
) -> bool:
    """Tell whether a run has something to tell for a report."""
    names = report.covered(covered)
    if not any(field.name in names and not field.is_expired(today) for field in report.fields):
        return False
    return report.name in said or not any(field.kind in SAID_KINDS for field in report.fields)


def _session(world: World, definition: Definition, covered: frozenset[str], folder: Place) -> str | None:
    is_kept = any(
        field.kind == "session" and f"{report.name}.{field.name}" in covered
        for report in definition.reports
        for field in report.fields
    )
    if not is_kept:
        return None
    from ..installation.sessionfile import use_session

    return use_session(folder, world.minute(), world.random).id
