"""Locks: files made with O_EXCL that hold a random token, and whose time their holder renews."""

from __future__ import annotations

import os
import random
import threading
import time
import uuid

from .writing import remove_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

# A lock that was not renewed for so long was left by a program that died.
DEAD_SECONDS = 6 * 60.0
_RENEWAL_SECONDS = 60.0
_PAUSE_SECONDS = 0.015
_MODE = 0o600


class Lock:
    """A lock that this program has. A thread renews it, which keeps no program running."""

    def __init__(self, path: str, token: str, clock: Callable[[], float]) -> None:
        self._path = path
        self._token = token
        self._clock = clock
        self._end = threading.Event()
        threading.Thread(target=self._renew, name="sotto-lock", daemon=True).start()

    def is_held(self) -> bool:
        """Tell whether the lock is still ours: another program may have taken it over, or `disable` removed it."""
        return _token_of(self._path) == self._token

    def release(self) -> None:
        """Give it back, if it is still ours. Never raises; a second time does nothing."""
        self._end.set()
        if self.is_held():
            remove_file(self._path)

    def _renew(self) -> None:
        while not self._end.wait(_RENEWAL_SECONDS):
            if self.is_held():
                try:
                    os.utime(self._path, (self._clock(), self._clock()))
                except OSError:
                    pass


def take_lock(path: str, patience: float = 0.0, clock: Callable[[], float] = time.time) -> Lock | None:
    """Take a lock; its folder must be there.

    patience is for how many seconds to go on trying. Returns None when another program has it. Raises OSError when none
    can be made there.
    """
    start = time.monotonic()
    while True:
        lock = _try_lock(path, clock)
        if lock is not None or time.monotonic() - start >= patience:
            return lock
        time.sleep(_PAUSE_SECONDS * (1 + random.random()))


def _try_lock(path: str, clock: Callable[[], float]) -> Lock | None:
    token = str(uuid.uuid4())
    if _make(path, token, clock):
        return Lock(path, token, clock)
    if not _is_dead(path, clock) or not _remove_dead(path, clock):
        return None
    return Lock(path, token, clock) if _make(path, token, clock) else None


def _make(path: str, token: str, clock: Callable[[], float]) -> bool:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), _MODE)
    except FileExistsError:
        return False
    try:
        if os.name == "posix":
            # A umask may take away the holder's own right to look at its token.
            os.fchmod(file, _MODE)
        os.write(file, token.encode("ascii"))
    except OSError:
        # On a full disk the name can be made and the token not written; nobody would ever give that lock back.
        remove_file(path)
        raise
    finally:
        os.close(file)
    os.utime(path, (clock(), clock()))
    return True


def _is_dead(path: str, clock: Callable[[], float]) -> bool:
    """What is far in the future is dead, too: the clock ran ahead once, and nobody renews the lock since it was set."""
    try:
        return abs(clock() - os.lstat(path).st_mtime) > DEAD_SECONDS
    except OSError:
        return False


def _remove_dead(path: str, clock: Callable[[], float]) -> bool:
    """Remove a dead lock. Of all that found it dead one alone may: who comes late would remove a living one."""
    takeover = f"{path}.takeover"
    if not _make(takeover, str(uuid.uuid4()), clock):
        if _is_dead(takeover, clock):
            remove_file(takeover)
        return False
    try:
        dead = _token_of(path)
        return _is_dead(path, clock) and _move_away(path, dead)
    finally:
        remove_file(takeover)


def _move_away(path: str, dead: str | None) -> bool:
    aside = f"{path}.{uuid.uuid4()}"
    try:
        os.rename(path, aside)
    except OSError:
        return False
    is_the_dead_one = _token_of(aside) == dead
    if not is_the_dead_one:
        try:
            # Unlike renaming, linking fails where somebody else has made a new lock meanwhile.
            os.link(aside, path)
        except OSError:
            pass
    remove_file(aside)
    return is_the_dead_one


def _token_of(path: str) -> str | None:
    try:
        with open(path, encoding="ascii") as file:
            return file.read(200)
    except (OSError, ValueError):
        return None
