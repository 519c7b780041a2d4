"""Writing `state.json`, which the sender alone does."""

from __future__ import annotations

from ..report.draws import Draws
from ..state.reading import read_state_file
from ..state.replacing import Replacement, replace_state_file
from .projectstate import MAX_STATE_OCTETS, ProjectState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ..state.places import Place


def json_of_state(state: ProjectState) -> dict[str, Any]:
    """Return what is written of a state."""
    return {
        "firstDay": state.first_day,
        "reports": {
            name: {
                "reported": report.reported,
                "activity": [
                    {"window": window, "counts": report.activity[window]} for window in sorted(report.activity)
                ],
                "draws": None if report.draws is None else _json_of_draws(report.draws),
            }
            for name, report in state.reports.items()
        },
        "merged": state.merged,
    }


def write_state(folder: Place, state: ProjectState, is_ours: Callable[[], bool]) -> Replacement:
    """Write it, on the disk when it returns. Members that are not known stay, those of a report too. Never raises."""
    place = folder.inside("state.json")
    there = read_state_file(place.path, MAX_STATE_OCTETS)
    before = there.value if there.kind == "read" else {}
    known = before.get("reports") if isinstance(before.get("reports"), dict) else {}
    content = json_of_state(state)
    reports: dict[str, Any] = {}
    for name, report in content["reports"].items():
        others = known.get(name) if known else None
        reports[name] = {**(others if isinstance(others, dict) else {}), **report}
    return replace_state_file(place, {**before, "version": 1, **content, "reports": reports}, MAX_STATE_OCTETS, is_ours)


def _json_of_draws(draws: Draws) -> dict[str, Any]:
    return {"window": draws.window, "rotated": draws.rotated, "answers": draws.answers}
