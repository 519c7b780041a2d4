"""Deleting files with their secrets: rename, zeros over the whole length, remove."""

from __future__ import annotations

import os
import stat
import uuid

from ..definition.names import is_project
from ..state.places import Place
from ..state.reading import read_state_file
from ..state.writing import names_in, remove_empty_folder, remove_file
from .entry import MAX_OCTETS
from .layout import CLOCK_FILE, HistoryFile


def erase_file(path: str) -> bool:
    """Erase a file; what a link leads to is left alone. Never raises. Returns whether it is gone."""
    folder, name = os.path.split(path)
    # What was half written or half erased already has a name that nobody reads.
    gone = path if name.startswith(".") else os.path.join(folder, f".{name}.gone-{uuid.uuid4()}")
    try:
        if gone != path:
            os.rename(path, gone)
        if stat.S_ISREG(os.lstat(gone).st_mode):
            _wipe(gone)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return remove_file(gone)


def erase_files(files: list[HistoryFile]) -> int:
    """Erase files, entries first; a newer program's stay. Returns how many are still there."""
    left = 0
    for file in sorted(files, key=lambda one: one.kind != "entry"):
        # What is half written is nobody's.
        is_whole = file.kind in ("entry", "state")
        if is_whole and read_state_file(file.path, MAX_OCTETS).kind == "newer":
            left += 1
        elif not erase_file(file.path):
            left += 1
    return left


def remove_folders(folder: Place, project: str | None) -> None:
    """Remove folders that nothing is left in, and for None the memory of the clock."""
    if project is not None:
        remove_empty_folder(os.path.join(folder.path, project))
        return
    for name in names_in(folder.path):
        if is_project(name):
            remove_empty_folder(os.path.join(folder.path, name))
        elif name.startswith(f".{CLOCK_FILE}."):
            erase_file(os.path.join(folder.path, name))
    clock = os.path.join(folder.path, CLOCK_FILE)
    if read_state_file(clock, MAX_OCTETS).kind != "newer":
        erase_file(clock)
    remove_empty_folder(folder.path)


def _wipe(path: str) -> None:
    """Write zeros where the content is. A file that cannot be written to can still be removed."""
    flags = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        file = os.open(path, flags)
    except OSError:
        return
    try:
        # From the beginning and without cutting it off.
        os.write(file, bytes(os.fstat(file).st_size))
        # Else the disk might never see the zeros.
        os.fsync(file)
    except OSError:
        pass
    finally:
        os.close(file)
