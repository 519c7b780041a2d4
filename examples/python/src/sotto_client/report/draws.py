"""What was drawn at random for a window, and holds in it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Draws:
    """The one field of `rotate`, None where nothing rotates, and the answers of fields with noise, by field."""

    __slots__ = ("answers", "rotated", "window")

    def __init__(self, window: int, rotated: str | None, answers: dict[str, Any]) -> None:
        self.window = window
        self.rotated = rotated
        self.answers = answers
