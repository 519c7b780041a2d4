"""Removing entries by their age, unless the clock cannot be believed (docs/client-state.md, "Pruning")."""

from __future__ import annotations

import os

from ..report.windows import is_plausible
from ..state.jsontext import whole_of
from ..state.places import Place
from ..state.reading import read_state_file
from ..state.replacing import replace_state_file
from ..state.writing import is_orphan
from .erasing import erase_files
from .layout import CLOCK_FILE, HistoryFile, HistoryPlaces, coarsen, coarsen_folders, find_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Entries are there on the 90th day after theirs, and not on the 91st.
_KEPT_DAYS = 90

# A clock that moved further than this since it was last believed has to say so on two days.
_BELIEVED_DAYS = 30

_MAX_OCTETS = 4096


class Memory:
    """The day on which the clock was last believed, and the one that it said when it was first not; None if it is."""

    __slots__ = ("day", "doubted")

    def __init__(self, day: int, doubted: int | None = None) -> None:
        self.day = day
        self.doubted = doubted

    def json(self) -> dict[str, Any]:
        """Return what is kept."""
        return {"version": 1, "day": self.day, **({} if self.doubted is None else {"doubted": self.doubted})}


def judge_clock(memory: Memory | None, today: int) -> tuple[bool, Memory]:
    """Judge what the clock says. Returns whether entries may be deleted by their age, and what is to be remembered."""
    if memory is None or abs(today - memory.day) <= _BELIEVED_DAYS:
        return True, Memory(today)
    if memory.doubted is not None and today > memory.doubted:
        return True, Memory(today)
    return False, Memory(memory.day, today)


def prune(places: HistoryPlaces, now: float) -> None:
    """Remove what is too old, and what programs left that died. now is in seconds. Makes nothing where nothing is."""
    today = int(now // 86_400)
    # It is never the reason to make a folder.
    clock = Place(os.path.join(places.folder.path, CLOCK_FILE), places.folder.path)
    reading = read_state_file(clock.path, _MAX_OCTETS)
    if not is_plausible(today) or reading.kind == "newer":
        return
    files = find_files(places.folder, None)
    known = _memory_of(reading.value) if reading.kind == "read" else None
    is_believed, memory = judge_clock(known or _memory_from(files), today)
    entries = {(file.project, file.stem) for file in files if file.kind == "entry"}
    over = {key for key in entries if is_believed and abs(today - int(key[1][:5])) > _KEPT_DAYS}
    erase_files([file for file in files if _is_doomed(file, over, entries, now)])
    if not files and reading.kind == "absent":
        return
    if known is None or known.json() != memory.json():
        replace_state_file(clock, memory.json(), _MAX_OCTETS)
    # A program that died right after it wrote left a file with the time of writing.
    for file in files:
        if file.kind in ("entry", "state"):
            coarsen(file.path, file.day)
    coarsen(clock.path, today)
    coarsen_folders(places.folder, {file.project for file in files}, today)


def _is_doomed(
    file: HistoryFile, over: set[tuple[str, str]], entries: set[tuple[str, str]], now: float
) -> bool:
    key = (file.project, file.stem)
    if file.kind == "new":
        return is_orphan(file.path, now)
    return file.kind == "gone" or key in over or (file.kind == "state" and key not in entries)


def _memory_from(files: list[HistoryFile]) -> Memory | None:
    """Without a memory the newest entry tells when the clock was last believed."""
    days = [file.day for file in files if file.kind == "entry"]
    return Memory(max(days)) if days else None


def _memory_of(value: dict[str, Any]) -> Memory | None:
    day, given = whole_of(value.get("day"), 0), value.get("doubted")
    doubted = None if given is None else whole_of(given, 0)
    if day is None or not is_plausible(day) or (given is not None and doubted is None):
        return None
    return Memory(day, doubted)
