"""Writing files: whole or not at all, mode 0600, in folders of mode 0700 (docs/client-state.md, "Files and locks")."""

from __future__ import annotations

import os
import stat
import time

from .places import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700

# A file half written this long ago belongs to a program that died; writing takes milliseconds.
ORPHAN_SECONDS = 6 * 60

# As many links in a row as Linux follows.
_MAX_LINKS = 40

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class LockLost(Exception):
    """Another program took the lock over, so nothing was written."""


def make_folder(place: Place) -> None:
    """Make a folder and those above it, whatever the umask. What is there keeps its mode; `within` is never made.

    Raises OSError, FileNotFoundError when `within` is not there.
    """
    if place.path == place.within or os.path.isdir(place.path):
        return
    try:
        os.mkdir(place.path, _FOLDER_MODE)
    except FileExistsError:
        return
    except FileNotFoundError:
        above = os.path.dirname(place.path)
        if above in (place.within, place.path):
            raise
        make_folder(Place(above, place.within))
        make_folder(Place(place.path, above))
        return
    if os.name == "posix":
        os.chmod(place.path, _FOLDER_MODE)


def replace_file(
    place: Place, octets: bytes, is_ours: Callable[[], bool] | None = None, durable: bool = False
) -> None:
    """Put a file in the place of another. A symbolic link stays one: the file at its end is replaced.

    is_ours is asked before a folder is made, and again at the last moment: a lock may have been lost. durable waits for
    the disk. Raises OSError, LockLost.
    """
    if is_ours is not None and not is_ours():
        raise LockLost
    target = _end_of_links(place.path)
    within = place.within if target == place.path else os.path.dirname(target)

    def rename(whole: str) -> None:
        if is_ours is not None and not is_ours():
            raise LockLost
        os.replace(whole, target)

    _write_whole(Place(target, within), octets, rename, durable)
    if durable:
        _sync_folder(os.path.dirname(target))


def make_file(place: Place, octets: bytes) -> bool:
    """Make a file where there is none: of any number of processes one does. Returns whether it was this one."""

    def link(whole: str) -> None:
        # Unlike renaming, linking refuses to take the place of what is there.
        os.link(whole, place.path)
        os.unlink(whole)

    try:
        _write_whole(place, octets, link, durable=False)
    except FileExistsError:
        return False
    return True


def append_line(place: Place, line: str) -> int:
    """Append a line in one write, which no other program's can be mixed with. Returns the file's size then.

    Raises OSError.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        file = os.open(place.path, flags, _FILE_MODE)
    except FileNotFoundError:
        make_folder(Place(os.path.dirname(place.path), place.within))
        file = os.open(place.path, flags, _FILE_MODE)
    try:
        status = os.fstat(file)
        if os.name == "posix" and stat.S_IMODE(status.st_mode) != _FILE_MODE and status.st_size == 0:
            # A umask may have taken away what the user is to have.
            os.fchmod(file, _FILE_MODE)
        os.write(file, (line + "\n").encode("utf-8"))
        return os.fstat(file).st_size
    finally:
        os.close(file)


def remove_file(path: str) -> bool:
    """Remove a file. Never raises. Returns whether it is gone."""
    try:
        os.unlink(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return True


def remove_empty_folder(path: str) -> None:
    """Remove a folder if nothing is in it. Never raises."""
    try:
        os.rmdir(path)
    except OSError:
        pass


def names_in(path: str) -> list[str]:
    """Return the names in a folder, sorted; none where it cannot be read."""
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def is_orphan(path: str, now: float) -> bool:
    """Tell whether a file half written was left by a program that died."""
    try:
        return abs(now - os.lstat(path).st_mtime) > ORPHAN_SECONDS
    except OSError:
        return False


def _write_whole(place: Place, octets: bytes, put: Callable[[str], None], durable: bool) -> None:
    folder, name = os.path.split(place.path)
    prefix = f".{name}.new-"
    make_folder(Place(folder, place.within))
    for other in os.listdir(folder):
        if other.startswith(prefix) and is_orphan(os.path.join(folder, other), time.time()):
            remove_file(os.path.join(folder, other))
    whole = os.path.join(folder, prefix + os.urandom(16).hex())
    try:
        file = os.open(whole, _NEW, _FILE_MODE)
        try:
            if os.name == "posix":
                os.fchmod(file, _FILE_MODE)
            view = memoryview(octets)
            while view:
                view = view[os.write(file, view) :]
            if durable:
                os.fsync(file)
        finally:
            os.close(file)
        put(whole)
    except BaseException:
        remove_file(whole)
        raise


def _end_of_links(path: str) -> str:
    end = path
    for _ in range(_MAX_LINKS):
        if not os.path.islink(end):
            return end
        # A relative link starts at the folder that it is really in.
        end = os.path.normpath(os.path.join(os.path.realpath(os.path.dirname(end)), os.readlink(end)))
    raise OSError("too many links")


def _sync_folder(path: str) -> None:
    if os.name != "posix":
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
