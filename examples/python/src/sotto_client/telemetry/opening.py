"""Opening a program's telemetry: whether it may count at all, before anything else is loaded."""

from __future__ import annotations

import os

from ..consent.deciding import decide_now
from ..state.jsontext import parse_json
from .world import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..definition.model import Definition
    from .running import Telemetry


def open_telemetry(path: str | os.PathLike[str], caller: str | None, world: World | None = None) -> Telemetry | None:
    """Open by the path of a `sotto.json`. Returns None where nothing can come of the run.

    Of the definition no more is looked at than for whom it is, until somebody agreed. Raises OSError, ValueError.
    """
    world = world or World()
    with open(path, "rb") as file:
        octets = file.read()
    raw = parse_json(octets)
    asked = _asked(raw)
    decided = None if asked is None else decide_now(world, *asked)
    is_debugged = decided is None or decided.decision.state == "debug"
    if decided is not None:
        state, rule = decided.decision.state, decided.decision.rule
        may_be_asked = rule in ("question-due", "notice-due") and world.is_on_terminal()
        if state == "denied" or (state == "undecided" and not may_be_asked):
            return None
    definition = _known(world, raw) or _checked(world, octets, is_debugged)
    if definition is None or decided is None:
        return None
    from .running import Telemetry

    return Telemetry(world, definition, decided, caller)


def _asked(raw: Any) -> tuple[str, str] | None:
    """Return the project and whether its users are asked or told; None where a definition cannot be used."""
    from ..definition.names import is_project

    if not isinstance(raw, dict):
        return None
    project, consent = raw.get("project"), raw.get("consent", "ask")
    if not isinstance(project, str) or not is_project(project) or consent not in ("ask", "notice"):
        return None
    return project, consent


def _known(world: World, raw: Any) -> Definition | None:
    """What is the same as in an earlier run was checked then."""
    from ..definition.model import Definition
    from ..installation.definitioncopy import read_definition_copy, same_definition
    from .settling import folder_of

    folder = folder_of(world, raw["project"]) if isinstance(raw, dict) and "project" in raw else None
    copy = None if folder is None else read_definition_copy(folder)
    return Definition(raw) if copy is not None and same_definition(copy.raw, raw) else None


def _checked(world: World, octets: bytes, is_debugged: bool) -> Definition | None:
    from ..definition.checking import DefinitionError, parse_definition

    try:
        return parse_definition(octets)
    except DefinitionError as error:
        # Whoever looks for a mistake sees it at once; everybody else's program is silent.
        if is_debugged and world.environment.get("SOTTO_TELEMETRY") == "debug":
            world.complain(f"sotto: the report definition cannot be used: {error}")
        return None
