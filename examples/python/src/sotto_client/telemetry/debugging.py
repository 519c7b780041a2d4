"""What `debug` asks for: everything that a run would have had sent or counted. Makes nothing."""

from __future__ import annotations

from ..state.jsontext import compact
from .previewing import preview_reports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from ..definition.model import Definition
    from ..report.activity import Counts
    from .world import World


def debug_lines(
    world: World,
    definition: Definition,
    counted: Mapping[int, dict[str, Counts]],
    said: Mapping[str, Mapping[str, Any]],
    covered: frozenset[str],
) -> list[str]:
    """Return the lines to print."""
    lines = [f"counted: {compact(counts)}" for counts in counted.values()]
    for preview in preview_reports(world, definition, said, covered):
        name = preview.report.name
        if preview.composed is None:
            lines.append(f'would not send "{name}": nothing is due')
        elif preview.composed.text is not None:
            lines.append(f'would send "{name}": {preview.composed.text}')
    return [f"sotto: {definition.project}: {line}" for line in lines]
