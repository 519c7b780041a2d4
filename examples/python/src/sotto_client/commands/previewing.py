"""`preview`: what the next reports would hold, field by field."""

from __future__ import annotations

import json

from ..consent.canonical import covered_by, field_sums
from ..consent.deciding import decide_now
from ..definition.dates import date_of_day
from ..definition.model import Definition
from ..installation.due import read_due
from ..report.windows import first_day_of
from ..telemetry.previewing import Preview, preview_reports
from ..telemetry.settling import folder_of
from ..telemetry.words import wrapped
from .reason import reason_in_words
from .subject import Call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping


def preview(call: Call, definition: Definition) -> None:
    """Print it. Where nothing is told, all that a yes would be a yes to. Nothing is kept or sent."""
    decided = decide_now(call.world, definition.project, definition.consent)
    is_on = decided.decision.state == "granted"
    covered = frozenset(definition.field_ids())
    if is_on and decided.decision.covers == "told" and decided.standing is not None:
        covered = covered_by(field_sums(definition), decided.standing.told)
    name = definition.title or definition.project
    opening = f"What {name} would send, were it sealed here and now. Looking sends nothing."
    if not is_on:
        reason = reason_in_words(decided, definition.project)
        opening = f"What {name} would send if it were on. Nothing is sent now: {reason}."
    blocks = [wrapped(opening)]
    for one in preview_reports(call.world, _without_noise(definition), _said(call, definition), covered):
        blocks.append(_report_lines(one, definition))
    call.print("\n\n".join("\n".join(lines) for lines in blocks))


def _report_lines(one: Preview, definition: Definition) -> list[str]:
    report = one.report
    declared = definition.report(report.name) or report
    often = f"once a {report.window}"
    if one.due is None or one.composed is None:
        when = "nothing is due now"
    else:
        when = f"due for the {report.window} of {date_of_day(first_day_of(report.window, one.due.window))}"
    left_out = {} if one.composed is None else one.composed.left_out
    values: dict[str, Any] = {}
    if one.composed is not None and one.composed.text is not None:
        values = json.loads(one.composed.text)
    lines = wrapped(f"{report.name}, {often}: {when}")
    for field in declared.fields:
        if left_out.get(field.name) in ("expired", "not-granted"):
            continue
        told = json.dumps(values[field.key]) if field.key in values else "(said by the program)"
        if field.kind == "session":
            told = "(a random number, dropped after ten idle minutes)"
        lines += wrapped(field.name if one.due is None else f"{field.name}: {told}", "  ", "      ")
        lines += wrapped(field.description, "      ")
        if field.epsilon is not None:
            lines += wrapped(f"Blurred before it leaves the machine (ε = {field.epsilon}).", "      ")
    if declared.rotate:
        lines += wrapped(f"Of {', '.join(declared.rotate)} each report carries one, drawn at random {often}.", "  ")
    away = [f"{name} ({reason})" for name, reason in left_out.items() if reason in ("expired", "not-granted")]
    return lines + (wrapped(f"Left out: {', '.join(away)}", "  ", "    ") if away else [])


def _without_noise(definition: Definition) -> Definition:
    """A preview tells the truth that is blurred when a report is sealed: to draw here would show what is not sent."""
    plain = Definition(definition.raw)
    for report in plain.reports:
        report.rotate = []
        for field in report.fields:
            field.epsilon = None
    return plain


def _said(call: Call, definition: Definition) -> Mapping[str, Mapping[str, Any]]:
    """What the program said in the run that made a report due."""
    folder = folder_of(call.world, definition.project)
    dues = {} if folder is None else {one.name: read_due(folder, one.name).due for one in definition.reports}
    return {name: due.values for name, due in dues.items() if due is not None}
