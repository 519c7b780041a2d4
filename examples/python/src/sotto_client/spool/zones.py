"""`zones.json`: what is known of zones' policy records, and how projects fare with theirs. The sender's alone."""

from __future__ import annotations

from ..definition.names import is_hex, is_project, is_zone
from ..report.windows import DAY_MINUTES
from ..state.jsontext import whole_of
from ..state.reading import read_state_file
from ..state.replacing import change_members
from ..wire.policy import MAX_BITS, Policy, stop_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from ..definition.model import Zone
    from ..state.places import Place
    from .entry import Entry

_MAX_OCTETS = 256 * 1024

# Where neither a definition nor a policy record says.
DEFAULT_BITS = 18

# The next zone is taken after so many failed frames; a frame has failed with its second attempt.
_FAILED_FRAMES = 3
_FAILED_ATTEMPTS = 2


class PolicyState:
    """What is known of a zone's record: the minute in which it was last asked for, and what the last answers said."""

    __slots__ = ("ack", "asked", "bits", "stop")

    def __init__(self, asked: int, ack: list[str], bits: int | None, stop: list[str]) -> None:
        self.asked = asked
        self.ack = ack
        self.bits = bits
        self.stop = stop

    def json(self) -> dict[str, Any]:
        """Return what is kept."""
        return {"asked": self.asked, "ack": self.ack, "bits": self.bits, "stop": self.stop}


class ZoneStanding:
    """The zone that a project's frames go to, and hashes of those that failed there since it last confirmed one."""

    __slots__ = ("failed", "zone")

    def __init__(self, zone: str, failed: list[str]) -> None:
        self.zone = zone
        self.failed = failed


class Zones:
    """All of it, by zone and by project."""

    __slots__ = ("policies", "standings")

    def __init__(self) -> None:
        self.policies: dict[str, PolicyState] = {}
        self.standings: dict[str, ZoneStanding] = {}


def read_zones(state: Place) -> Zones | None:
    """Read it. What is damaged in it counts as not known; None where nothing may be sent."""
    reading = read_state_file(state.inside("zones.json").path, _MAX_OCTETS)
    if reading.kind in ("newer", "unreadable"):
        return None
    zones = Zones()
    for zone, policy in _members(reading.value.get("policies")):
        found = _policy_of(policy) if is_zone(zone) else None
        if found is not None:
            zones.policies[zone] = found
    for project, standing in _members(reading.value.get("standings")):
        present = _standing_of(standing) if is_project(project) else None
        if present is not None:
            zones.standings[project] = present
    return zones


def write_zones(state: Place, zones: Zones, is_ours: Callable[[], bool]) -> bool:
    """Write it. Returns whether it is written."""
    members = {
        "policies": {zone: policy.json() for zone, policy in zones.policies.items()},
        "standings": {
            project: {"zone": standing.zone, "failed": standing.failed} for project, standing in zones.standings.items()
        },
    }
    return change_members(state.inside("zones.json"), members, _MAX_OCTETS, is_ours).done


def is_policy_due(state: PolicyState | None, now: int) -> bool:
    """Tell whether a record is to be asked for. One that was asked for in the future is: that sets the time right."""
    return state is None or now < state.asked or now - state.asked > DAY_MINUTES


def with_policy(state: PolicyState | None, policy: Policy | None, now: int) -> PolicyState:
    """After asking; policy is None when nobody answered. Stops hold until a later record omits them."""
    if policy is None:
        return PolicyState(now, [], None, [] if state is None else state.stop)
    return PolicyState(now, policy.ack, policy.bits, policy.stop)


def is_stopped(state: PolicyState | None, project: str) -> bool:
    """Tell whether a project is to seal and send nothing."""
    return state is not None and stop_hash(project) in state.stop


def terms_of(zone: Zone, state: PolicyState | None) -> tuple[list[str], int]:
    """Return the ack addresses and the bits that count for a zone: the definition's, and what its record adds."""
    recorded = None if state is None else state.bits
    bits = (DEFAULT_BITS if recorded is None else recorded) if zone.bits is None else zone.bits
    return [*zone.ack, *([] if state is None else state.ack)], min(MAX_BITS, max(bits, recorded or 0))


def standing_of(names: list[str], standing: ZoneStanding | None) -> ZoneStanding:
    """Return the zone to use: one that the definition does not list any more gives way to its first."""
    return standing if standing is not None and standing.zone in names else ZoneStanding(names[0], [])


def with_verdict(names: list[str], standing: ZoneStanding, entry: Entry, verdict: str) -> ZoneStanding:
    """After an answer. A refusal changes nothing: another zone would evade who blocked this one."""
    if entry.zone != standing.zone or verdict == "refused":
        return standing
    if verdict == "acked":
        return ZoneStanding(standing.zone, [])
    if entry.attempts < _FAILED_ATTEMPTS or entry.hash in standing.failed:
        return standing
    failed = [*standing.failed, entry.hash]
    if len(failed) < _FAILED_FRAMES:
        return ZoneStanding(standing.zone, failed)
    return ZoneStanding(names[(names.index(standing.zone) + 1) % len(names)], [])


def in_present_zone(entry: Entry, standing: ZoneStanding) -> Entry:
    """A frame that was tried stays where it was: its name must not change."""
    return entry.but(zone=standing.zone) if entry.attempts == 0 else entry


def _policy_of(value: Any) -> PolicyState | None:
    if not isinstance(value, dict):
        return None
    asked, bits, ack, stop = whole_of(value.get("asked"), 0), value.get("bits", ""), value.get("ack"), value.get("stop")
    known = None if bits is None else whole_of(bits, 0, MAX_BITS)
    if asked is None or (bits is not None and known is None) or not isinstance(ack, list) or not isinstance(stop, list):
        return None
    if not all(isinstance(one, str) and not one.strip("0123456789.") for one in ack):
        return None
    return PolicyState(asked, ack, known, stop) if all(is_hex(one, 8) for one in stop) else None


def _standing_of(value: Any) -> ZoneStanding | None:
    if not isinstance(value, dict) or not is_zone(value.get("zone")) or not isinstance(value.get("failed"), list):
        return None
    if len(value["failed"]) >= _FAILED_FRAMES or not all(is_hex(hash, 64) for hash in value["failed"]):
        return None
    return ZoneStanding(value["zone"], value["failed"])


def _members(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
