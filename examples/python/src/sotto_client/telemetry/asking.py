"""Showing a person the question or the notice that is due, and recording the answer."""

from __future__ import annotations

from ..consent.canonical import field_sums
from ..consent.changing import ConsentRefused, change_consent
from ..consent.record import with_denial, with_grant, with_host_answer, with_notice, with_question
from ..report.windows import is_plausible
from .question import ask_person, has_typed_ahead, show
from .words import notice_text, question_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..definition.model import Definition
    from .world import World

# Seconds to wait for other programs that decide at this moment: a person waits, too.
_PATIENCE = 2.0


def tell(world: World, definition: Definition, due: str, told: frozenset[str], caller: str | None) -> bool:
    """Show what is due. What cannot be recorded is not shown: it would be shown in every run.

    told has the fields that the user was told of before. Returns whether it was shown.
    """
    place, day, project = world.places.consent, world.today(), definition.project
    if place is None or not is_plausible(day) or has_typed_ahead():
        return False
    sums = field_sums(definition)
    try:
        if due == "notice":
            change_consent(place, lambda record: with_notice(record, project, day, sums), _PATIENCE)
            show(notice_text(definition, told, bool(told), caller))
            return True
        change_consent(place, lambda record: with_question(record, project), _PATIENCE)
    except ConsentRefused:
        return False
    answer = ask_person(question_text(definition, told, bool(told), caller))

    def answered(record: dict[str, Any]) -> dict[str, Any]:
        if answer == "yes":
            return with_grant(record, project, day, sums)
        if answer == "never":
            return with_host_answer(with_denial(record, project, day), "denied", day)
        # A no to what was added leaves the yes to the rest as it is.
        return record if told else with_denial(record, project, day)

    if answer is not None:
        try:
            change_consent(place, answered, _PATIENCE)
        except ConsentRefused:
            pass
    return True
