"""A report definition, `sotto.json`, as it is used (docs/definition.md). What is built here was checked before."""

from __future__ import annotations

from .dates import day_of_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

DEFAULT_CI_SAMPLE = 1 / 16

# An epoch without an end: 104 weeks.
DEFAULT_EPOCH_DAYS = 728

# What everything is reported as that is not listed.
OTHER = "other"

# Kinds of which the client knows nothing by itself.
SAID_KINDS = ("boolean", "choice", "version", "bucket")


class Field:
    """One field of a report. expires is a day since 1970-01-01: from it on the field is not collected."""

    __slots__ = ("bounds", "description", "epsilon", "expires", "key", "kind", "link", "max", "name", "owner", "reason",
                 "values")

    def __init__(self, name: str, raw: dict[str, Any]) -> None:
        self.name = name
        self.key: str = raw["key"]
        self.kind: str = raw["kind"]
        self.description: str = raw["description"]
        self.reason: str = raw["reason"]
        self.owner: str = raw["owner"]
        self.link: str | None = raw.get("link")
        self.expires: int = day_of_date(raw["expires"]) or 0
        self.values: list[str] | None = raw.get("values")
        self.bounds: list[float] | None = raw.get("bounds")
        self.max: int | None = None if "max" not in raw else int(raw["max"])
        self.epsilon: float | None = raw.get("epsilon")

    def is_expired(self, day: int) -> bool:
        """Tell whether it is not collected any more on a day."""
        return self.expires <= day


class Report:
    """A report that a project asks for: one from each installation and window ("week" or "day")."""

    __slots__ = ("description", "fields", "name", "rotate", "window")

    def __init__(self, name: str, raw: dict[str, Any]) -> None:
        self.name = name
        self.window: str = raw["window"]
        self.description: str = raw["description"]
        self.fields = [Field(field, member) for field, member in raw["fields"].items()]
        self.rotate: list[str] = raw.get("rotate", [])

    @property
    def counters(self) -> list[Field]:
        """Its fields that are counted."""
        return [field for field in self.fields if field.kind == "counter"]

    def covered(self, ids: frozenset[str]) -> frozenset[str]:
        """Return the names of its fields of which "<report>.<field>" is among the given."""
        return frozenset(field.name for field in self.fields if f"{self.name}.{field.name}" in ids)


class Zone:
    """A zone that reports may go to. bits is None where the policy record or the default holds."""

    __slots__ = ("ack", "bits", "name")

    def __init__(self, raw: dict[str, Any]) -> None:
        name: str = raw["zone"]
        self.name = (name[:-1] if name.endswith(".") else name).lower()
        self.ack: list[str] = raw.get("ack", [])
        self.bits: int | None = None if "bits" not in raw else int(raw["bits"])


class EpochKey:
    """A public key as text, and the days of its epoch: from, and up to without, until."""

    __slots__ = ("first", "text", "until")

    def __init__(self, raw: dict[str, Any]) -> None:
        self.text: str = raw["key"]
        self.first: int = day_of_date(raw["from"]) or 0
        self.until: int = (day_of_date(raw["until"]) or 0) if "until" in raw else self.first + DEFAULT_EPOCH_DAYS


class Definition:
    """What a project asks of its users' machines; raw is the content of `sotto.json`."""

    __slots__ = ("about", "ci_sample", "consent", "project", "raw", "reports", "title")

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.project: str = raw["project"]
        self.title: str | None = raw.get("title")
        self.about: str | None = raw.get("about")
        self.consent: str = raw.get("consent", "ask")
        self.ci_sample: float = raw.get("ciSample", DEFAULT_CI_SAMPLE)
        self.reports = [Report(name, report) for name, report in raw.get("reports", {}).items()]

    @property
    def zones(self) -> list[Zone]:
        """Where reports go: the first zone, the next ones when it fails."""
        return [Zone(zone) for zone in self.raw["zones"]]

    @property
    def keys(self) -> list[EpochKey]:
        """The project's public keys."""
        return [EpochKey(key) for key in self.raw["keys"]]

    def report(self, name: str) -> Report | None:
        """Return the report of a name."""
        return next((report for report in self.reports if report.name == name), None)

    def field_ids(self) -> Iterator[str]:
        """Yield "<report>.<field>" of all fields."""
        return (f"{report.name}.{field.name}" for report in self.reports for field in report.fields)


def key_of_day(keys: list[EpochKey], day: int) -> EpochKey | None:
    """Return the key that is sealed for on a day: of several the one that began last, of those the one listed last."""
    chosen: EpochKey | None = None
    for key in keys:
        if key.first <= day < key.until and (chosen is None or key.first >= chosen.first):
            chosen = key
    return chosen
