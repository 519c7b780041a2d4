"""`spool/losses.json`: frames deleted without having been confirmed, by reason, for all projects together."""

from __future__ import annotations

from ..state.jsontext import whole_of
from ..state.reading import read_state_file
from ..state.replacing import change_members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..state.places import Place

REASONS = ("expired", "overflow", "refused", "attempts", "damaged")
_MAX_OCTETS = 16 * 1024


def read_losses(state: Place) -> dict[str, int]:
    """Read them. What cannot be read counts as nothing."""
    reading = read_state_file(state.inside("spool", "losses.json").path, _MAX_OCTETS)
    return {reason: whole_of(reading.value.get(reason), 0) or 0 for reason in REASONS}


def count_losses(state: Place, reasons: list[str]) -> None:
    """Count losses; the spool's lock must be held. A loss that cannot be counted is no reason to keep a frame."""
    if reasons:
        before = read_losses(state)
        counts = {reason: before[reason] + reasons.count(reason) for reason in REASONS}
        change_members(state.inside("spool", "losses.json"), counts, _MAX_OCTETS)
