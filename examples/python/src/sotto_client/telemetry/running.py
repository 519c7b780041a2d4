"""A program's telemetry while it runs: counts in memory, written at the end and once a minute."""

from __future__ import annotations

import _thread
import atexit
import os

from ..consent.deciding import decide_now
from ..definition.model import Definition
from ..installation.definitioncopy import read_definition_copy, same_definition
from ..report.windows import is_plausible
from .settling import folder_of, settle, start_if_needed
from .tally import Tally

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping, Optional

    from ..consent.deciding import Decided
    from ..installation.definitioncopy import DefinitionCopy
    from .world import World

# What a program that runs for days has counted is written this often, so that a crash loses little.
_WRITE_EVERY_SECONDS = 60.0

# A process in which this much went wrong does not try again.
_MAX_FAILURES = 2


class Telemetry:
    """What a program tells. Nothing of it raises, prints unasked, or delays the program's end; it may be used by
    several threads. In a process that was forked what the parent has counted is the parent's.
    """

    def __init__(self, world: World, definition: Definition, decided: Decided, caller: str | None) -> None:
        self._world = world
        self._definition = definition
        self._decided = decided
        self._caller = caller
        self._said: dict[str, dict[str, Any]] = {}
        self._tally = Tally(definition)
        self._covered: frozenset[str] | None = None
        self._noticed_now = False
        self._failures = 0
        self._unwritten_since: float | None = None
        self._lock = _new_lock()
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def count(self, counter: str, value: Optional[str] = None, times: float = 1) -> None:
        """Count something; value is for a counter with values. It is written in a minute, or at the end."""

        def work() -> None:
            day = self._world.today()
            if self._may_count() and is_plausible(day):
                self._tally.add(counter, value, times, day, self._coverage())
                self._write_later()

        self._guarded(work)

    def report(self, report: str, values: Mapping[str, Any] | None = None) -> None:
        """Say what a report tells, by its fields. To be said in every run: it is sent once a window."""

        def work() -> None:
            if self._may_count():
                # A copy: what is said counts as it is now.
                self._said[report] = dict(values or {})
                self._write_later()

        self._guarded(work)

    def ask(self) -> None:
        """Show the question or the notice, if one is due and there is a terminal. Waits for the person's answer."""

        def work() -> None:
            decided = self._decided
            if decided.standing is None or self._noticed_now or not self._world.is_on_terminal():
                return
            from .telling import telling_due

            due = telling_due(
                decided.decision, self._definition.consent, decided.standing, self._has_untold, self._world.is_ci
            )
            if due is None:
                return
            from .asking import tell

            if tell(self._world, self._definition, due, self._told(), self._caller):
                self._noticed_now = due == "notice"
                self._decide_again()

        self._guarded(work)

    def flush(self) -> None:
        """Send in the foreground: for a container's only run. It makes the program wait for the network."""

        def work() -> None:
            self._write(may_start=False)
            if self._decided.decision.state == "granted":
                from ..sender.main import send_in_foreground

                send_in_foreground(self._world)

        self._guarded(work)

    def close(self) -> None:
        """Write what is left, and start the sender if there is something for it to do."""
        atexit.unregister(self.close)
        self._guarded(lambda: self._write(may_start=True))

    def _write(self, may_start: bool) -> None:
        self._unwritten_since = None
        if not self._may_count():
            return
        # The user may have decided since the program began.
        self._decide_again()
        state = self._decided.decision.state
        if state == "debug":
            from .debugging import debug_lines

            lines = debug_lines(self._world, self._definition, self._tally.take(), self._said, self._coverage())
            for line in lines:
                self._world.complain(line)
        elif state != "granted" or not is_plausible(self._world.today()):
            self._tally.take()
        else:
            need = settle(
                self._world, self._definition, self._coverage(), self._copy(), self._tally, self._said
            )
            if may_start:
                start_if_needed(self._world, need)

    def _write_later(self) -> None:
        """Without a thread: a program that forks is warned of those. The next call after a minute writes."""
        now = self._world.clock()
        if self._unwritten_since is None:
            self._unwritten_since = now
        elif abs(now - self._unwritten_since) >= _WRITE_EVERY_SECONDS:
            from .starting import reap

            reap()
            self._write(may_start=True)

    def _decide_again(self) -> None:
        definition = self._definition
        self._decided = decide_now(self._world, definition.project, definition.consent, self._noticed_now)
        self._covered = None

    def _may_count(self) -> bool:
        return self._decided.decision.state in ("granted", "debug")

    def _copy(self) -> DefinitionCopy | None:
        folder = folder_of(self._world, self._definition.project)
        return None if folder is None else read_definition_copy(folder)

    def _coverage(self) -> frozenset[str]:
        if self._covered is None:
            covers, standing = self._decided.decision.covers, self._decided.standing
            self._covered = frozenset()
            if covers == "all":
                self._covered = frozenset(self._definition.field_ids())
            elif covers == "told" and standing is not None:
                sums = self._sums()
                self._covered = frozenset(name for name, digest in sums.items() if standing.told.get(name) == digest)
        return self._covered

    def _sums(self) -> dict[str, str]:
        """To compute them anew in each run would be most of its cost: the installation's copy has them."""
        copy = self._copy()
        if copy is not None and same_definition(copy.raw, self._definition.raw):
            return copy.sums
        from ..consent.canonical import field_sums

        return field_sums(self._definition)

    def _told(self) -> frozenset[str]:
        return self._coverage() if self._decided.decision.covers == "told" else frozenset()

    def _has_untold(self) -> bool:
        return any(name not in self._told() for name in self._definition.field_ids())

    def _after_fork(self) -> None:
        self._lock = _new_lock()
        self._tally = Tally(self._definition)
        self._unwritten_since = None

    def _guarded(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._failures >= _MAX_FAILURES:
                return
            try:
                work()
            except Exception:
                self._failures += 1


def _new_lock() -> Any:
    """Make a lock that a signal's handler may take again. By `threading` it is the same, and takes a millisecond more."""
    return _thread.RLock()  # type: ignore[attr-defined]
