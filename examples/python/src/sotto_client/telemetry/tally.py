"""What a run has counted and not written yet, by day and report."""

from __future__ import annotations

from ..report.activity import add_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..definition.model import Definition, Field, Report
    from ..report.activity import Counts


class Tally:
    """Counts of one process."""

    __slots__ = ("_counters", "_days")

    def __init__(self, definition: Definition) -> None:
        # No two reports have a counter of the same name.
        self._counters: dict[str, tuple[Report, Field]] = {
            field.name: (report, field) for report in definition.reports for field in report.counters
        }
        self._days: dict[int, dict[str, Counts]] = {}

    def add(self, counter: str, value: Any, times: Any, day: int, covered: frozenset[str]) -> None:
        """Add, unless the user did not agree to it, it expired, or the definition has no such counter."""
        found = self._counters.get(counter)
        if found is None:
            return
        report, field = found
        if f"{report.name}.{field.name}" not in covered or field.is_expired(day):
            return
        counts = self._days.get(day, {}).get(report.name, {})
        add_count(counts, field, value, times)
        if counts:
            self._days.setdefault(day, {})[report.name] = counts

    def take(self) -> dict[int, dict[str, Counts]]:
        """Return what was counted since it was last taken."""
        days, self._days = self._days, {}
        return days
