"""Whether a history is kept. What cannot be understood may hold an "off", so it is one."""

from __future__ import annotations

from ..state.reading import read_state_file
from ..state.replacing import Replacement, change_members
from .layout import HistoryPlaces, coarsen

_MAX_OCTETS = 64 * 1024


def is_history_on(places: HistoryPlaces) -> bool:
    """Tell whether entries are kept: without a file they are."""
    reading = read_state_file(places.setting.path, _MAX_OCTETS)
    return reading.kind == "absent" or (reading.kind == "read" and reading.value.get("history") == "on")


def write_setting(places: HistoryPlaces, word: str, today: int) -> Replacement:
    """Write "on" or "off". today is the only time that the file shows."""
    outcome = change_members(places.setting, {"history": word}, _MAX_OCTETS)
    coarsen(places.setting.path, today)
    return outcome
