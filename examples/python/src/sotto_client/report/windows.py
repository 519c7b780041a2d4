"""Weeks and days, and which of them is due to be reported (docs/client-state.md, "Windows"). Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Sequence

DAY_SECONDS = 86_400
DAY_MINUTES = 1440

# 2026-01-01: no client is older, so an earlier clock is wrong. 2149-06-06: a block holds no later day.
EARLIEST_DAY = 20_454
LATEST_DAY = 65_535

# A report with counters tells of a window that ended at most this many windows ago.
MAX_WINDOWS_BACK = 3

# How many reported windows a report remembers.
REMEMBERED_WINDOWS = 32


class DueWindow:
    """The window that a report is to describe, and how many windows before the present one it is."""

    __slots__ = ("back", "window")

    def __init__(self, window: int, back: int) -> None:
        self.window = window
        self.back = back


def window_of(unit: str, day: int) -> int:
    """Return the number of a day's window: weeks since Monday 1970-01-05, or the day itself."""
    return week_of(day) if unit == "week" else day


def week_of(day: int) -> int:
    """Return the number of a day's week."""
    return (day - 4) // 7


def first_day_of(unit: str, window: int) -> int:
    """Return the day with which a window begins."""
    return window * 7 + 4 if unit == "week" else window


def is_plausible(day: int) -> bool:
    """Tell whether a clock may be right. On any other day nothing is counted and no state changed."""
    return EARLIEST_DAY <= day <= LATEST_DAY


def age_of(first: int, window: int) -> int:
    """Return for how long the program has been used in a window: 1 to 4."""
    steps = window - first
    if steps < 2:
        return 1
    if steps < 5:
        return 2
    return 3 if steps < 25 else 4


def due_window(unit: str, reported: Iterable[int], active: Iterable[int] | None, day: int) -> DueWindow | None:
    """Return the window that is due on a day.

    active has the windows with activity of a report that has counters; None for one without.
    """
    if not is_plausible(day):
        return None
    present = window_of(unit, day)
    if active is None:
        return None if present in reported else DueWindow(present, 0)
    finished = [window for window in active if 1 <= present - window <= MAX_WINDOWS_BACK and window not in reported]
    if not finished:
        return None
    return DueWindow(max(finished), present - max(finished))


def with_reported(reported: Sequence[int], window: int) -> list[int]:
    """Remember a window as reported; the one that was reported longest ago is forgotten for it."""
    return [*(known for known in reported if known != window), window][-REMEMBERED_WINDOWS:]
