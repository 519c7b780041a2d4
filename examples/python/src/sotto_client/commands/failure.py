"""How commands fail."""

from __future__ import annotations


class CommandFailed(Exception):
    """One line for a person, and the exit code: 1 for what could not be done, 2 for wrong usage."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
