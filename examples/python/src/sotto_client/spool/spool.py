"""Changing the spool, under its lock: adding frames, trying them, giving them up."""

from __future__ import annotations

import os
from contextlib import contextmanager

from ..state.lock import Lock, take_lock
from ..state.reading import read_state_file
from ..state.replacing import replace_state_file
from ..state.writing import make_folder, remove_empty_folder, remove_file
from .entry import Entry, read_entry
from .files import (
    MAX_OCTETS,
    entry_place,
    frame_names,
    list_spool,
    read_file,
    remove_spooled_project,
    spooled_projects,
)
from .losses import count_losses
from .schedule import Settlement, fate_of, healed_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..state.places import Place

# Frames of all projects together.
MAX_FRAMES = 200

# Seconds to wait for other programs that use the spool; each takes milliseconds for each frame.
_PATIENCE = 10.0

@contextmanager
def _locked(state: Place, patience: float = _PATIENCE) -> Iterator[Lock | None]:
    """Hold the spool's lock; None where another program has it, or none can be made."""
    try:
        lock = take_lock(state.inside("spool.lock").path, patience)
    except OSError:
        lock = None
    try:
        yield lock
    finally:
        if lock is not None:
            lock.release()


def add_frames(state: Place, entries: list[Entry], now: int) -> bool:
    """Add the frames of a message: all of them or none. Returns whether they are there.

    When the spool then holds more than two hundred, those that expired are dropped, then the oldest.
    """
    # What could not be read again must not be written.
    if any(read_entry(entry.json(), entry.project, entry.hash) is None for entry in entries):
        return False
    try:
        make_folder(state)
    except OSError:
        return False
    with _locked(state) as lock:
        if lock is None:
            return False
        for at, entry in enumerate(entries):
            place = entry_place(state, entry.project, entry.hash)
            if not replace_state_file(place, entry.json(), MAX_OCTETS, lock.is_held).done:
                # A message of which a part is missing will never be complete.
                for whole in entries[:at]:
                    remove_file(entry_place(state, whole.project, whole.hash).path)
                return False
        if len(frame_names(state)) > MAX_FRAMES:
            _trim(state, now)
        return True


def sweep(state: Place, now: int) -> list[Entry] | None:
    """Bring the spool in order: drop what is over or damaged, heal what the clock had in the future.

    Returns the frames that are left; None where nothing could be done.
    """
    if not _is_there(state):
        return []
    with _locked(state) as lock:
        if lock is None:
            return None
        _trim(state, now)
        left: list[Entry] = []
        for entry in list_spool(state).entries:
            healed = healed_entry(entry, now)
            if healed is not entry:
                _rewrite(state, healed)
            left.append(healed)
        return left


def update_frame(state: Place, entry: Entry) -> bool:
    """Keep a frame as it is now. One that is not there any more is not put back, and must not be sent.

    Returns whether it was there and is written.
    """
    if not _is_there(state):
        return False
    with _locked(state) as lock:
        return lock is not None and _rewrite(state, entry)


def apply_settlement(state: Place, entry: Entry, settlement: Settlement) -> None:
    """Keep a frame as it was settled, or remove it and count the loss."""
    if settlement.entry is not None:
        update_frame(state, settlement.entry)
        return
    if not _is_there(state):
        return
    with _locked(state) as lock:
        if lock is None:
            return
        path = entry_place(state, entry.project, entry.hash).path
        was_there = os.path.exists(path)
        if remove_file(path) and was_there and settlement.kind == "dropped":
            count_losses(state, [settlement.reason])


def clear_spool(state: Place, project: str | None, patience: float) -> None:
    """Delete a project's frames, or everything with the losses for None. A no waits for no program that hangs."""
    if not _is_there(state):
        return
    with _locked(state, patience):
        for name in spooled_projects(state):
            if project in (None, name):
                remove_spooled_project(state, name)
        if project is None:
            remove_file(state.inside("spool", "losses.json").path)
            remove_empty_folder(state.inside("spool").path)


def _trim(state: Place, now: int) -> None:
    listing = list_spool(state)
    lost = [(project, hash, "damaged") for project, hash in listing.damaged]
    living: list[Entry] = []
    for entry in listing.entries:
        fate = fate_of(entry, now)
        if fate in ("due", "waiting"):
            living.append(entry)
        else:
            lost.append((entry.project, entry.hash, "expired" if fate == "expired" else "attempts"))
    # Of a day, what was tried most often has the least to expect.
    living.sort(key=lambda entry: (entry.day, -entry.attempts, entry.hash))
    surplus = max(0, len(living) - MAX_FRAMES)
    lost.extend((entry.project, entry.hash, "overflow") for entry in living[:surplus])
    reasons = [reason for project, hash, reason in lost if remove_file(entry_place(state, project, hash).path)]
    count_losses(state, reasons)


def _rewrite(state: Place, entry: Entry) -> bool:
    """Write an entry over the one that is there, with what is unknown in it."""
    place = entry_place(state, entry.project, entry.hash)
    there = read_file(state, entry.project, entry.hash)
    if there.kind != "read":
        return False

    def is_there() -> bool:
        # Asked again at the last moment: `disable` does not wait for our lock for ever.
        return read_state_file(place.path, MAX_OCTETS).kind != "absent"

    return replace_state_file(place, {**there.value, **entry.json()}, MAX_OCTETS, is_there).done


def _is_there(state: Place) -> bool:
    return os.path.isdir(os.path.join(state.path, "spool"))
