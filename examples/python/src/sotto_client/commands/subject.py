"""The project that a command is about."""

from __future__ import annotations

from ..definition.checking import DefinitionError, checked_definition, parse_definition
from ..definition.model import Definition
from ..definition.names import is_project
from ..installation.definitioncopy import read_definition_copy
from ..telemetry.settling import folder_of
from ..telemetry.world import World
from .failure import CommandFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


class Call:
    """A command as a person called it. caller is what the commands are called by: "sotto-py", "manage.py telemetry"."""

    def __init__(
        self, world: World, caller: str, own: bool, print: Callable[[str], None], note: Callable[[str], None]
    ) -> None:
        self.world = world
        self.caller = caller
        self.own = own
        self.print = print
        self.note = note

    def call_of(self, command: str, project: str) -> str:
        """Return how a person calls a command about a project."""
        return f"{self.caller} {command}" if self.own else f"{self.caller} {command} {project}"


class Subject:
    """A project; definition is None where nobody here knows what it collects."""

    __slots__ = ("definition", "project")

    def __init__(self, project: str, definition: Definition | None) -> None:
        self.project = project
        self.definition = definition


def subject_of(world: World, project: str | None, path: str | None) -> Subject | None:
    """Return the project of a name, or of a definition's file; None when none was meant. Raises CommandFailed."""
    if path is not None:
        if project is not None:
            raise CommandFailed("give either a project's name or --definition", 2)
        definition = read_definition(path)
        return Subject(definition.project, definition)
    if project is None:
        return None
    if not is_project(project):
        raise CommandFailed("a project's name is 1 to 32 lower-case letters, digits and hyphens", 2)
    return Subject(project, known_definition(world, project))


def require_subject(world: World, project: str | None, path: str | None) -> Subject:
    """The same, where one must be meant. Raises CommandFailed."""
    subject = subject_of(world, project, path)
    if subject is None:
        raise CommandFailed("name a project, or give its sotto.json by --definition", 2)
    return subject


def require_definition(call: Call, subject: Subject, command: str) -> Definition:
    """Return what a project collects, where a command cannot do without. Raises CommandFailed."""
    if subject.definition is None:
        how = f"{call.caller} {command} --definition sotto.json"
        raise CommandFailed(f"nothing here says what {subject.project} collects; give its report definition: {how}")
    return subject.definition


def read_definition(path: str) -> Definition:
    """Read a definition's file. Raises CommandFailed."""
    try:
        with open(path, "rb") as file:
            return parse_definition(file.read())
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}", 2) from error
    except DefinitionError as error:
        raise CommandFailed(f"{path} cannot be used: {error}") from error


def known_definition(world: World, project: str) -> Definition | None:
    """Return what a project collects by the definition with which its program last ran here."""
    folder = folder_of(world, project)
    copy = None if folder is None else read_definition_copy(folder)
    if copy is None:
        return None
    try:
        definition = checked_definition(copy.raw)
    except DefinitionError:
        return None
    return definition if definition.project == project else None
