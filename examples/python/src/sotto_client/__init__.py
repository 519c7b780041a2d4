"""Usage reports that nobody can trace: a client of sotto in Python.

    import sotto_client

    telemetry = sotto_client.open("sotto.json")  # asks, if that is due
    telemetry.count("commands", "greet")
    telemetry.report("weekly", {"version": "1.0.0"})  # in every run; sent once a week

What it keeps and obeys is the repository's docs/client-state.md, which clients in other languages share.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any, Mapping, Optional, Protocol, Union

    class Telemetry(Protocol):
        """What `open` gives: nothing of it raises, prints unasked or delays the program's end."""

        def count(self, counter: str, value: Optional[str] = None, times: float = 1) -> None: ...
        def report(self, report: str, values: Mapping[str, Any] | None = None) -> None: ...
        def ask(self) -> None: ...
        def flush(self) -> None: ...
        def close(self) -> None: ...


class Silent:
    """Telemetry of a program that may not count: nothing is asked, counted or reported."""

    def count(self, counter: str, value: Optional[str] = None, times: float = 1) -> None:
        """Count nothing."""

    def report(self, report: str, values: Mapping[str, Any] | None = None) -> None:
        """Report nothing."""

    def ask(self) -> None:
        """Ask nothing."""

    def flush(self) -> None:
        """Send nothing."""

    def close(self) -> None:
        """Do nothing."""


def open(
    definition: Union[str, os.PathLike[str]],
    *,
    ask: bool = True,
    release: bool = True,
    command: Optional[str] = None,
) -> Telemetry:
    """Open a program's telemetry: decide whether it may count, and ask the user if that is due. Never raises.

    definition is the path of a `sotto.json`. ask=False where the program calls `ask()` itself, at a moment that suits
    it. release=False is for a development build and the program's own tests: nothing is asked, counted or reported.
    command is what users call the program's own commands by, "manage.py telemetry".
    """
    if not release:
        return Silent()
    try:
        from .telemetry.opening import open_telemetry

        telemetry = open_telemetry(definition, command)
    except Exception:
        # A working folder or home that is gone, a definition that cannot be read: an application must not notice.
        return Silent()
    if telemetry is None:
        return Silent()
    if ask:
        telemetry.ask()
    return telemetry
