"""`counts-<day>.ndjson`: what was counted, a line a run, appended without waiting for anybody."""

from __future__ import annotations

import os

from ..report.activity import merge_counts
from ..report.windows import is_plausible
from ..state.jsontext import compact, parse_json
from ..state.writing import append_line, names_in, remove_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..definition.model import Report
    from ..report.activity import Counts
    from ..state.places import Place

# A thousand runs take a few milliseconds to read; larger files are added up.
_MAX_OCTETS = 64 * 1024


class DayCounts:
    """What the runs of a day counted, by line, and the files that hold it."""

    __slots__ = ("day", "lines", "paths")

    def __init__(self, day: int) -> None:
        self.day = day
        self.paths: list[str] = []
        self.lines: list[dict[str, Any]] = []


def append_counts(folder: Place, day: int, counts: dict[str, Counts], reports: list[Report]) -> None:
    """Append what a run counted, by report. A file that has become large is added up. Raises OSError."""
    place = folder.inside(f"counts-{day}.ndjson")
    if append_line(place, compact(counts)) > _MAX_OCTETS:
        _add_up(place, reports)


def read_counts(folder: Place) -> list[DayCounts]:
    """Read the counts that are there, by day."""
    days: dict[int, DayCounts] = {}
    for name in names_in(folder.path):
        day = _day_of(name)
        if day is not None:
            found = days.setdefault(day, DayCounts(day))
            path = os.path.join(folder.path, name)
            found.paths.append(path)
            found.lines.extend(_lines_of(path))
    return [days[day] for day in sorted(days)]


def counted_days(folder: Place) -> list[int]:
    """Return the days of which there are counts; their files are not opened."""
    return [day for day in map(_day_of, names_in(folder.path)) if day is not None]


def sum_of(lines: list[dict[str, Any]], reports: list[Report]) -> dict[str, Counts]:
    """Add lines up, report by report. What is not known is left out."""
    sums: dict[str, Counts] = {}
    for report in reports:
        for line in lines:
            counted = line.get(report.name)
            if isinstance(counted, dict):
                sums[report.name] = merge_counts(report.counters, sums.get(report.name) or {}, counted)
    return sums


def _add_up(place: Place, reports: list[Report]) -> None:
    """Whoever renames a large file has it: everybody else appends to a new one from then on."""
    aside = place.path[: -len("ndjson")] + os.urandom(8).hex() + ".ndjson"
    try:
        os.rename(place.path, aside)
        append_line(place, compact(sum_of(_lines_of(aside), reports)))
        remove_file(aside)
    except OSError:
        # Another program was faster, or the sender will add up both files.
        pass


def _day_of(name: str) -> int | None:
    """Read the day in the name of a file of counts."""
    parts = name.split(".")
    if not name.startswith("counts-") or parts[-1] != "ndjson" or len(parts) > 3:
        return None
    digits = parts[0][len("counts-") :]
    if len(digits) != 5 or not (digits.isascii() and digits.isdigit()):
        return None
    if len(parts) == 3 and (len(parts[1]) != 16 or parts[1].strip("0123456789abcdef")):
        return None
    return int(digits) if is_plausible(int(digits)) else None


def _lines_of(path: str) -> list[dict[str, Any]]:
    """Read lines. What is none is left out: a crash or a full disk may cut one."""
    try:
        with open(path, "rb") as file:
            octets = file.read()
    except OSError:
        return []
    lines: list[dict[str, Any]] = []
    for line in octets.split(b"\n"):
        try:
            value = parse_json(line) if line else None
        except ValueError:
            continue
        if isinstance(value, dict):
            lines.append(value)
    return lines
