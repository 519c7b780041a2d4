"""Where the history's files are, and what their names say (docs/client-state.md, "History")."""

from __future__ import annotations

import os
import re

from ..definition.names import is_project
from ..report.windows import DAY_SECONDS, is_plausible
from ..state.places import Place, Places

CLOCK_FILE = "clock.json"

_PLAIN = re.compile(r"(([0-9]{5})-[0-9a-f]{64})(\.state)?\.json")
_LEFTOVER = re.compile(r"\.(([0-9]{5})-[0-9a-f]{64})(?:\.state)?\.json\.(new|gone)-[0-9a-f-]+")


class HistoryPlaces:
    """The folder with one folder for each project, and the file that says whether a history is kept."""

    __slots__ = ("folder", "setting")

    def __init__(self, folder: Place, setting: Place) -> None:
        self.folder = folder
        self.setting = setting


class HistoryFile:
    """A file by its name alone: kind is "entry" (which holds secrets), "state", "new" (half written) or "gone"."""

    __slots__ = ("day", "kind", "path", "project", "stem")

    def __init__(self, project: str, path: str, kind: str, stem: str, day: int) -> None:
        self.project = project
        self.path = path
        self.kind = kind
        self.stem = stem
        self.day = day


def history_places_of(places: Places) -> HistoryPlaces | None:
    """Return them; None when there is nowhere to keep anything."""
    if places.state is None or places.consent is None:
        return None
    beside = os.path.join(os.path.dirname(places.consent.path), "history.json")
    return HistoryPlaces(places.state.inside("history"), Place(beside, places.consent.within))


def find_files(folder: Place, project: str | None) -> list[HistoryFile]:
    """Return the files of one project, or of all for None. What is not named as ours is not looked at."""
    found: list[HistoryFile] = []
    for name in _names(folder.path) if project is None else [project]:
        if is_project(name):
            inside = os.path.join(folder.path, name)
            files = (_read_name(name, os.path.join(inside, file), file) for file in _names(inside))
            found.extend(file for file in files if file is not None)
    return found


def coarsen(path: str, day: int) -> None:
    """Set the times of a file or folder to the beginning of a day. What cannot be set or is gone is left."""
    seconds = day * DAY_SECONDS
    try:
        status = os.lstat(path)
        # Setting them changes the note of the last change, so what is right stays untouched.
        if (status.st_mtime_ns, status.st_atime_ns) != (seconds * 10**9, seconds * 10**9):
            os.utime(path, (seconds, seconds))
    except OSError:
        pass


def coarsen_folders(folder: Place, projects: set[str], day: int) -> None:
    """The same for the folders of these projects and the one above them."""
    for project in projects:
        coarsen(os.path.join(folder.path, project), day)
    coarsen(folder.path, day)


def _read_name(project: str, path: str, name: str) -> HistoryFile | None:
    plain, leftover = _PLAIN.fullmatch(name), _LEFTOVER.fullmatch(name)
    match = plain or leftover
    if match is None or not is_plausible(int(match[2])):
        return None
    kind = match[3] if leftover else "state" if match[3] else "entry"
    return HistoryFile(project, path, kind, match[1], int(match[2]))


def _names(path: str) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []
