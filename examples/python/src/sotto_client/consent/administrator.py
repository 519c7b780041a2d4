"""What the administrator or distribution says of a project (docs/client-state.md, "The administrator's file")."""

from __future__ import annotations

from ..definition.names import is_project
from ..state.reading import read_state_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAX_OCTETS = 64 * 1024
_MEMBERS = ("version", "telemetry", "projects")


class AdministratorWord:
    """word is "on", "off", or None when nothing is said; problem says why a file that is there cannot be obeyed."""

    __slots__ = ("problem", "word")

    def __init__(self, word: str | None, problem: str | None = None) -> None:
        self.word = word
        self.problem = problem


def read_administrator_word(path: str, project: str) -> AdministratorWord:
    """Read it. A file that is there and cannot be understood says off: silence is what cannot be wrong."""
    reading = read_state_file(path, _MAX_OCTETS)
    if reading.kind == "absent":
        return AdministratorWord(None)
    if reading.kind != "read":
        return AdministratorWord("off", reading.reason)
    problem = _problem_of(reading.value)
    if problem is not None:
        return AdministratorWord("off", problem)
    projects = reading.value.get("projects", {})
    return AdministratorWord(projects.get(project, reading.value.get("telemetry")))


def _problem_of(file: dict[str, Any]) -> str | None:
    """A mistyped `telemtry` must not go unnoticed, so whatever is not known is refused."""
    for name in file:
        if name not in _MEMBERS:
            return f'its member "{name}" is not known'
    if "telemetry" in file and not _is_word(file["telemetry"]):
        return 'its member "telemetry" is neither "on" nor "off"'
    projects = file.get("projects", {})
    if not isinstance(projects, dict):
        return 'its member "projects" is not an object'
    for name, word in projects.items():
        if not is_project(name):
            return f'"{name}" is no project\'s name'
        if not _is_word(word):
            return f'its word on {name} is neither "on" nor "off"'
    return None


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and value in ("on", "off")
