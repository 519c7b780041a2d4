"""Sending one frame, if it still may be: everything is looked at anew, and what comes of it is written down."""

from __future__ import annotations

from ..history.keeping import mark_frame
from ..history.layout import history_places_of
from ..spool.entry import Entry, read_entry
from ..spool.files import read_file
from ..spool.pace import read_pace, write_pace
from ..spool.schedule import Settlement, begun, settled
from ..spool.spool import apply_settlement, update_frame
from ..spool.zones import read_zones, terms_of, with_verdict, write_zones
from ..wire.frame import box_of, is_solved, solve
from ..wire.lookup import Found
from ..wire.name import encode_name
from ..wire.sealing import random_salt
from .policies import freshen_policy, is_left_alone
from .sendable import Sendable, sendable_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .world import Run

# A filter that blocks a name by giving it this address is answered like one that says it is not there.
_BLOCKED_ADDRESS = "0.0.0.0"


def attempt(run: Run, planned: Entry) -> None:
    """Ask for the zone's policy record if that is due, then for the name. Raises LockGone."""
    first = _still_sendable(run, planned)
    if first is None:
        return
    freshen_policy(run, first.entry.zone)
    sendable = _still_sendable(run, planned)
    zones = read_zones(run.state)
    if sendable is None or zones is None:
        return
    ack, bits = terms_of(sendable.zone, zones.policies.get(sendable.zone.name))
    solved = _solved_for(run, sendable.entry, bits)
    if solved is None:
        # No salt fits: the zone would refuse it.
        _conclude(run, sendable.entry, Settlement("dropped", reason="refused"))
        return
    trying = begun(solved, run.now(), run.world.random)
    if not update_frame(run.state, trying):
        return
    run.require_lock()
    verdict = judge(run.unless_lost(lambda: run.resolver.addresses(encode_name(trying.frame, trying.zone))), ack)
    if verdict == "refused":
        pace = read_pace(run.state, run.now())
        if pace is not None:
            pace.refusals[trying.zone] = run.now()
            write_pace(run.state, pace, run.is_held)
    _note_verdict(run, sendable, trying, verdict)
    _conclude(run, trying, settled(trying, verdict))


def judge(found: Found, ack: list[str]) -> str:
    """Judge an answer: "acked" is exactly one A record, and that an ack address; "refused"; "unconfirmed"."""
    if found.kind == "failed":
        return "unconfirmed"
    if not found.addresses or found.addresses[0] == _BLOCKED_ADDRESS:
        return "refused"
    return "acked" if len(found.addresses) == 1 and found.addresses[0] in ack else "unconfirmed"


def _still_sendable(run: Run, planned: Entry) -> Sendable | None:
    """Return the frame as it is on the disk now; None when it is gone or must not be sent."""
    run.require_lock()
    reading = read_file(run.state, planned.project, planned.hash)
    entry = read_entry(reading.value, planned.project, planned.hash) if reading.kind == "read" else None
    zones = read_zones(run.state)
    # Another sender may have tried it: one that was taken for dead and was only asleep.
    if entry is None or entry.attempts != planned.attempts or zones is None:
        return None
    found = sendable_of(run, [entry], zones)
    return found[0] if found and not is_left_alone(run, found[0].entry.zone) else None


def _solved_for(run: Run, entry: Entry, bits: int) -> Entry | None:
    """Solve again for more bits, which changes the name and not the box: only while nobody has seen the name."""
    if entry.attempts > 0 or is_solved(entry.frame, bits):
        return entry
    frame = solve(entry.day, box_of(entry.frame), bits, random_salt(run.world.random))
    return None if frame is None else entry.but(frame=frame)


def _note_verdict(run: Run, sendable: Sendable, trying: Entry, verdict: str) -> None:
    names = [zone.name for zone in sendable.project.definition.zones]
    before = sendable.standing
    after = with_verdict(names, before, trying, verdict)
    zones = read_zones(run.state)
    if zones is not None and (after.zone, len(after.failed)) != (before.zone, len(before.failed)):
        zones.standings[sendable.project.name] = after
        write_zones(run.state, zones, run.is_held)


def _conclude(run: Run, entry: Entry, settlement: Settlement) -> None:
    """Tell the history first, by which a user knows what became of a frame, then the spool."""
    places = history_places_of(run.world.places)
    state = _state_of(settlement, entry)
    # Without the lock another program may be writing there; the spool has a lock of its own.
    if state is not None and places is not None and run.is_held():
        mark_frame(places, entry.project, entry.hash, state)
    apply_settlement(run.state, entry, settlement)


def _state_of(settlement: Settlement, entry: Entry) -> str | None:
    if settlement.kind == "delivered":
        return "acknowledged"
    if settlement.kind == "waits":
        return None
    if settlement.reason == "attempts":
        return "unanswered"
    return "dropped" if entry.attempts == 0 else "refused"
