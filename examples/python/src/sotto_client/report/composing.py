"""The text of a report: nothing but the kinds' values can get into it. Pure but for what is drawn."""

from __future__ import annotations

from ..state.jsontext import compact
from .activity import counts_of
from .draws import Draws
from .noise import randomised_response, uniform_below
from .values import Facts, answers_of, wire_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

    from ..definition.model import Field, Report
    from .windows import DueWindow

# What sixteen parts hold.
MAX_TEXT_OCTETS = 864

# The key that tells how many windows back a report describes.
_BACK_KEY = "w"


class Composed:
    """A report. text is None where nothing may be told, or it would be too long; left_out has reasons by field."""

    __slots__ = ("draws", "is_too_long", "left_out", "text")

    def __init__(self, text: str | None, is_too_long: bool, left_out: dict[str, str], draws: Draws) -> None:
        self.text = text
        self.is_too_long = is_too_long
        self.left_out = left_out
        self.draws = draws


def compose(
    report: Report,
    due: DueWindow,
    day: int,
    granted: frozenset[str],
    said: Mapping[str, Any],
    counts: Mapping[str, Any],
    facts: Facts,
    draws: Draws | None,
    random: Callable[[int], bytes],
) -> Composed:
    """Make the text of a report: the fields' keys in the order of the definition, then `w` if it is not 0.

    day is that of sealing; granted has the names of the fields that the user agreed to; draws is what was drawn before.
    """
    kept = draws if draws is not None and draws.window == due.window else None
    rotated = _rotated(report, None if kept is None else kept.rotated, random)
    answers = {} if kept is None else dict(kept.answers)
    left_out: dict[str, str] = {}
    members: list[str] = []

    def value_of(field: Field) -> tuple[str, Any]:
        if field.is_expired(day):
            return "expired", None
        if field.name not in granted:
            return "not-granted", None
        if field.name in report.rotate and field.name != rotated:
            return "not-drawn", None
        if field.kind == "counter":
            return "", counts_of(field, counts.get(field.name))
        truth = wire_value(field, said.get(field.name), facts)
        if truth is None:
            return "no-value", None
        return "", truth if field.epsilon is None else _answer(field, field.epsilon, truth, answers, random)

    for field in report.fields:
        reason, value = value_of(field)
        if reason:
            left_out[field.name] = reason
        else:
            members.append(f'"{field.key}":{compact(value)}')
    if due.back > 0:
        members.append(f'"{_BACK_KEY}":{due.back}')
    found = Draws(due.window, rotated, answers)
    if all(left_out.get(field.name) in ("expired", "not-granted") for field in report.fields):
        return Composed(None, False, left_out, found)
    text = "{" + ",".join(members) + "}"
    is_too_long = len(text) > MAX_TEXT_OCTETS
    return Composed(None if is_too_long else text, is_too_long, left_out, found)


def _rotated(report: Report, kept: str | None, random: Callable[[int], bytes]) -> str | None:
    """Draw the one field, also when it is expired or not granted: decoders scale by the list's length."""
    if not report.rotate:
        return None
    return kept if kept in report.rotate else report.rotate[uniform_below(len(report.rotate), random)]


def _answer(field: Field, epsilon: float, truth: Any, answers: dict[str, Any], random: Callable[[int], bytes]) -> Any:
    possible = answers_of(field)
    texts = [compact(answer) for answer in possible]
    # The definition may have changed within the window. In Python True and 1 are equal, so texts are compared.
    if field.name in answers and compact(answers[field.name]) in texts:
        return answers[field.name]
    drawn = randomised_response(texts.index(compact(truth)), len(possible), epsilon, random)
    answers[field.name] = possible[drawn]
    return possible[drawn]
