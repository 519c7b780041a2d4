"""All that a sender has of the world, and one run of it that has the lock."""

from __future__ import annotations

import queue
import threading
import time

from ..wire.lookup import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Protocol, TypeVar

    from ..state.lock import Lock
    from ..state.places import Place
    from ..telemetry.world import World

    T = TypeVar("T")

    class Resolving(Protocol):
        """What looks names up."""

        def addresses(self, name: str) -> Found: ...
        def texts(self, name: str) -> list[list[bytes]]: ...


# How often a wait looks whether it is still wanted.
_STEP_SECONDS = 1.0


class LockGone(Exception):
    """The sender's lock is gone: `disable` removes it and waits for nobody."""


class Run:
    """One run of a sender that has the lock; state is the state folder, binding that of this machine's installations.

    is_foreground says whether a program waits for it.
    """

    def __init__(
        self, world: World, state: Place, binding: str, lock: Lock, resolver: Resolving, is_foreground: bool,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.world = world
        self.state = state
        self.binding = binding
        self.resolver = resolver
        self.is_foreground = is_foreground
        self._lock = lock
        self._sleep = sleep

    def today(self) -> int:
        """Return the day, since 1970-01-01 UTC."""
        return self.world.today()

    def now(self) -> int:
        """Return the minute, since 1970-01-01 UTC."""
        return self.world.minute()

    def is_held(self) -> bool:
        """Tell whether the lock is still held."""
        return self._lock.is_held()

    def require_lock(self) -> None:
        """Raise LockGone if it is not."""
        if not self.is_held():
            raise LockGone

    def pause(self, milliseconds: int) -> None:
        """Wait, and look every second for the lock. Raises LockGone."""
        left = milliseconds / 1000
        while left > 0:
            self.require_lock()
            self._sleep(min(left, _STEP_SECONDS))
            left -= _STEP_SECONDS
        self.require_lock()

    def unless_lost(self, work: Callable[[], T]) -> T:
        """Do what waits for somebody else's answer, and look every second for the lock meanwhile. Raises LockGone.

        The work goes on then, in a thread that keeps no process running, but nobody waits for it.
        """
        results: queue.SimpleQueue[T | None] = queue.SimpleQueue()

        def do() -> None:
            try:
                results.put(work())
            except Exception:
                results.put(None)

        threading.Thread(target=do, name="sotto-lookup", daemon=True).start()
        while True:
            try:
                result = results.get(timeout=_STEP_SECONDS)
            except queue.Empty:
                self.require_lock()
                continue
            if result is None:
                raise OSError("the look-up failed")
            return result
