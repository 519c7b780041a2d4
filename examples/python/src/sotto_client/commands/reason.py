"""Which rule decided, and by what file or variable, as a phrase for a person."""

from __future__ import annotations

from ..consent.deciding import Decided
from ..consent.record import decision_day
from ..definition.dates import date_of_day

STATE_WORDS = {"granted": "on", "denied": "off", "undecided": "undecided", "debug": "debug"}


def reason_in_words(decided: Decided, project: str) -> str:
    """Return it. Pure."""
    decision, record = decided.decision, decided.record
    rule, source = decision.rule, decision.source
    word = "no" if decision.state == "denied" else "yes"
    if rule == "administrator":
        if decided.problem is not None and decision.state == "denied":
            return f"the administrator's {source} cannot be obeyed: {decided.problem}"
        return f"the administrator's {source} says {'off' if decision.state == 'denied' else 'on'}"
    if rule == "do-not-track":
        return "the variable DO_NOT_TRACK is set"
    if rule in ("environment", "project-environment"):
        return f"the variable {source} says {STATE_WORDS[decision.state]}"
    if rule == "opt-out-file":
        return f"there is {source}"
    if rule == "stored-unusable":
        return f"{source} cannot be used: {decided.problem}; mend or remove it"
    if rule == "stored-host":
        return f"your {word} to all projects{_of(decision_day(record, None))}, in {source}"
    if rule == "stored-project":
        return f"your {word}{_of(decision_day(record, project))}, in {source}"
    asked = 0 if decided.standing is None else decided.standing.asked
    noticed = 0 if decided.standing is None else decided.standing.noticed or 0
    if rule == "notice":
        return f"its notice of {date_of_day(noticed)}, by {source}"
    if rule == "ci":
        return "this is a CI job, where nobody can be asked"
    if rule in ("notice-due", "notice-shown-now"):
        return "its notice was not shown yet"
    if asked == 0:
        return "it has not asked yet"
    outlook = "will again" if rule == "question-due" else "will not again"
    return f"it asked {'once' if asked == 1 else f'{asked} times'} without an answer, and {outlook}"


def _of(day: int | None) -> str:
    return "" if day is None else f" of {date_of_day(day)}"
