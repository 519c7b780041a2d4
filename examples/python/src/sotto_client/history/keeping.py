"""Keeping entries, noting what became of them, and forgetting them. Under the sender's lock but for forgetting."""

from __future__ import annotations

import os

from ..state.places import Place
from ..state.reading import read_state_file
from ..state.replacing import change_members, replace_state_file
from .entry import MAX_OCTETS, Entry, read_entry
from .erasing import erase_files, remove_folders
from .layout import HistoryPlaces, coarsen, coarsen_folders, find_files
from .progress import read_progress, reconciled
from .setting import is_history_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable


class Kept:
    """An entry with what became of each of its frames; progress is None when that is unknown."""

    __slots__ = ("entry", "progress")

    def __init__(self, entry: Entry, progress: list[str] | None) -> None:
        self.entry = entry
        self.progress = progress


def keep_entry(places: HistoryPlaces, entry: Entry) -> bool:
    """Remember a message. Returns whether it may leave: it is kept, or the user wants no history."""
    if not is_history_on(places):
        return True
    place = _entry_place(places, entry)
    outcome = replace_state_file(place, entry.json(), MAX_OCTETS)
    coarsen(place.path, entry.day)
    coarsen_folders(places.folder, {entry.project}, entry.day)
    if outcome.done and not is_history_on(places):
        # It was switched off meanwhile, and whoever did so may have looked before this was there.
        forget_entry(places, entry)
        return True
    return outcome.done


def list_history(places: HistoryPlaces, project: str | None = None) -> list[Kept]:
    """Read the history of one project, or of all: newest day first. What is damaged is left out."""
    found: list[Kept] = []
    for file in find_files(places.folder, project):
        if file.kind == "entry":
            reading = read_state_file(file.path, MAX_OCTETS)
            entry = read_entry(reading.value) if reading.kind == "read" else None
            # What was copied under another name would be forgotten under the wrong one.
            if entry is not None and (entry.project, entry.stem) == (file.project, file.stem):
                found.append(Kept(entry, _progress_of(places, entry)))
    return sorted(found, key=lambda kept: (-kept.entry.day, kept.entry.project, kept.entry.stem))


def mark_frame(places: HistoryPlaces, project: str, hash: str, state: str) -> None:
    """Record what became of a frame. Who removes it from the spool does this first."""
    for kept in list_history(places, project):
        boxes = [box for box, _ in kept.entry.frames]
        if hash in boxes:
            # Where the file was damaged nobody knows what became of the others.
            progress = list(kept.progress or ["unanswered"] * len(boxes))
            progress[boxes.index(hash)] = state
            _record(places, kept, progress)
            return


def reconcile(places: HistoryPlaces, is_spooled: Callable[[str], bool]) -> None:
    """Bring the states in line with the spool, after each flush. is_spooled is asked by the SHA-256 of a box."""
    for kept in list_history(places):
        if kept.progress is not None:
            spooled = [is_spooled(box) for box, _ in kept.entry.frames]
            _record(places, kept, reconciled(kept.progress, spooled))


def forget_entry(places: HistoryPlaces, entry: Entry) -> None:
    """Forget one entry: with its secrets, and with what writing it may have left."""
    its = [file for file in find_files(places.folder, entry.project) if file.stem == entry.stem]
    erase_files(its)
    coarsen_folders(places.folder, {entry.project}, entry.day)


def clear_history(places: HistoryPlaces, project: str | None, today: int) -> int:
    """Forget all of a project, or of all for None, with the folders. Returns how many files are still there."""
    files = find_files(places.folder, project)
    left = erase_files(files)
    remove_folders(places.folder, project)
    coarsen_folders(places.folder, {file.project for file in files}, today)
    return left


def _record(places: HistoryPlaces, kept: Kept, frames: list[str]) -> None:
    if frames == kept.progress:
        return
    entry = kept.entry
    place = _state_place(places, entry)
    change_members(place, {"frames": frames}, MAX_OCTETS)
    coarsen(place.path, entry.day)
    coarsen_folders(places.folder, {entry.project}, entry.day)
    if not os.path.lexists(_entry_place(places, entry).path):
        # It was forgotten meanwhile, and whoever did so may have looked before its state was there.
        forget_entry(places, entry)


def _progress_of(places: HistoryPlaces, entry: Entry) -> list[str] | None:
    reading = read_state_file(_state_place(places, entry).path, MAX_OCTETS)
    if reading.kind == "absent":
        return ["waiting"] * len(entry.frames)
    return read_progress(reading.value, len(entry.frames)) if reading.kind == "read" else None


def _entry_place(places: HistoryPlaces, entry: Entry) -> Place:
    return places.folder.inside(entry.project, f"{entry.stem}.json")


def _state_place(places: HistoryPlaces, entry: Entry) -> Place:
    # It is never the reason to make a folder.
    folder = places.folder.inside(entry.project).path
    return Place(os.path.join(folder, f"{entry.stem}.state.json"), folder)
