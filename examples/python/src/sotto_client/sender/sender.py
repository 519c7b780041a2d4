"""The sender: seals what is due, sends what the pace allows, removes what is old, and says when to come again."""

from __future__ import annotations

from ..installation.folder import system_binding
from ..installation.nextminute import write_next
from ..report.noise import draw_between
from ..report.windows import is_plausible
from ..spool.files import frame_names, list_spool
from ..spool.pace import FLUSH_MINUTES, plan_flush, read_pace, write_pace
from ..spool.spool import sweep
from ..spool.zones import Zones, read_zones
from ..state.lock import take_lock
from .attempt import attempt
from .dues import has_dues, unfinished_messages
from .nextminute import next_minute
from .policies import check_stops
from .sealing import seal_all
from .sendable import sendable_of
from .upkeep import upkeep
from .world import LockGone, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..telemetry.world import World
    from .world import Resolving

# So that nobody can tell from a report's time when a program was run.
_MOST_WAIT_MILLISECONDS = 60_000


def run_sender(world: World, resolver: Resolving, is_foreground: bool) -> str:
    """Run the sender; one at a time for a user and host. Makes nothing where the state folder is not there.

    Returns "done", "busy" (another is at work), "absent", or "lost": somebody removed its lock. Raises OSError.
    """
    state = world.places.state
    binding = system_binding(state)
    if state is None or binding is None:
        return "absent"
    lock = take_lock(state.inside("sender.lock").path, clock=world.clock)
    if lock is None:
        return "busy"
    run = Run(world, state, binding, lock, resolver, is_foreground)
    seen: set[tuple[str, str]] | None = None
    try:
        # By a clock that is certainly wrong nothing is reported, and no state changed.
        if is_plausible(run.today()):
            _work(run)
            seen = unfinished_messages(run)
            write_next(state, _next(run))
        return "done"
    except LockGone:
        return "lost"
    finally:
        lock.release()
        # What became due while this sender ended had its own sender find the lock taken.
        if seen is not None and unfinished_messages(run) - seen:
            write_next(state, run.now())


def _work(run: Run) -> None:
    seal_all(run)
    check_stops(run)
    is_hurried = run.is_foreground or run.world.is_ci() or not frame_names(run.state)
    run.pause(0 if is_hurried else draw_between(0, _MOST_WAIT_MILLISECONDS, run.world.random))
    _flush(run)
    seal_all(run)
    upkeep(run)
    run.require_lock()


def _flush(run: Run) -> None:
    """Sweep the spool and send what the pace allows. Raises LockGone."""
    entries = sweep(run.state, run.now())
    now = run.now()
    pace, zones = read_pace(run.state, now), read_zones(run.state)
    if entries is None or pace is None or zones is None:
        return
    frames = [sendable.entry for sendable in sendable_of(run, entries, zones)]
    sends, after = plan_flush(frames, pace, now, run.world.random)
    if after.json() != pace.json() and not write_pace(run.state, after, run.is_held):
        return
    for entry, pause in sends:
        run.pause(pause)
        # A machine that slept meanwhile: the pace counts a flush as if it was over by now.
        if run.now() - now > FLUSH_MINUTES:
            break
        attempt(run, entry)


def _next(run: Run) -> int | None:
    now = run.now()
    listing = list_spool(run.state)
    zones = read_zones(run.state)
    sendable = [one.entry for one in sendable_of(run, listing.entries, zones or Zones())]
    pace = read_pace(run.state, now)
    has_others = len(sendable) < len(listing.entries) + len(listing.others) or has_dues(run)
    return next_minute(sendable, has_others, None if pace is None or zones is None else pace.healed(now), now)
