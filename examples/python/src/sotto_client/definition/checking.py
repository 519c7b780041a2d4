"""Whether a `sotto.json` can be used: strict, since what is not understood must not be collected."""

from __future__ import annotations

import json

from ..wire.publickey import decode_public_key
from .dates import day_of_date
from .lines import is_address, is_contact, is_ipv4, is_line
from .model import DEFAULT_EPOCH_DAYS, Definition
from .names import is_project, zone_of
from .reader import Place
from .reportcheck import check_reports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_DEFINITION_OCTETS = 256 * 1024
_MAX_DEPTH = 6

# The last day of the year 9999: no epoch ends later.
_LAST_DAY = 2_932_896

_MEMBERS = ("$schema", "sotto", "project", "title", "about", "contact", "consent", "zones", "keys", "ciSample", "reports")


class DefinitionError(ValueError):
    """A definition that is refused; problems are lines, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def parse_definition(octets: bytes) -> Definition:
    """Read the text of a definition. Raises DefinitionError."""
    if len(octets) > MAX_DEFINITION_OCTETS:
        raise DefinitionError([f"is larger than {MAX_DEFINITION_OCTETS} octets"])
    repeated: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            repeated.append("an object names a member twice")
        return found

    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    try:
        raw = json.loads(octets.decode("utf-8"), object_pairs_hook=members, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise DefinitionError(["is not JSON in UTF-8"]) from error
    if repeated:
        raise DefinitionError(repeated)
    return checked_definition(raw)


def checked_definition(raw: Any) -> Definition:
    """Check the content of a definition. Raises DefinitionError."""
    place = Place(raw, "")
    _check(place)
    if place.problems:
        raise DefinitionError(place.problems)
    return Definition(raw)


def _check(place: Place) -> None:
    if isinstance(place.value, dict):
        version = place.value.get("sotto")
        if isinstance(version, (int, float)) and version > 1 and version == int(version):
            # What a newer format means by anything else is not known here.
            place.refuse("is made for a newer sotto")
            return
    if _depth(place.value) > _MAX_DEPTH or _has_odd_text(place.value):
        place.refuse("is nested too deeply, or holds half a character")
        return
    top = place.members("is a JSON object", _MEMBERS)
    if top is None:
        return
    top["$schema"].text("is the address of a JSON Schema", lambda _: True, optional=True)
    top["sotto"].number("is 1, the version of the format", lambda version: version == 1)
    top["project"].text("is 1 to 32 lower-case letters, digits and hyphens", is_project)
    top["title"].text("is one line of 1 to 80 characters", lambda text: is_line(text, 80), optional=True)
    top["about"].text("is an https address", is_address, optional=True)
    top["contact"].text("is a mail address or an https address", is_contact, optional=True)
    top["consent"].text('is "ask" or "notice"', ("ask", "notice").__contains__, optional=True)
    top["ciSample"].number("is a number above 0, at most 1", lambda share: 0 < share <= 1, optional=True)
    zones = top["zones"].items("is a list of 1 to 4 zones", 1, 4)
    Place.refuse_repeated([_check_zone(zone) for zone in zones])
    keys = top["keys"].items("is a list of 0 to 1000 keys", 0, 1000)
    Place.refuse_repeated([_check_key(key) for key in keys])
    check_reports(top["reports"])


def _check_zone(place: Place) -> tuple[Place, str | None]:
    """Check a zone. Returns its name with the place of it."""
    members = place.members('is an object, {"zone":"r.example.net"}', ("zone", "ack", "bits"))
    if members is None:
        return place, None
    name = members["zone"].text("is a zone's name, r.example.net", lambda text: zone_of(text) is not None)
    addresses = members["ack"].items("is a list of 0 to 8 IPv4 addresses", 0, 8, optional=True)
    Place.refuse_repeated([(one, one.text("is an IPv4 address, 198.18.0.7", is_ipv4)) for one in addresses])
    members["bits"].whole("is a whole number from 0 to 22", 0, 22, optional=True)
    return members["zone"], None if name is None else zone_of(name)


def _check_key(place: Place) -> tuple[Place, str | None]:
    """Check a key. Returns its text with the place of it."""
    members = place.members('is an object, {"key":"sotto1...","from":"2026-11-23"}', ("key", "from", "until"))
    if members is None:
        return place, None
    text = members["key"].text("is a public key, sotto1...", lambda key: decode_public_key(key) is not None)
    first = _monday(members["from"])
    until = _monday(members["until"]) if members["until"].is_given else None
    if first is not None and until is not None and until <= first:
        members["until"].refuse("is a Monday after from")
    if first is not None and until is None and first + DEFAULT_EPOCH_DAYS > _LAST_DAY:
        members["from"].refuse("is a date two years before the end of 9999, or earlier")
    return members["key"], None if text is None else text.lower()


def _monday(place: Place) -> int | None:
    text = place.text("is a date, 2026-11-23", lambda date: day_of_date(date) is not None)
    day = None if text is None else day_of_date(text)
    if day is not None and (day - 4) % 7 != 0:
        place.refuse("is a Monday, since epochs are whole weeks")
    return day


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _has_odd_text(value: Any) -> bool:
    """Tell whether a lone surrogate is in a text."""
    if isinstance(value, str):
        return any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return any(_has_odd_text(name) or _has_odd_text(member) for name, member in value.items())
    return any(map(_has_odd_text, value)) if isinstance(value, list) else False
