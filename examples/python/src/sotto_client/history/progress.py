"""What became of frames, from the best to the worst. Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STATES = ("acknowledged", "waiting", "unanswered", "refused", "dropped")


def read_progress(value: dict[str, Any], parts: int) -> list[str] | None:
    """Read a state's file; None when it does not say what version 1 can say of so many frames."""
    frames = value.get("frames")
    if not isinstance(frames, list) or len(frames) != parts or not all(state in STATES for state in frames):
        return None
    return frames


def worst_of(frames: list[str]) -> str:
    """Return the state of a message: a reader needs all parts."""
    return max(frames, key=STATES.index)


def reconciled(frames: list[str], spooled: list[bool]) -> list[str]:
    """Bring states in line with the spool. Both ways: an entry is there a moment before its frames are."""
    return [
        state if state not in ("waiting", "dropped") else "waiting" if is_there else "dropped"
        for state, is_there in zip(frames, spooled)
    ]
