"""What is to be shown to a person before anything else: the question, the notice, or nothing. Pure."""

from __future__ import annotations

from ..consent.decision import MAX_QUESTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ..consent.decision import Decision
    from ..consent.record import Standing


def telling_due(
    decision: Decision, mode: str, standing: Standing, has_untold: Callable[[], bool], is_ci: Callable[[], bool]
) -> str | None:
    """Return "question", "notice" or None. Fields that came or changed since a yes are asked or told about, too."""
    due: str | None = None
    if decision.rule in ("question-due", "notice-due"):
        due = decision.rule[: -len("-due")]
    elif decision.state == "granted" and decision.covers == "told" and has_untold():
        if decision.rule != "stored-project" or mode == "notice":
            due = "notice"
        elif standing.asked < MAX_QUESTIONS:
            due = "question"
    return None if due is None or is_ci() else due
