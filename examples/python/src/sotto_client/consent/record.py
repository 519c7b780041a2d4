"""What is on record of decisions: the content of consent.json, and how events change it. Pure."""

from __future__ import annotations

from ..definition.names import is_hex
from ..state.jsontext import whole_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    Record = dict[str, Any]


class Standing:
    """What is on record about one project.

    host and project are "granted", "denied" or None; asked says how often the question was really shown, noticed the
    day of the last notice or None; told has the sums of the fields that the user was told of, by "<report>.<field>".
    """

    __slots__ = ("asked", "host", "noticed", "project", "told")

    def __init__(self, record: Record, project: str) -> None:
        entry = _entry_of(record, project)
        self.host: str | None = record.get("host", {}).get("decision")
        self.project: str | None = entry.get("decision")
        self.asked: int = int(entry.get("asked", 0))
        noticed = entry.get("noticed")
        self.noticed: int | None = None if noticed is None else int(noticed)
        self.told: dict[str, str] = entry.get("fields", {})


def problem_of(record: Record) -> str | None:
    """Say why a record cannot be used. One that is wrong in one place is not used at all: it may have held a no."""
    host, projects = record.get("host", {}), record.get("projects", {})
    if not isinstance(host, dict):
        return '"host" is not an object'
    if not isinstance(projects, dict):
        return '"projects" is not an object'
    problem = _problem_of_decision(host)
    if problem is not None:
        return f'in "host", {problem}'
    for name, entry in projects.items():
        problem = _problem_of_entry(entry)
        if problem is not None:
            return f'in "{name}", {problem}'
    return None


def _problem_of_entry(entry: Any) -> str | None:
    if not isinstance(entry, dict):
        return "there is no object"
    if "asked" in entry and whole_of(entry["asked"], 0) is None:
        return '"asked" is not a whole number'
    if "noticed" in entry and whole_of(entry["noticed"], 0) is None:
        return '"noticed" is not a day'
    fields = entry.get("fields", {})
    if not isinstance(fields, dict) or not all(is_hex(digest, 64) for digest in fields.values()):
        return '"fields" are not SHA-256 sums'
    return _problem_of_decision(entry)


def _problem_of_decision(entry: Record) -> str | None:
    if "decision" not in entry and "day" not in entry:
        return None
    if entry.get("decision") not in ("granted", "denied"):
        return '"decision" is neither "granted" nor "denied"'
    return None if whole_of(entry.get("day"), 0) is not None else '"day" is not a day'


def decision_day(record: Record, project: str | None) -> int | None:
    """Return the day of the decision about a project, or about all for None."""
    day = (record.get("host", {}) if project is None else _entry_of(record, project)).get("day")
    return None if day is None else int(day)


def recorded_projects(record: Record) -> list[str]:
    """Return the projects of which anything is on record."""
    return sorted(record.get("projects", {}))


def with_grant(record: Record, project: str, day: int, fields: Mapping[str, str]) -> Record:
    """After a yes to a project whose question told of these fields."""
    entry = {**_entry_of(record, project), "decision": "granted", "day": day, "fields": dict(fields)}
    return _with_entry(record, project, entry)


def with_denial(record: Record, project: str, day: int) -> Record:
    """After a no to a project. Of what fields it was told does not matter any more."""
    entry = {**_without(_entry_of(record, project), "fields"), "decision": "denied", "day": day}
    return _with_entry(record, project, entry)


def as_if_never_asked(record: Record, project: str) -> Record:
    """After a person wants to decide anew."""
    entry = _without(_entry_of(record, project), "decision", "day", "fields", "noticed", "asked")
    return _with_entry(record, project, entry)


def with_question(record: Record, project: str) -> Record:
    """After the question was really shown, whatever came of it."""
    entry = _entry_of(record, project)
    return _with_entry(record, project, {**entry, "asked": int(entry.get("asked", 0)) + 1})


def with_notice(record: Record, project: str, day: int, fields: Mapping[str, str]) -> Record:
    """After the notice was really shown, and told of these fields."""
    return _with_entry(record, project, {**_entry_of(record, project), "noticed": day, "fields": dict(fields)})


def with_host_answer(record: Record, decision: str, day: int) -> Record:
    """After a decision for all projects on this host. Those about single projects stay."""
    return {**record, "host": {**record.get("host", {}), "decision": decision, "day": day}}


def _with_entry(record: Record, project: str, entry: Record) -> Record:
    return {**record, "projects": {**record.get("projects", {}), project: entry}}


def _entry_of(record: Record, project: str) -> Record:
    entry: Record = record.get("projects", {}).get(project, {})
    return entry


def _without(entry: Record, *names: str) -> Record:
    return {name: value for name, value in entry.items() if name not in names}
