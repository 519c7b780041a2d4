"""`status`: whether anything is told, why, and what waits to be sent."""

from __future__ import annotations

from ..consent.deciding import decide_now, read_consent
from ..consent.record import decision_day, recorded_projects
from ..definition.dates import date_of_day
from ..definition.model import Definition
from ..history.layout import history_places_of
from ..history.setting import is_history_on
from ..installation.due import due_reports
from ..installation.folder import projects_of, system_binding
from ..installation.nextminute import read_next
from ..installation.projectstate import ProjectState, Unusable, read_state
from ..report.windows import first_day_of
from ..spool.files import list_spool, spooled_projects
from ..spool.losses import read_losses
from ..telemetry.settling import folder_of
from ..telemetry.words import wrapped
from .reason import STATE_WORDS, reason_in_words
from .subject import Call, Subject, known_definition

_INDENT = 12


def status(call: Call, subject: Subject | None) -> None:
    """Print it, of one project or of all that are known. Changes nothing."""
    names = [subject.project] if subject is not None else _known_projects(call)
    blocks: list[list[str]] = []
    for name in names:
        definition = subject.definition if subject is not None else known_definition(call.world, name)
        blocks.append(_project_lines(call, name, definition))
    if not names:
        blocks.append(["No program has asked here, and nothing is kept of any project."])
    blocks.append(_host_lines(call))
    call.print("\n\n".join("\n".join(lines) for lines in blocks))


def _known_projects(call: Call) -> list[str]:
    state, binding = call.world.places.state, system_binding(call.world.places.state)
    record, _ = read_consent(call.world.places.consent)
    names = set(recorded_projects(record))
    if state is not None and binding is not None:
        names.update(projects_of(state, binding), spooled_projects(state))
    return sorted(names)


def _project_lines(call: Call, name: str, definition: Definition | None) -> list[str]:
    world = call.world
    decided = decide_now(world, name, "ask" if definition is None else definition.consent)
    lines = [f"{name}: {STATE_WORDS[decided.decision.state]}", *_row("Why", reason_in_words(decided, name))]
    folder = folder_of(world, name)
    if folder is not None and definition is not None:
        try:
            state = read_state(folder) or ProjectState(world.today())
        except Unusable:
            state = ProjectState(world.today())
        reported = [
            f"{report.name}: the {report.window} of {date_of_day(first_day_of(report.window, last[-1]))}"
            for report in definition.reports
            for last in [state.report(report.name).reported]
            if last
        ]
        lines += _row("Reported", "; ".join(reported))
    if folder is not None and due_reports(folder):
        lines += _row("Due", f"{', '.join(due_reports(folder))}: to be sealed by the next sender")
    if world.places.state is not None:
        waiting = [entry for entry in list_spool(world.places.state).entries if entry.project == name]
        if waiting:
            tried = max(entry.attempts for entry in waiting)
            lines += _row("Waiting", f"{len(waiting)} frames, tried {tried} times at most; {_next_in_words(call)}")
    return lines


def _next_in_words(call: Call) -> str:
    minute = None if call.world.places.state is None else read_next(call.world.places.state)
    left = 0 if minute is None else minute - call.world.minute()
    if left <= 1:
        return "sent by the next run of a program with sotto"
    return f"sent by the first run of a program with sotto in {left} minutes or later"


def _host_lines(call: Call) -> list[str]:
    places = call.world.places
    record, problem = read_consent(places.consent)
    lines = ["For all projects"]
    host, day = record.get("host", {}).get("decision"), decision_day(record, None)
    if host is not None and day is not None:
        meaning = "no project asks, counts or sends" if host == "denied" else "after each one's notice"
        lines += _row("Decision", f"{'no' if host == 'denied' else 'yes'} of {date_of_day(day)}: {meaning}")
    history = history_places_of(places)
    if history is not None:
        lines += _row("History", "kept for 90 days" if is_history_on(history) else "none is kept")
    if places.state is not None:
        losses = [f"{count} {reason}" for reason, count in read_losses(places.state).items() if count]
        lines += _row("Lost", ", ".join(losses))
        lines += _row("State", places.state.path)
    if places.consent is not None:
        lines += _row("Decisions", places.consent.path + ("" if problem is None else f": {problem}"))
    return lines


def _row(name: str, text: str) -> list[str]:
    return wrapped(text, f"  {name}".ljust(_INDENT), " " * _INDENT) if text else []
