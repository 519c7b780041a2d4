"""`report` and `ask`, for programs that are not written in Python."""

from __future__ import annotations

from ..consent.deciding import decide_now
from ..definition.model import Definition, Field
from ..telemetry.running import Telemetry
from .failure import CommandFailed
from .subject import Call, read_definition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def report(name: str, words: list[str], path: str | None) -> None:
    """Do what `open`, `count`, `report` and `close` do. It never asks, and prints nothing. Raises CommandFailed."""
    if path is None:
        raise CommandFailed("give the project's sotto.json by --definition", 2)
    found = read_definition(path).report(name)
    if found is None:
        raise CommandFailed(f"{path} has no report of the name {name}", 2)
    fields = {field.name: field for field in found.fields}
    values: dict[str, Any] = {}
    counted: list[tuple[str, str | None]] = []
    for word in words:
        key, separator, text = word.partition("=")
        field = fields.get(key)
        if field is None:
            raise CommandFailed(f"{name} has no field of the name {key}", 2)
        if field.kind == "counter":
            counted.append((key, text if separator else None))
        else:
            values[key] = _value_of(field, text)
    import sotto_client

    telemetry = sotto_client.open(path, ask=False)
    for counter, value in counted:
        telemetry.count(counter, value)
    telemetry.report(name, values)
    telemetry.close()


def ask(call: Call, definition: Definition) -> None:
    """Show the question or the notice, if one is due."""
    decided = decide_now(call.world, definition.project, definition.consent)
    caller = call.caller if call.own else None
    Telemetry(call.world, definition, decided, caller).ask()


def _value_of(field: Field, text: str) -> Any:
    if field.kind == "boolean":
        return {"true": True, "false": False}.get(text)
    if field.kind == "bucket":
        try:
            return float(text)
        except ValueError:
            return None
    return text
