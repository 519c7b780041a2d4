"""Whether the reports of a definition, and their fields, can be used."""

from __future__ import annotations

import re

from .dates import day_of_date
from .lines import is_address, is_line
from .names import is_report
from .reader import Place

_FIELD = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_KEY = re.compile(r"[a-z][a-z0-9]{0,3}")
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+:/-]{0,31}")

# The members that a kind has of its own, and whether they are required.
_KINDS: dict[str, dict[str, bool]] = {
    "boolean": {"epsilon": False},
    "choice": {"values": True, "epsilon": False},
    "version": {},
    "bucket": {"bounds": True, "epsilon": False},
    "counter": {"max": True, "values": False},
    "age": {},
    "runner": {},
    "platform": {"values": True},
    "session": {},
}
_OWN = ("values", "bounds", "max", "epsilon")
_MEMBERS = ("key", "kind", "description", "reason", "owner", "expires", "link", *_OWN)


def check_reports(place: Place) -> None:
    """Check all reports, by their names."""
    message = "is an object of 0 to 16 reports by their names"
    counters: list[tuple[Place, str]] = []
    for _, report in place.named(message, 0, 16, is_report, optional=True):
        _check_report(report, counters)
    Place.refuse_repeated(counters, "has the name of another report's counter")


def _check_report(place: Place, counters: list[tuple[Place, str]]) -> None:
    members = place.members("is an object that describes a report", ("window", "description", "fields", "rotate"))
    if members is None:
        return
    members["window"].text('is "week" or "day"', ("week", "day").__contains__)
    members["description"].text("is one line of 1 to 500 characters", lambda text: is_line(text, 500))
    fields = members["fields"].named(
        "is an object of 1 to 32 fields by their names", 1, 32, lambda name: _FIELD.fullmatch(name) is not None
    )
    keys: list[tuple[Place, str | None]] = []
    for name, field in fields:
        kind, key = _check_field(field)
        keys.append(key)
        if kind == "counter":
            counters.append((field, name))
    Place.refuse_repeated(keys, "is another field's key already")
    names = {name for name, _ in fields}
    rotate = members["rotate"].items("is a list of 2 to 32 names of fields", 2, 32, optional=True)
    message = "is the name of a field of this report"
    Place.refuse_repeated([(item, item.text(message, names.__contains__)) for item in rotate])


def _check_field(place: Place) -> tuple[str | None, tuple[Place, str | None]]:
    """Check one field. Returns its kind, and its key with the place of it."""
    members = place.members("is an object that describes a field", _MEMBERS)
    if members is None:
        return None, (place, None)
    key = members["key"].text(
        "is 1 to 4 lower-case letters and digits, the first a letter, and not w",
        lambda text: _KEY.fullmatch(text) is not None and text != "w",
    )
    for name in ("description", "reason"):
        members[name].text("is one line of 1 to 500 characters", lambda text: is_line(text, 500))
    members["owner"].text("is one line of 1 to 80 characters", lambda text: is_line(text, 80))
    members["expires"].text("is a date, 2026-11-23", lambda text: day_of_date(text) is not None)
    members["link"].text("is an https address", is_address, optional=True)
    kind = members["kind"].text("is a kind of field", _KINDS.__contains__)
    if kind is None:
        return None, (members["key"], key)
    for name in _OWN:
        if name not in _KINDS[kind]:
            if members[name].is_given:
                members[name].refuse(f"is not for fields of kind {kind}")
        else:
            _OWN_CHECKS[name](members[name], not _KINDS[kind][name])
    return kind, (members["key"], key)


def _check_values(place: Place, optional: bool) -> None:
    items = place.items("is a list of 1 to 64 values", 1, 64, optional)
    message = 'is 1 to 32 of A-Z a-z 0-9 . _ + : / -, like "build", and not other'
    Place.refuse_repeated(
        [(item, item.text(message, lambda text: bool(_VALUE.fullmatch(text)) and text != "other")) for item in items]
    )


def _check_bounds(place: Place, optional: bool) -> None:
    last = float("-inf")
    for item in place.items("is a list of 1 to 32 ascending numbers", 1, 32, optional):
        before = last
        item.number("is a number, greater than the bound before it", lambda bound: before < bound < float("inf"))
        last = item.value if isinstance(item.value, (int, float)) else last


def _check_max(place: Place, optional: bool) -> None:
    place.whole("is a whole number from 1 to 1000000", 1, 1_000_000, optional)


def _check_epsilon(place: Place, optional: bool) -> None:
    place.number("is a number above 0, at most 16", lambda epsilon: 0 < epsilon <= 16, optional)


_OWN_CHECKS = {"values": _check_values, "bounds": _check_bounds, "max": _check_max, "epsilon": _check_epsilon}
