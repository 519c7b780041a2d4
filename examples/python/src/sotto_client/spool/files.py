"""The spool's files: spool/<project>/<hash>.json."""

from __future__ import annotations

import os

from ..definition.names import is_hex, is_project
from ..state.reading import Reading, read_state_file
from ..state.writing import names_in, remove_empty_folder, remove_file
from .entry import Entry, read_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..state.places import Place

# Ten times what an entry has.
MAX_OCTETS = 8192


class Listing:
    """What is in the spool; damaged and others (by newer programs, or not to be read) are (project, hash)."""

    __slots__ = ("damaged", "entries", "others")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.damaged: list[tuple[str, str]] = []
        self.others: list[tuple[str, str]] = []


def entry_place(state: Place, project: str, hash: str) -> Place:
    """Return where a frame is."""
    return state.inside("spool", project, f"{hash}.json")


def read_file(state: Place, project: str, hash: str) -> Reading:
    """Read a frame's file."""
    return read_state_file(entry_place(state, project, hash).path, MAX_OCTETS)


def frame_names(state: Place) -> list[tuple[str, str]]:
    """Return (project, hash) of the frames that are there; their files are not opened."""
    return [
        (project, name[:-5])
        for project in spooled_projects(state)
        for name in names_in(os.path.join(state.path, "spool", project))
        if name.endswith(".json") and is_hex(name[:-5], 64)
    ]


def spooled_projects(state: Place) -> list[str]:
    """Return the projects that have a folder in the spool."""
    return [name for name in names_in(os.path.join(state.path, "spool")) if is_project(name)]


def list_spool(state: Place) -> Listing:
    """Read the spool, of all projects."""
    listing = Listing()
    for project, hash in frame_names(state):
        reading = read_file(state, project, hash)
        if reading.kind in ("newer", "unreadable"):
            listing.others.append((project, hash))
        elif reading.kind != "absent":
            entry = read_entry(reading.value, project, hash) if reading.kind == "read" else None
            if entry is None:
                listing.damaged.append((project, hash))
            else:
                listing.entries.append(entry)
    return listing


def remove_message(state: Place, project: str, message: str) -> bool:
    """Remove the frames of a message, whatever became of them. Returns whether none is left."""
    its = [one for one in list_spool(state).entries if (one.project, one.message) == (project, message)]
    return all([remove_file(entry_place(state, project, one.hash).path) for one in its])


def remove_spooled_project(state: Place, project: str) -> None:
    """Remove a project's frames and their halves, and its folder when nothing else is in it."""
    folder = os.path.join(state.path, "spool", project)
    for name in names_in(folder):
        hash = name[:-5]
        is_frame = name.endswith(".json") and is_hex(hash, 64)
        is_half = name[:1] == "." and is_hex(name[1:65], 64) and name[65:].startswith(".json.new-")
        if is_half or (is_frame and read_file(state, project, hash).kind != "newer"):
            remove_file(os.path.join(folder, name))
    remove_empty_folder(folder)
