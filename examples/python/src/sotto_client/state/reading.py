"""Reading files of ours: JSON objects with a version. Makes nothing, waits for nothing, never raises."""

from __future__ import annotations

import os
import stat

from .jsontext import parse_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Without it a pipe in a file's place would keep the program waiting for ever; Windows has no such flag.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Reading:
    """What became of reading a file.

    kind is "read", "absent", "newer" (by a program that knows more), "damaged" or "unreadable". value is the object
    that was read; reason is a phrase for a person, and names no path.
    """

    __slots__ = ("kind", "reason", "value")

    def __init__(self, kind: str, value: dict[str, Any] | None = None, reason: str = "") -> None:
        self.kind = kind
        self.value: dict[str, Any] = {} if value is None else value
        self.reason = reason


ABSENT = Reading("absent")
_NEWER = Reading("newer", reason="it was written by a newer sotto")


def read_state_file(path: str, max_octets: int, version: int = 1) -> Reading:
    """Read a file of ours.

    max_octets is the largest that is no damage; version the newest of its format that is known here.
    """
    try:
        file = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except (OSError, ValueError) as error:
        return _unreadable(error)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return Reading("damaged", reason="it is not a file")
        if status.st_size > max_octets:
            return Reading("damaged", reason=f"it is larger than {max_octets} octets")
        octets = os.read(file, max_octets + 1)
    except OSError as error:
        return _unreadable(error)
    finally:
        os.close(file)
    return _parse(octets, version)


def _unreadable(error: Exception) -> Reading:
    # Where a folder is in the file's place Windows, and some systems, refuse to open it.
    if isinstance(error, IsADirectoryError):
        return Reading("damaged", reason="it is not a file")
    return Reading("unreadable", reason=f"it cannot be read ({code_of(error)})")


def _parse(octets: bytes, known: int) -> Reading:
    try:
        value = parse_json(octets)
    except ValueError:
        return Reading("damaged", reason="it is not JSON")
    if not isinstance(value, dict):
        return Reading("damaged", reason="it is not a JSON object")
    version = value.get("version")
    if isinstance(version, bool) or not isinstance(version, (int, float)) or version < 1 or version != int(version):
        return Reading("damaged", reason="it has no version")
    return _NEWER if version > known else Reading("read", value)


def code_of(error: BaseException) -> str:
    """Return the system's name of an error, "ENOSPC"."""
    import errno

    return errno.errorcode.get(getattr(error, "errno", None) or 0, "UNKNOWN")


def age_of_file(path: str, now: float) -> float | None:
    """Return the seconds since a file was changed, negative for one of the future; None when it is not there."""
    try:
        return now - os.stat(path).st_mtime
    except OSError:
        return None
