"""`enable`: a yes."""

from __future__ import annotations

from ..consent.canonical import field_sums
from ..consent.changing import ConsentRefused, change_consent
from ..consent.deciding import decide_now
from ..consent.record import as_if_never_asked, with_grant, with_host_answer
from ..report.windows import is_plausible
from ..telemetry.words import agreement_text, wrapped
from .failure import CommandFailed
from .reason import reason_in_words
from .subject import Call, Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


def enable(call: Call, subject: Subject | None) -> None:
    """Record a yes to a project, or for None one for all on this machine. Raises CommandFailed."""
    if subject is None:
        record_decision(call, lambda record, day: with_host_answer(record, "granted", day))
        text = (
            "Programs that use sotto may tell their developers how they are used: each after it has shown you its notice, "
            "which says what. A project that you said no to stays off."
        )
        for line in wrapped(text):
            call.print(line)
        return
    definition, project = subject.definition, subject.project
    if definition is None:
        # A yes needs to know to what: the program itself says it, when it runs.
        record_decision(call, lambda record, _: as_if_never_asked(record, project))
        text = (
            f"Nothing here says what {project} collects, so this is no yes yet. What was decided before is withdrawn: when "
            f"{project} runs next on a terminal, it asks or tells you."
        )
        for line in wrapped(text):
            call.print(line)
        return
    sums = field_sums(definition)
    record_decision(call, lambda record, day: with_grant(record, project, day, sums))
    decided = decide_now(call.world, project, definition.consent)
    is_on = decided.decision.state == "granted"
    opening = "may now tell" if is_on else "may tell, as far as you are concerned,"
    for line in wrapped(f"{definition.title or project} {opening} its developers how it is used."):
        call.print(line)
    call.print(agreement_text(definition))
    call.print(f"See what it would send now: {call.call_of('preview', project)}")
    call.print(f"Take it back:               {call.call_of('disable', project)}")
    if not is_on:
        reason = reason_in_words(decided, project)
        for line in wrapped(f"Your yes to {project} is recorded, but without effect now: {reason}."):
            call.note(line)


def record_decision(call: Call, change: Callable[[dict[str, Any], int], dict[str, Any]]) -> None:
    """Record a decision by a pure change, which is given the day. Raises CommandFailed."""
    place, day = call.world.places.consent, call.world.today()
    if place is None:
        raise CommandFailed("there is no home folder to keep a decision in")
    if not is_plausible(day):
        raise CommandFailed("the clock is wrong by years: set it, then decide again")
    try:
        change_consent(place, lambda record: change(record, day))
    except ConsentRefused as error:
        raise CommandFailed(f"the decision is not recorded: {place.path}: {error}") from error
