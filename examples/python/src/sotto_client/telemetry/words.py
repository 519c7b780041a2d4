"""What a person is shown. The definition's descriptions are its lines. Pure."""

from __future__ import annotations

import textwrap

from ..consent.decision import project_variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Container

    from ..definition.model import Definition

# Narrow enough for any terminal that people read in.
_COLUMNS = 78


def wrapped(text: str, first: str = "", further: str | None = None) -> list[str]:
    """Break a text into lines, between words."""
    return textwrap.wrap(
        text,
        _COLUMNS,
        initial_indent=first,
        subsequent_indent=first if further is None else further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def question_text(definition: Definition, told: Container[str], is_more: bool, caller: str | None) -> str:
    """Return the question, without its prompt. caller is what the program's own commands are called by."""
    name = definition.title or definition.project
    opening = f"May {name} tell its developers how it is used?"
    if is_more:
        opening = f"{name} would like to tell its developers more about how it is used."
    closing = 'Yes and no are for this project; "never" is a no to all, on this machine. You can decide anew at any time:'
    calls = f"  {_call(definition, caller, 'enable')}   {_call(definition, caller, 'disable')}"
    return "\n".join(["", *wrapped(opening), *_body(definition, told, caller), *wrapped(closing), calls, ""])


def notice_text(definition: Definition, told: Container[str], is_more: bool, caller: str | None) -> str:
    """Return the notice: this run sends nothing."""
    name = definition.title or definition.project
    opening = f"{name} tells its developers how it is used, from the next run on{' with more' if is_more else ''}."
    closing = "Nothing is sent by this run. To say no, now or at any time:"
    call = f"  {_call(definition, caller, 'disable')}   or set {project_variable(definition.project)}=off"
    return "\n".join(["", *wrapped(opening), *_body(definition, told, caller), closing, call, "", ""])


def agreement_text(definition: Definition) -> str:
    """Return what a yes to a project is a yes to."""
    return "\n".join([*_field_lines(definition, ()), *wrapped(_assurance(definition))])


def _body(definition: Definition, told: Container[str], caller: str | None) -> list[str]:
    more = [] if definition.about is None else [f"More: {definition.about}"]
    if caller is not None:
        more.append(f"See it all: {caller} preview")
    return [*_field_lines(definition, told), *wrapped(_assurance(definition)), *more]


def _field_lines(definition: Definition, told: Container[str]) -> list[str]:
    lines: list[str] = []
    for window, often in (("week", "Once a week:"), ("day", "Once a day:")):
        descriptions = [
            field.description
            for report in definition.reports
            if report.window == window
            for field in report.fields
            if f"{report.name}.{field.name}" not in told
        ]
        if descriptions:
            lines.append(often)
        for description in descriptions:
            lines.extend(wrapped(f"- {description}", "  ", "    "))
    return lines


def _assurance(definition: Definition) -> str:
    return (
        f"No name, no address and no number that stays with you. What is sent is sealed so that {definition.project} "
        f"alone can read it, and goes through your DNS resolver, so that {definition.project} does not see where it "
        "comes from."
    )


def _call(definition: Definition, caller: str | None, command: str) -> str:
    return f"sotto-py {command} {definition.project}" if caller is None else f"{caller} {command}"
